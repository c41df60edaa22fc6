import type { TransactionSql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import type { Context } from '../context.ts';
import { writeJournal, type JournalEntry } from '../sync/journal.ts';
import type { Message } from '../sync/message.ts';
import { explainRowError, isRowError } from '../sync/row-error.ts';
import { loadRows, type RowState } from '../sync/row-state.ts';
import { dbKeyId, deleteRows, lockTableRows, updateRows } from '../sync/table-rows.ts';
import type { TableRow } from '../sync/target-table.ts';
import { revive } from '../sync/soft-delete.ts';
import { dropTombstones, keepTombstones, loadTombstones, raiseTombstone, readWholeRows } from '../sync/tombstones.ts';
import { filterSentence, lockedReason } from '../sync/left-alone.ts';
import type { JournalLine } from './get-journal.ts';
import { onLink } from './on-link.ts';

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

type Entry = Pick<JournalLine, 'id' | 'op' | 'side' | 'key' | 'column' | 'before' | 'after'>;
/** `unseen`: because the row is not on the sheet; an earlier entry of it may bring it back there. */
type Outcome = 'undone' | 'already' | { refused: string; unseen?: boolean };

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
  const rows = await tx<(Omit<Entry, 'before' | 'after'> & { before: string | null; after: string | null })[]>`
      SELECT id::float8 AS id, op, side, key, "column", before::text AS before, after::text AS after
        FROM tandem.journal
       WHERE link = ${link.id}::uuid AND ${among}
         ${input.before === undefined ? tx`` : tx`AND id < ${input.before}`}
       ORDER BY id DESC LIMIT ${LIMIT}`;
  const states = await loadRows(tx, link.id, [...new Set(rows.map(({ key }) => key))]);
  const report: Undone = { undone: 0, already: 0, refused: [], next: null, left: 0 };
  const count = (entry: Entry, outcome: Outcome): void => {
    if (typeof outcome === 'string') report[outcome]++;
    else {
      const column = link.columns.find(({ id }) => id === entry.column)?.header ?? null;
      report.refused.push({ entry: entry.id, key: entry.key, column, reason: outcome.refused });
    }
  };
  const value = (text: string | null) => (text === null ? null : (JSON.parse(text) as Cell | Cells));
  await tx`SET CONSTRAINTS ALL IMMEDIATE`;
  const undo = (entry: Entry) =>
    attempt(message, (sp) => undoEntry({ ...message, tx: sp }, entry, states.get(entry.key)));
  const unseen: { entry: Entry; outcome: Outcome }[] = [];
  let tried = 0;
  for (const row of rows) {
    if (tried > 0 && performance.now() >= until) break;
    tried++;
    const entry: Entry = { ...row, before: value(row.before), after: value(row.after) };
    const outcome = await undo(entry);
    if (typeof outcome === 'object' && outcome.unseen) unseen.push({ entry, outcome });
    else count(entry, outcome);
  }
  // What came later in the order may have brought their rows back to the sheet.
  for (const { entry, outcome } of unseen) {
    count(entry, report.undone > 0 && performance.now() < until ? await undo(entry) : outcome);
  }
  const next = tried < rows.length || rows.length === LIMIT ? rows[tried - 1]!.id : null;
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
    for (const [index, key] of input.keys.entries()) {
      if (index > 0 && performance.now() >= until) {
        report.left = input.keys.length - index;
        break;
      }
      if (input.keys.indexOf(key) < index) continue;
      const outcome = await attempt(message, (sp) => raise({ ...message, tx: sp }, key, 'restored'));
      if (typeof outcome === 'string') report[outcome]++;
      else report.refused.push({ entry: null, key, column: null, reason: outcome.refused });
    }
    return report;
  });
}

/** Under a savepoint: a row the table refuses is told, and stops nothing else. */
async function attempt(message: Message, work: (tx: TransactionSql) => Promise<Outcome>): Promise<Outcome> {
  try {
    return (await message.tx.savepoint(work)) as Outcome;
  } catch (error) {
    if (error instanceof Unseen) {
      const where = filterSentence(message.table!);
      const refused = `This tab holds only rows where ${where}, so this one is not on the sheet, and is left as it is. Change the filter first.`;
      return { refused, unseen: true };
    }
    if (!isRowError(error)) throw error;
    const told = await explainRowError(message.tx, message.table!, error, {});
    return { refused: `The table refuses it: ${told.message}` };
  }
}

/** What was tried stays out of sight of the sheet: it is taken back. */
class Unseen extends Error {}

