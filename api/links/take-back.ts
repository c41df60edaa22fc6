import type { Cell, Cells } from '../../shared/cell.ts';
import { addDirty } from '../sync/dirty.ts';
import { writeJournal, type JournalEntry } from '../sync/journal.ts';
import { filterSentence, lockedReason } from '../sync/left-alone.ts';
import type { Message } from '../sync/message.ts';
import { explainRowError, isRowError } from '../sync/row-error.ts';
import { softColumn } from '../sync/soft-column.ts';
import { markDeleted, revive } from '../sync/soft-delete.ts';
import { dbKeyId, deleteRows, lockTableRows, updateRows } from '../sync/table-rows.ts';
import type { TableRow, TargetTable } from '../sync/target-table.ts';
import { dropTombstones, keepTombstones, loadTombstones, raiseTombstone, readWholeRows } from '../sync/tombstones.ts';
import type { JournalLine } from './get-journal.ts';
import { whoRefers } from './who-refers.ts';

export type Entry = Pick<JournalLine, 'id' | 'op' | 'side' | 'key' | 'column' | 'before' | 'after'>;

/** `mayHeal`: taking back another entry, or row, may let it through. */
export type Outcome = 'undone' | 'already' | { refused: string; mayHeal?: boolean };

/** Keys of rows as the table spells them, of those that it has. */
export type DbKeys = Map<string, string[]>;

/** What was tried is taken back, and left as it is. */
class Left extends Error {
  constructor(
    readonly reason: string,
    readonly mayHeal = false,
  ) {
    super(reason);
  }
}

/** The row is not on the sheet; an earlier entry of it may bring it back there. */
function unseen(table: TargetTable): Left {
  const where = filterSentence(table);
  return new Left(
    `This tab holds only rows where ${where}, so this one is not on the sheet, and is left as it is. Change the filter first.`,
    true,
  );
}

/** Under a savepoint: a row the table refuses is told, and stops nothing else. */
export async function attempt(message: Message, work: (message: Message) => Promise<Outcome>): Promise<Outcome> {
  try {
    return (await message.tx.savepoint((tx) => work({ ...message, tx }))) as Outcome;
  } catch (error) {
    if (error instanceof Left) return { refused: error.reason, mayHeal: error.mayHeal };
    if (!isRowError(error)) throw error;
    const told = await explainRowError(message.tx, message.table!, error, {});
    return { refused: `The table refuses it: ${told.message}`, mayHeal: told.mayHeal };
  }
}

/**
 * Tries one after the other until an instant of `performance.now()`, at least one. What only waits for another of them, as
 * a row does for the one that it refers to, is tried once more for as long as that helps.
 */
export async function tryEach<Item>(
  items: readonly Item[],
  until: number,
  tryOne: (item: Item) => Promise<Outcome>,
): Promise<{ item: Item; outcome: Outcome }[]> {
  const tried: { item: Item; outcome: Outcome }[] = [];
  for (const item of items) {
    if (tried.length > 0 && performance.now() >= until) break;
    tried.push({ item, outcome: await tryOne(item) });
  }
  for (let helps = tried.some(({ outcome }) => outcome === 'undone'); helps;) {
    helps = false;
    // What waits stood before what it waits for.
    for (const one of tried.toReversed()) {
      if (typeof one.outcome === 'string' || !one.outcome.mayHeal || performance.now() >= until) continue;
      one.outcome = await tryOne(one.item);
      helps ||= one.outcome === 'undone';
    }
  }
  return tried;
}

