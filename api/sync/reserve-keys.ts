import { TandemError } from '../../shared/protocol/error.ts';
import type { ReserveKeysReply, ReserveKeysRequest } from '../../shared/protocol/reserve-keys.ts';
import type { ScanSummary, SyncReply } from '../../shared/protocol/sync.ts';
import type { Cells } from '../../shared/cell.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { Context } from '../context.ts';
import { databaseErrorCode } from '../database/errors.ts';
import type { KeylessSeen, LastScan } from '../links/link-record.ts';
import { limitStray, type StrayValue } from './astray.ts';
import { runMessage, type Message } from './message.ts';
import { quoteLiteral, quoteName } from './quote-name.ts';
import { lockTableRows } from './table-rows.ts';
import type { TargetTable } from './target-table.ts';

/**
 * Scans between two tries of one row, at most. They double from one: whether a run died or the sheet will not have the key
 * can't be told apart, a row must not be forgotten, and each try leaves a gap in the sequence.
 */
const LONGEST_WAIT = 64;

/** Rounds in which keys that rows of the table have already are made again. */
const ROUNDS = 5;

/** What is remembered of a scan's rows without key: those seen before are known by what they show. */
export function keepKeyless(former: LastScan | null, scan: ScanSummary): Pick<LastScan, 'keyless' | 'unkeyed'> {
  const before = new Map(former?.keyless?.map((row) => [row.hash, row]));
  const keyless = (scan.keyless ?? []).map((row): KeylessSeen => {
    const { tried = 0, waits = 0, suspect = false } = before.get(row.hash) ?? {};
    return { ...row, tried, waits: Math.max(0, waits - 1), ...(suspect ? { suspect } : {}) };
  });
  const unkeyed = keyless.some(({ tried }) => tried > 0) ? former?.unkeyed : undefined;
  return { keyless, ...(unkeyed === undefined ? {} : { unkeyed }) };
}

/**
 * Remembers values that are astray for as long as they may stand in a row without a key: nothing else is known of such a
 * row than that it reads otherwise than before. For one scan longer, because a run that dies leaves its keys unpushed.
 */
export function suspectKeyless(former: LastScan | null, scan: LastScan, stray: readonly StrayValue[]): void {
  const known = new Set(former?.keyless?.map(({ hash }) => hash));
  const placed = stray.filter(({ token }) => token !== '');
  const values = new Map([...placed, ...(former?.unplaced ?? [])].map((value) => [JSON.stringify(value), value]));
  if (values.size === 0) return;
  for (const row of scan.keyless ?? []) if (!known.has(row.hash)) row.suspect = true;
  const suspected = [...(scan.keyless ?? []), ...(former?.keyless ?? [])].some(({ suspect }) => suspect === true);
  if (suspected) scan.unplaced = limitStray([...values.values()]);
}

/** Which rows may have their keys: complete ones, and those that the scan before showed just so. */
export function reserveFor(former: LastScan | null, { keyless = [] }: LastScan): Pick<SyncReply, 'reserve'> {
  const stood = new Set(former?.keyless?.map(({ hash }) => hash));
  const due = keyless.filter(({ hash, complete, waits = 0 }) => waits === 0 && (complete || stood.has(hash)));
  return due.length === 0 ? {} : { reserve: [...new Set(due.map(({ hash }) => hash))] };
}

/**
 * Keys made by the database, for rows of the sheet that have none: from the key column's sequence, or by its default. A
 * key that is reserved and never used leaves a gap, as any sequence does. Keys that the table has already, because rows
 * were once added with keys of their own, are passed over, and the sequence is brought up to them.
 * @throws TandemError `table_unsuitable` where the table makes no keys, or may not be asked to
 */
