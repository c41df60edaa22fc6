import type { TransactionSql } from 'postgres';
import { isBlank, isError, type Cells } from '../../shared/cell.ts';
import { keyHash } from '../../shared/digest.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { RefusedCell, ReplaceReply, ReplaceRequest, WholeTab } from '../../shared/protocol/replace.ts';
import type { StoredColumn, StoredReplace } from '../../drizzle/schema/index.ts';
import type { Context } from '../context.ts';
import { bisect } from './bisect.ts';
import { constraintPrint } from './constraint-print.ts';
import { pause, unpause } from './drift.ts';
import { runMessage, type Message } from './message.ts';
import { readNotices } from './notices.ts';
import { quoteName } from './quote-name.ts';
import { explainRowError } from './row-error.ts';
import type { TargetTable } from './target-table.ts';

type Reply = Omit<ReplaceReply, 'epoch' | 'seq'>;

/** Refused cells that are told; no more are looked for. */
const SHOWN = 100;

/** Fewer rows than this share of what the table has are not let in without a person's word. */
const SHRINK_SHARE = 0.5;

/** Before a tab that was refused is sent again as it is, milliseconds: what it refers to may be there by then. */
const FIRST_PAUSE_MS = 300_000;
const MOST_PAUSE_MS = 3_600_000;

export const NEVER_REPLACED: StoredReplace = { done: null, refused: null, asks: null, confirmed: null };

/**
 * Takes in the whole tab of a replace link: its digest first, its rows only where that is new, put aside chunk by chunk,
 * and with the last one everything in place of the table's contents, in this one transaction. Nothing is replaced where
 * the table would refuse a single cell, or loses more than half of its rows without a person's word. In preview the same
 * is tried and taken back.
 * @throws TandemError `stale_epoch`, `stale_seq`, `mapping_changed`, `wrong_state`, `copied_spreadsheet`, `busy`
 */
export async function replaceTable({ ctx, input }: { ctx: Context; input: ReplaceRequest }): Promise<ReplaceReply> {
  if ((input.ifEpoch !== undefined) !== (input.tab !== undefined)) {
    throw new TandemError('bad_request', 'A replacement opens with the tab as a whole, and goes on with its rows.');
  }
  const headers = input.tab?.anomaly === null ? input.tab.headers : null;
  return runMessage<ReplaceReply>(
    ctx,
    'replace',
    input,
    (message) => (input.tab ? open(message, input.tab) : takeRows(message, input)),
    { headers },
  );
}

async function open({ tx, link, now }: Message, tab: WholeTab): Promise<Reply> {
  link.timeZone = tab.timeZone;
  if (tab.anomaly !== null) {
    if (link.state !== 'paused' || link.pausedCause === 'sheet') pause(link, 'sheet', tab.anomaly.message);
  } else if (link.pausedCause === 'sheet') unpause(link);
  const reply: Reply = { more: false, refused: [], notices: [] };
  if (link.state === 'paused') {
    reply.paused = { message: link.pausedReason ?? 'The sync is paused. Resume it in the sidebar.' };
    return { ...reply, notices: await readNotices(tx, link) };
  }
  const stored = (link.replaced ??= { ...NEVER_REPLACED });
  link.lastSyncAt = now.toISOString();
  link.lastScan = {
    epoch: link.epoch,
    buckets: 1,
    different: null,
    complete: true,
    rows: tab.rows,
    duplicates: [],
    blankKeys: [],
    digest: tab.digest,
  };
  const { done, asks, confirmed, refused } = stored;
  const same = done?.digest === tab.digest && done.fingerprint === link.fingerprint;
  const waits = asks?.digest === tab.digest && confirmed !== tab.digest;
  if (same) stored.refused = stored.asks = null;
  const stands =
    refused?.digest === tab.digest &&
    refused.fingerprint === link.fingerprint &&
    now.getTime() < refused.again &&
    refused.constraints === (await constraintPrint(tx, link.relation));
  const gone = suspendedColumn(link);
  // Whoever compares would else wait for a plan that is not made before the column is back.
  if (gone && link.state === 'preview') reply.paused = { message: gone.suspended! };
  if (!gone && !(link.state === 'active' && (same || waits || stands))) {
    reply.more = true;
    await tx`DELETE FROM tandem.plan_row WHERE link = ${link.id}::uuid`;
    link.staged = 'partly';
  } else reply.refused = stored.refused?.cells ?? [];
  return { ...reply, notices: await readNotices(tx, link) };
}