async function undoEntry(message: Message, entry: Entry, state: RowState | undefined): Promise<Outcome> {
  const { tx } = message;
  const table = message.table!;
  if (entry.op === 'held') return { refused: 'Nothing was written: this conflict waited for a person.' };
  if (entry.op === 'delete') return raise(message, entry.key, `undo of ${entry.id}`);
  if (entry.op === 'lost' && entry.column === null) {
    return { refused: 'This row was put back because the table had changed it. Delete it if it should be gone.' };
  }
  const found = state?.dbKey ? await lockTableRows(tx, table, [state.dbKey]) : new Map<string, TableRow>();
  const row = [...found.values()][0];
  if (row === undefined || row.deleted) {
    return entry.op === 'insert' ? 'already' : { refused: 'This row is not in the table any more. Restore it first.' };
  }
  const locked = lockedReason(row, table, entry.column);
  if (locked !== null) return { refused: locked };
  return entry.op === 'insert' ? undoInsert(message, entry, row) : undoCell(message, entry, row);
}

async function undoCell(message: Message, entry: Entry, row: TableRow): Promise<Outcome> {
  const table = message.table!;
  const column = table.column(entry.column!);
  if (column === undefined) return { refused: 'This column is not synced any more.' };
  if (column.key || column.generated || column.direction === 'toSheet') {
    return { refused: `${column.header} is not written from here.` };
  }
  // The table's own change of such a column does not reach the sheet: the two would differ, and nobody would see why.
  if (column.direction === 'toTable') {
    return { refused: `${column.header} travels from the sheet to the table only: change it back in the sheet.` };
  }
  const [before, after] = [entry.before as Cell, entry.after as Cell];
  const text = row.values[column.id] ?? null;
  if (table.same(column, before, text)) return 'already';
  if (!table.same(column, after, text)) {
    return { refused: `${column.header} was changed again since, so it is left as it is.` };
  }
  await table.labels.load(message.tx, table, [{ [column.id]: before }]);
  const encoded = table.encode(column, before);
  if ('refused' in encoded) return { refused: `${column.header} ${encoded.refused}.` };
  const stored = await updateRows(message.tx, table, [
    { key: entry.key, dbKey: row.dbKey, values: { [column.id]: encoded.text }, expected: { [column.id]: text } },
  ]);
  const now = stored.get(dbKeyId(row.dbKey));
  if (now === undefined) return { refused: 'The table did not take this change.' };
  if (row.outside && now.outside) throw new Unseen();
  await note(message, {
    op: 'update',
    key: entry.key,
    column: column.id,
    before: table.show(column, text),
    after: table.show(column, now.values[column.id] ?? null),
    cause: `undo of ${entry.id}`,
  });
  return 'undone';
}

async function undoInsert(message: Message, entry: Entry, row: TableRow): Promise<Outcome> {
  const { tx, link } = message;
  const table = message.table!;
  if (row.outside) throw new Unseen();
  const inserted = entry.after as Cells;
  const touched = table.columns.filter(
    (column) =>
      column.direction !== 'toTable' &&
      column.id in inserted &&
      !table.same(column, inserted[column.id]!, row.values[column.id] ?? null),
  );
  if (touched.length > 0) {
    const names = touched.map(({ header }) => header).join(', ');
    return { refused: `${names} was changed since this row was added, so it is left as it is.` };
  }
  const whole = (await readWholeRows(tx, table, [row.dbKey])).get(dbKeyId(row.dbKey));
  const gone = await deleteRows(tx, table, [row]);
  if (gone.size === 0) return { refused: 'This row was changed meanwhile.' };
  const cells = table.cells(row.values);
  await keepTombstones(tx, link.id, [{ key: entry.key, side: 'sheet', values: whole!, cells }], message);
  await note(message, {
    op: 'delete',
    key: entry.key,
    column: null,
    before: cells,
    after: null,
    cause: `undo of ${entry.id}`,
  });
  return 'undone';
}

async function raise(message: Message, key: string, cause: string): Promise<Outcome> {
  const { tx, link } = message;
  const stone = (await loadTombstones(tx, link.id, [key])).get(key);
  if (stone === undefined) return { refused: 'This row is not kept any more, or was never deleted.' };
  const dbKey = message.table!.shape.primaryKey.map(
    (attnum) => stone.values[message.table!.shape.columns.find((column) => column.attnum === attnum)!.name] ?? '',
  );
  const revived = await revive(tx, message.table!, [dbKey]);
  if (revived > 0) await dropTombstones(tx, link.id, key);
  else if (!(await raiseTombstone(tx, message.table!, stone))) {
    return { refused: 'A row of this key, or one that must differ from it, is in the table again.' };
  }
  const back = (await lockTableRows(tx, message.table!, [dbKey])).get(dbKeyId(dbKey));
  if (back?.outside) throw new Unseen();
  await note(message, { op: 'insert', key, column: null, before: null, after: stone.cells, cause });
  return 'undone';
}

function note(message: Message, entry: Omit<JournalEntry, 'side'>): Promise<void> {
  return writeJournal(message.tx, message.link.id, [{ ...entry, side: 'table' }], message);
}