export async function reserveKeys({
  ctx,
  input,
}: {
  ctx: Context;
  input: ReserveKeysRequest;
}): Promise<ReserveKeysReply> {
  return runMessage<ReserveKeysReply>(ctx, 'reserveKeys', input, async (message) => {
    const { table, link } = message;
    if (link.state !== 'active' || table === null) {
      throw new TandemError('wrong_state', link.pausedReason ?? 'Start the sync first.');
    }
    const made = table.keys.filter((column) => column.madeByTable === true);
    if (made.length === 0) throw unsuitable('This table does not make its own keys. Type a key into each new row.');
    delete link.lastScan?.unkeyed;
    for (const row of link.lastScan?.keyless ?? []) {
      if ((row.waits ?? 0) > 0) continue;
      row.waits = Math.min(2 ** row.tried, LONGEST_WAIT);
      row.tried++;
    }
    try {
      return { keys: await makeKeys(message, table, made, input.n) };
    } catch (error) {
      if (databaseErrorCode(error) === null) throw error;
      throw unsuitable(
        databaseErrorCode(error) === '42501'
          ? 'The server may not use the sequence of the key column. Ask your admin to grant it USAGE and UPDATE on it.'
          : 'The table could not make keys for new rows. Type a key into each, or ask your admin to look at its default.',
      );
    }
  });
}

async function makeKeys(message: Message, table: TargetTable, made: StoredColumn[], n: number): Promise<Cells[]> {
  const { tx } = message;
  const sources = await readSources(message, table, made);
  const keys: Cells[] = [];
  for (let round = 0; keys.length < n && round < ROUNDS; round++) {
    const rows = await tx.unsafe<{ texts: string }[]>(
      `SELECT to_json(ARRAY[${sources.map(({ expression }) => `(${expression})::text`).join(', ')}])::text AS texts
         FROM generate_series(1, $1::int)`,
      [n - keys.length],
    );
    const texts = rows.map((row) => JSON.parse(row.texts) as string[]);
    // Only of a single key column can it be told now whether the table has it.
    const single = table.keys.length === 1;
    const present = single ? await lockTableRows(tx, table, texts) : new Map();
    for (const text of texts) {
      if (present.has(JSON.stringify(text))) continue;
      keys.push(Object.fromEntries(made.map((column, index) => [column.id, table.show(column, text[index]!)])));
    }
    if (present.size === 0) continue;
    for (const { sequence, column } of sources) {
      if (sequence === null || column.kind !== 'integer') continue;
      // Never back: what lies between the table's last key and the sequence was given to others, or just now to these rows.
      await tx.unsafe(
        `SELECT setval($1::text::regclass, t.last)
           FROM (SELECT max(${quoteName(column.column)})::int8 AS last FROM ${table.shape.qualified}) t, pg_sequence s
          WHERE s.seqrelid = $1::text::regclass AND s.seqincrement > 0
            AND t.last > pg_sequence_last_value($1::text::regclass)`,
        [sequence],
      );
    }
  }
  return keys;
}

/** How each key column is filled: SQL from the catalogue, as the table itself would run it. */
async function readSources({ tx }: Pick<Message, 'tx'>, { shape }: TargetTable, made: readonly StoredColumn[]) {
  const rows = await tx<{ attnum: number; identity: boolean; expression: string | null; sequence: string | null }[]>`
    SELECT a.attnum, a.attidentity <> '' AS identity, pg_get_expr(d.adbin, d.adrelid) AS expression,
           pg_get_serial_sequence(${shape.qualified}, a.attname) AS sequence
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = ${shape.oid}::oid AND a.attnum IN
           (SELECT json_array_elements_text(${JSON.stringify(made.map(({ attnum }) => attnum))}::text::json)::int)`;
  return made.map((column) => {
    const found = rows.find(({ attnum }) => attnum === column.attnum);
    const sequence = found?.sequence ?? null;
    const next = sequence === null ? null : `nextval(${quoteLiteral(sequence)}::regclass)`;
    const expression = (found?.identity === true ? next : found?.expression) ?? null;
    if (expression === null) throw unsuitable('This table does not make its own keys. Type a key into each new row.');
    return { column, sequence, expression };
  });
}

function unsuitable(message: string): TandemError {
  return new TandemError('table_unsuitable', message);
}