/** Takes one entry back. `dbKeys` follows what is in the table. */
export async function undoEntry(message: Message, entry: Entry, dbKeys: DbKeys): Promise<Outcome> {
  const { tx } = message;
  const table = message.table!;
  if (entry.op === 'held') return { refused: 'Nothing was written: this conflict waited for a person.' };
  if (entry.op === 'delete') return raise(message, entry.key, `undo of ${entry.id}`, dbKeys);
  if (entry.op === 'lost' && entry.column === null) {
    return { refused: 'This row was put back because the table had changed it. Delete it if it should be gone.' };
  }
  const dbKey = dbKeys.get(entry.key);
  const found = dbKey ? await lockTableRows(tx, table, [dbKey]) : new Map<string, TableRow>();
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
  if ((now.values[column.id] ?? null) === text) {
    throw new Left(`A rule of the table keeps ${column.header} as it is. Ask your admin what it means.`);
  }
  if (row.outside && now.outside) throw unseen(table);
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
  if (row.outside) throw unseen(table);
  const inserted = entry.after as Cells;
  const touched = table.columns.filter(
    (column) =>
      column.direction !== 'toTable' &&
      // What the row shows of another one says nothing of this.
      column.related === undefined &&
      column.id in inserted &&
      !table.same(column, inserted[column.id]!, row.values[column.id] ?? null),
  );
  if (touched.length > 0) {
    const names = touched.map(({ header }) => header).join(', ');
    return { refused: `${names} was changed since this row was added, so it is left as it is.` };
  }
  // Where rows are only marked as deleted, this one is, too: the table keeps it.
  const soft = softColumn(table) !== null;
  const others = soft ? [] : await whoRefers(tx, table, row.dbKey);
  if (others.length > 0) {
    const refused = `Rows of ${others.map((name) => `"${name}"`).join(' and ')} refer to this row by now, and would be deleted or emptied with it. Delete or change those first.`;
    return { refused, mayHeal: true };
  }
  const whole = (await readWholeRows(tx, table, [row.dbKey])).get(dbKeyId(row.dbKey));
  const gone = await (soft ? markDeleted : deleteRows)(tx, table, [row]);
  if (gone.size === 0) return { refused: 'The table did not let this row go.' };
  const cells = table.cells(row.values);
  await keepTombstones(tx, link.id, [{ key: entry.key, side: 'sheet', values: whole!, cells }], message);
  // Known to be gone: the sync that takes it off the sheet has nothing to keep.
  await tx`UPDATE tandem."row" SET db_key = NULL WHERE link = ${link.id}::uuid AND key = ${entry.key}`;
  await addDirty(tx, link.id, [{ key: entry.key, dbKey: row.dbKey }]);
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

/** Puts a deleted row back as it is kept, or takes the mark off one that the table keeps as deleted. */
export async function raise(message: Message, key: string, cause: string, dbKeys: DbKeys): Promise<Outcome> {
  const { tx, link } = message;
  const table = message.table!;
  const stone = (await loadTombstones(tx, link.id, [key])).get(key);
  if (stone === undefined) return { refused: 'This row is not kept any more, or was never deleted.' };
  const dbKey = table.shape.primaryKey.map(
    (attnum) => stone.values[table.shape.columns.find((column) => column.attnum === attnum)!.name] ?? '',
  );
  const revived = await revive(tx, table, [dbKey]);
  if (revived.size > 0) await dropTombstones(tx, link.id, [key]);
  else if (!(await raiseTombstone(tx, table, stone))) {
    return { refused: 'A row of this key, or one that must differ from it, is in the table again.', mayHeal: true };
  }
  const back = (await lockTableRows(tx, table, [dbKey])).get(dbKeyId(dbKey));
  if (back?.outside) throw unseen(table);
  const after = back === undefined ? stone.cells : { ...stone.cells, ...shown(table, back) };
  await note(message, { op: 'insert', key, column: null, before: null, after, cause });
  dbKeys.set(key, dbKey);
  return 'undone';
}

/** Cells of the columns that the sheet shows. */
function shown(table: TargetTable, { values }: TableRow): Cells {
  const visible = table.columns.filter(({ direction }) => direction !== 'toTable');
  return Object.fromEntries(visible.map((column) => [column.id, table.show(column, values[column.id] ?? null)]));
}

function note(message: Message, entry: Omit<JournalEntry, 'side'>): Promise<void> {
  return writeJournal(message.tx, message.link.id, [{ ...entry, side: 'table' }], message);
}