/** A column that is left alone (I13): without it, the rows would go in with none of what the table has there. */
const suspendedColumn = ({ columns }: Message['link']) => columns.find(({ suspended }) => suspended !== undefined);

async function takeRows(message: Message, { rows, last }: ReplaceRequest): Promise<Reply> {
  const { tx, link, table } = message;
  if (link.state === 'paused' || table === null) {
    throw new TandemError('wrong_state', link.pausedReason ?? 'The sync is paused. Resume it in the sidebar.');
  }
  const gone = suspendedColumn(link);
  if (gone) throw new TandemError('wrong_state', gone.suspended!);
  const staged = rows.map(({ row, cells }) => {
    const key = String(row).padStart(9, '0');
    return { key, key_hash: keyHash(key), cells: JSON.stringify(cells) };
  });
  await tx`
    INSERT INTO tandem.plan_row (link, key, key_hash, seen_hi, seen_lo, cells)
    SELECT ${link.id}::uuid, x.key, x.key_hash, 0, 0, x.cells::json
      FROM json_to_recordset(${JSON.stringify(staged)}::text::json) AS x (key text, key_hash bigint, cells text)`;
  if (!last) return { more: true, refused: [], notices: [] };
  const done = await swap(message, table);
  return { more: false, ...done, notices: await readNotices(tx, link) };
}

/** Thrown to take a try back. */
class TakenBack extends Error {}

async function swap(
  { tx, link, now }: Message,
  table: TargetTable,
): Promise<{ refused: RefusedCell[]; replaced?: number }> {
  const stored = link.replaced!;
  const digest = link.lastScan?.digest ?? '';
  const staged = await tx<{ key: string; cells: string }[]>`
    SELECT key, cells::text AS cells FROM tandem.plan_row WHERE link = ${link.id}::uuid ORDER BY key`;
  if (staged.length !== link.lastScan?.rows) {
    throw new TandemError('wrong_state', 'Some rows of the tab have not arrived. Sync once more.');
  }
  const preview = link.state === 'preview';
  if (preview) link.staged = 'complete';
  else await tx`DELETE FROM tandem.plan_row WHERE link = ${link.id}::uuid`;
  await table.labels.load(
    tx,
    table,
    staged.map(({ cells }) => JSON.parse(cells) as Cells),
  );
  const refusals = new Refusals();
  const rows = staged.map(({ key, cells }) => encodeRow(table, Number(key), JSON.parse(cells) as Cells, refusals));
  stored.asks = null;
  if (refusals.count === 0) {
    const [{ before } = { before: 0 }] = await tx.unsafe<{ before: number }[]>(
      `SELECT count(*)::float8 AS before FROM ${table.shape.qualified}`,
    );
    const shrinks = rows.length < before * SHRINK_SHARE;
    if (shrinks && !preview && stored.confirmed !== digest) {
      stored.refused = null;
      stored.asks = { digest, rows: rows.length, before };
      return { refused: [] };
    }
    for (const message of await dependents(tx, table)) refusals.add({ row: 1, header: '', message });
  }
  if (refusals.count === 0) {
    await tx`SET CONSTRAINTS ALL IMMEDIATE`;
    try {
      await tx.savepoint(async (sp) => {
        await exchange(sp, table, rows, refusals);
        if (preview || refusals.count > 0) throw new TakenBack();
      });
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
    }
  }
  const before = stored.refused?.digest === digest ? stored.refused.tries : 0;
  stored.refused =
    refusals.count === 0
      ? null
      : {
          count: refusals.count,
          cells: refusals.cells,
          digest,
          fingerprint: link.fingerprint,
          constraints: await constraintPrint(tx, link.relation),
          tries: before + 1,
          again: now.getTime() + Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** before),
        };
  if (refusals.count > 0 || preview) return { refused: refusals.cells };
  stored.done = { digest, fingerprint: link.fingerprint, rows: rows.length };
  stored.confirmed = null;
  await tx`UPDATE tandem.link SET replaced_at = ${now.toISOString()}::text::timestamptz WHERE id = ${link.id}::uuid`;
  return { refused: [], replaced: rows.length };
}

class Refusals {
  count = 0;
  readonly cells: RefusedCell[] = [];

  add(cell: RefusedCell): void {
    this.count++;
    if (this.cells.length < SHOWN) this.cells.push(cell);
  }
}

