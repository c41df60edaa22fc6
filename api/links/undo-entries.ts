import type { Cell, Cells } from '../../shared/cell.ts';
import type { Context } from '../context.ts';
import type { Message } from '../sync/message.ts';
import { loadRows } from '../sync/row-state.ts';
import { inZoneNow } from './journal-zones.ts';
import { onLink } from './on-link.ts';
import { attempt, raise, tryEach, undoEntry, type DbKeys, type Entry } from './take-back.ts';

/** Entries undone in one transaction. */
const LIMIT = 500;

/** Milliseconds after which no further one is tried in it: triggers of the table may make each of them slow. */
export const UNDO_BUDGET_MS = 5_000;

export interface Undone {
  /** Values, or rows, put back; and those that stood so already. */
  undone: number;
  already: number;
  /** What was left as it is, and why. */
  refused: { entry: number | null; key: string; column: string | null; reason: string }[];
  /** Where there is more of the run: undo it again with this as `before`. */
  next: number | null;
  /** Entries, or rows, that were not tried yet. */
  left: number;
}

/** What to undo: single entries, a run, or one row since an entry; as far as older than `before`. */
export type UndoInput = { before?: number | undefined } & (
  { run: string } | { entries: number[] } | { key: string; since?: number | undefined }
);

/**
 * Takes back what the journal says was written or lost: single entries, one row since an entry, or a whole run, newest
 * first, as many as the time allows. Each is an ordinary conditional edit of the table: the prior value comes back only
 * where the value of the entry still stands, and reaches the sheet like any change of the table. What was changed since is
 * left and told (I15), and so is what nobody would see on the sheet (R32).
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function undoEntries({
  ctx,
  input,
  budgetMs = UNDO_BUDGET_MS,
}: {
  ctx: Context;
  input: { link: string } & UndoInput;
  budgetMs?: number;
}): Promise<Undone> {
  return onLink(ctx, input.link, 'undo', (message) => undoIn(message, input, performance.now() + budgetMs));
}

/** The same within a message of the link, until an instant of `performance.now()`; at least one entry is tried. */
export async function undoIn(message: Message, input: UndoInput, until: number): Promise<Undone> {
  const { tx, link } = message;
  const among =
    'run' in input
      ? tx`run = ${input.run}`
      : 'key' in input
        ? tx`key = ${input.key} AND id >= ${input.since ?? 0}`
        : tx`id IN (SELECT json_array_elements_text(${JSON.stringify(input.entries)}::text::json)::bigint)`;
  const rows = await tx<
    (Omit<Entry, 'before' | 'after'> & { at: number; before: string | null; after: string | null })[]
  >`
      SELECT id::float8 AS id, (extract(epoch FROM at) * 1000)::float8 AS at, op, side, key, "column",
             before::text AS before, after::text AS after
        FROM tandem.journal
       WHERE link = ${link.id}::uuid AND ${among}
         ${input.before === undefined ? tx`` : tx`AND id < ${input.before}`}
       ORDER BY id DESC LIMIT ${LIMIT}`;
  const dbKeys = await readDbKeys(message, [...new Set(rows.map(({ key }) => key))]);
  const now = await inZoneNow(tx, link);
  const report: Undone = { undone: 0, already: 0, refused: [], next: null, left: 0 };
  await tx`SET CONSTRAINTS ALL IMMEDIATE`;
  const tried = await tryEach(rows, until, ({ at, ...row }) => {
    const value = (text: string | null) =>
      text === null ? null : now(at, row.column, JSON.parse(text) as Cell | Cells);
    const entry: Entry = { ...row, before: value(row.before), after: value(row.after) };
    return attempt(message, (inside) => undoEntry(inside, entry, dbKeys));
  });
  for (const { item, outcome } of tried) {
    if (typeof outcome === 'string') report[outcome]++;
    else {
      const column = link.columns.find(({ id }) => id === item.column)?.header ?? null;
      report.refused.push({ entry: item.id, key: item.key, column, reason: outcome.refused });
    }
  }
  const next = tried.length < rows.length || rows.length === LIMIT ? rows[tried.length - 1]!.id : null;
  if (next !== null) {
    const [more] = await tx<{ count: number }[]>`
      SELECT count(*)::float8 AS count FROM tandem.journal WHERE link = ${link.id}::uuid AND ${among} AND id < ${next}`;
    report.left = more!.count;
    if (report.left > 0) report.next = next;
  }
  const looked = (id: number) => id < (input.before ?? Infinity) && id >= (report.next ?? 0);
  for (const entry of 'entries' in input ? input.entries.filter(looked) : []) {
    if (rows.some((row) => row.id === entry)) continue;
    report.refused.push({ entry, key: '', column: null, reason: 'The history of this link has no such entry.' });
  }
  return report;
}

/** As the books have them, or else, of rows that no sync has seen yet since they came back, as they were captured. */
async function readDbKeys({ tx, link }: Message, keys: readonly string[]): Promise<DbKeys> {
  const captured = await tx<{ key: string; dbKey: string }[]>`
    SELECT key, to_json(db_key)::text AS "dbKey" FROM tandem.dirty
     WHERE link = ${link.id}::uuid AND db_key <> '{}'
       AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))`;
  const dbKeys: DbKeys = new Map(captured.map(({ key, dbKey }) => [key, JSON.parse(dbKey) as string[]]));
  for (const [key, { dbKey }] of await loadRows(tx, link.id, keys)) if (dbKey !== null) dbKeys.set(key, dbKey);
  return dbKeys;
}

/**
 * Puts deleted rows back into the table, and so into the sheet: whole, for as long as they are kept. In the order given,
 * as many as the time allows: the last `left` keys are to be sent again.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function restoreDeleted({
  ctx,
  input,
  budgetMs = UNDO_BUDGET_MS,
}: {
  ctx: Context;
  input: { link: string; keys: string[] };
  budgetMs?: number;
}): Promise<Undone> {
  return onLink(ctx, input.link, 'restore', async (message) => {
    const report: Undone = { undone: 0, already: 0, refused: [], next: null, left: 0 };
    const until = performance.now() + budgetMs;
    await message.tx`SET CONSTRAINTS ALL IMMEDIATE`;
    const keys = [...new Set(input.keys)];
    const tried = await tryEach(keys, until, (key) =>
      attempt(message, (inside) => raise(inside, key, 'restored', new Map())),
    );
    const first = keys[tried.length];
    report.left = first === undefined ? 0 : input.keys.length - input.keys.indexOf(first);
    for (const { item, outcome } of tried) {
      if (typeof outcome === 'string') report[outcome]++;
      else report.refused.push({ entry: null, key: item, column: null, reason: outcome.refused });
    }
    return report;
  });
}
