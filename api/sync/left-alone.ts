import { sameCell, type Cell } from '../../shared/cell.ts';
import { showKey } from '../../shared/row-key.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { describeFilter } from './row-filter.ts';
import type { RowState } from './row-state.ts';
import type { TableRow, TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/**
 * Rows that are left alone although both sides are well: those the row filter leaves out, which belong on the table's
 * side only, and those that a lock column locks, which are written on neither side until it is lifted.
 */

/** The filter as a person reads it, by header where the column is mapped and else by name. */
export function filterSentence(table: TargetTable): string {
  const { filter, columns } = table.link;
  if (filter === null) return '';
  return describeFilter(
    filter,
    (attnum) =>
      columns.find((column) => column.attnum === attnum)?.header ??
      table.shape.columns.find((column) => column.attnum === attnum)?.name ??
      '?',
  );
}

/** Where the reason belongs on the sheet: a mapped column of the filter, or else the key. */
function filterColumn(table: TargetTable): string | undefined {
  const attnums = (table.link.filter?.conditions ?? []).map(({ attnum }) => attnum);
  return (table.columns.find((column) => attnums.includes(column.attnum)) ?? table.columns.find(({ key }) => key))?.id;
}

/**
 * A row typed under the key of one that the filter hides: nobody who can't see a row may overwrite it. Held until it has
 * another key, or the filter lets the table's row in.
 */
export function isHidden(work: Work, firstSync: boolean): boolean {
  return work.table?.outside === true && work.state.a === null && !firstSync;
}

export function holdHidden(work: Work, table: TargetTable): void {
  const column = table.columns.find(({ key }) => key)?.id;
  work.rowRefusal = {
    code: 'outside',
    message: `The table has a row "${showKey(work.state.key)}" already, which is not shown here because of the row filter (${filterSentence(table)}). Use another key, or change the filter.`,
    ...(column === undefined ? {} : { column }),
  };
}

/** A new row that the filter would hide at once: not inserted, so that nothing vanishes while it is being typed. */
export function holdLeftOut(work: Work, table: TargetTable): void {
  const column = filterColumn(table);
  work.rowRefusal = {
    code: 'outside',
    message: `This tab holds only rows where ${filterSentence(table)}. This row is added to the table once that is so.`,
    ...(column === undefined ? {} : { column }),
  };
}

/**
 * Takes a row that has left the filter off the sheet: not before everything typed in it has reached the table. It is not
 * deleted there, and nothing of it needs keeping.
 */
export function leaveIfOutside(work: Work): void {
  if (work.table?.outside !== true || work.write !== null || work.rowRefusal !== null) return;
  if (Object.keys(work.state.refused).length > 0 || work.state.blocked['*'] !== undefined) return;
  work.offer = { kind: 'delete' };
}

/** The sheet has no such row, and need not: absence means nothing. */
export function settleOutside(state: RowState, row: TableRow): void {
  const wasHere = state.a !== null || state.status === 'outside';
  // A row that was never here is not remembered: the filter may leave out a million of them.
  state.dbKey = wasHere ? row.dbKey : null;
  state.a = state.b = state.seen = null;
  state.absentAt = state.absentScan = state.absentRun = null;
  state.blocked = {};
  state.status = wasHere ? 'outside' : 'ok';
  state.error = null;
}

/**
 * One cell of a locked row: neither side is written. The sheet's edit is held with the reason, the table's change waits.
 * The lock columns themselves stay free: they show the lock, and lift it where their direction lets them. Answers
 * whether the cell is dealt with.
 */
export function holdLocked(
  work: Work,
  table: TargetTable,
  column: StoredColumn,
  cell: Cell,
  text: string | null,
): boolean {
  const { state } = work;
  const { id } = column;
  if (state.blocked[id]?.code === 'locked') delete state.blocked[id];
  const by = work.table?.lockedBy;
  if (by === undefined || table.link.lockAttnums.includes(column.attnum)) return false;
  const [a, b] = [state.a![id], state.b![id]];
  const sheetMoved = a === undefined || !sameCell(a, cell);
  if (!sheetMoved && b === text) return true;
  if (table.same(column, cell, text) || (!sheetMoved && column.direction === 'toTable')) {
    state.a![id] = cell;
    state.b![id] = text;
    return true;
  }
  const names = lockNames(table, by);
  if (sheetMoved) {
    const message = `This row is locked by ${names}, so ${column.header} is held. It goes to the table once the lock is lifted.`;
    state.refused[id] = { cell, code: 'locked', message };
  } else {
    const message = `This row is locked by ${names}: the table's new value of ${column.header} is shown once the lock is lifted.`;
    state.blocked[id] = { value: text, code: 'locked', message };
  }
  return true;
}

/** Why a person's word can't change a row of the table; null where no lock is in the way of this column, or of the row. */
export function lockedReason({ lockedBy }: TableRow, table: TargetTable, column: string | null): string | null {
  if (lockedBy === undefined) return null;
  const attnum = column === null ? undefined : table.column(column)?.attnum;
  if (attnum !== undefined && table.link.lockAttnums.includes(attnum)) return null;
  return `This row is locked by ${lockNames(table, lockedBy)}, so it is left as it is. Lift the lock first.`;
}

const lockNames = (table: TargetTable, names: readonly string[]): string =>
  names.map((name) => lockName(table, name)).join(' and ');

function lockName(table: TargetTable, name: string): string {
  const attnum = table.locks.find((column) => column.name === name)?.attnum;
  return table.link.columns.find((column) => column.attnum === attnum)?.header ?? name;
}