interface NewRow {
  row: number;
  /** Texts by column id; those left out get their default. */
  values: Record<string, string | null>;
}

function encodeRow(table: TargetTable, row: number, cells: Cells, refusals: Refusals): NewRow {
  const values: NewRow['values'] = {};
  for (const column of table.columns) {
    const cell = cells[column.id] ?? null;
    const refuse = (why: string) => refusals.add({ row, header: column.header, message: `${column.header} ${why}.` });
    if (isBlank(cell) && column.hasDefault) continue;
    if (isError(cell)) {
      refuse(`shows ${cell.error}`);
      continue;
    }
    const encoded = table.encode(column, cell);
    if ('refused' in encoded) refuse(encoded.refused);
    else values[column.id] = encoded.text;
  }
  return { row, values };
}

/** Other tables whose rows would be deleted or emptied along with this table's: those nobody has spoken for. */
async function dependents(tx: TransactionSql, { shape }: TargetTable): Promise<string[]> {
  const rows = await tx<{ name: string; deletes: boolean }[]>`
    SELECT c.relname AS name, bool_or(f.confdeltype = 'c') AS deletes
      FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
     WHERE f.contype = 'f' AND f.confdeltype IN ('c', 'n', 'd')
       AND f.confrelid IN (SELECT ${shape.oid}::oid UNION SELECT relid FROM pg_partition_tree(${shape.oid}::oid))
       AND f.conrelid NOT IN (SELECT ${shape.oid}::oid UNION SELECT relid FROM pg_partition_tree(${shape.oid}::oid))
       -- Of the whole table's, its partitions have copies; they may have foreign keys of their own.
       AND NOT EXISTS (SELECT FROM pg_constraint w WHERE w.oid = f.conparentid AND w.confrelid = f.confrelid)
     GROUP BY c.oid, c.relname ORDER BY c.relname`;
  return rows.map(
    ({ name, deletes }) =>
      `Rows of "${name}" refer to this table, and ${deletes ? 'would be deleted' : 'would lose what they refer to'} with the rows that are replaced. Link the tab row by row instead.`,
  );
}

/** Everything out, everything in. Refused rows are found by halving, up to as many as are told. */
async function exchange(
  tx: TransactionSql,
  table: TargetTable,
  rows: readonly NewRow[],
  refusals: Refusals,
): Promise<void> {
  try {
    await tx.savepoint((sp) => sp.unsafe(`DELETE FROM ${table.shape.qualified}`));
  } catch (error) {
    const { message } = await explainRowError(tx, table, error, {});
    refusals.add({ row: 1, header: '', message: `The table's rows can't be replaced: ${message}` });
    return;
  }
  const groups = new Map<string, NewRow[]>();
  for (const row of rows) {
    const shape = Object.keys(row.values).join(',');
    const group = groups.get(shape);
    if (group) group.push(row);
    else groups.set(shape, [row]);
  }
  for (const group of groups.values()) {
    await bisect(
      tx,
      group,
      (sp, part) => insert(sp, table, part),
      async ({ row, values }, error) => {
        const told = await explainRowError(tx, table, error, values);
        const column = table.column(told.columns[0] ?? '');
        refusals.add({ row, header: column?.header ?? '', message: told.message });
        if (refusals.count >= SHOWN) throw new TakenBack();
      },
    );
  }
}

async function insert(tx: TransactionSql, table: TargetTable, rows: readonly NewRow[]): Promise<void> {
  const columns = Object.keys(rows[0]!.values).map((id): StoredColumn => table.column(id)!);
  if (columns.length === 0) {
    for (const _ of rows) await tx.unsafe(`INSERT INTO ${table.shape.qualified} DEFAULT VALUES`);
    return;
  }
  const texts = rows.map(({ values }) =>
    Object.fromEntries(columns.map((column, n) => [`v${n}`, table.written(column, values[column.id] ?? null)])),
  );
  await tx.unsafe(
    `INSERT INTO ${table.shape.qualified} (${columns.map(({ column }) => quoteName(column)).join(', ')})
     ${columns.some(({ attnum }) => table.shape.columns.some((one) => one.attnum === attnum && one.identityAlways)) ? 'OVERRIDING SYSTEM VALUE' : ''}
     SELECT ${columns.map(({ cast }, n) => `x.v${n}::${cast}`).join(', ')}
       FROM json_to_recordset($1::text::json) AS x (${columns.map((_, n) => `v${n} text`).join(', ')})`,
    [JSON.stringify(texts)],
  );
}
