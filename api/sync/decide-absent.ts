import { sameCell, type Cells } from '../../shared/cell.ts';
import { settleOutside } from './left-alone.ts';
import { loseSheetCell } from './lose-cell.ts';
import { decideRemoved } from './removed.ts';
import type { TargetTable } from './target-table.ts';
import { isOwnChange } from './value-sql.ts';
import type { Work } from './work.ts';

/** Rows that one side had and does not have any more. */

/** The table deleted a row that the sheet still has. */
export function decideDeletedInTable(work: Work, sheet: Cells, table: TargetTable): void {
  const { state } = work;
  const a = state.a!;
  work.vanished ||= state.dbKey !== null;
  state.dbKey = null;
  const edited = table.columns.filter(
    (column) =>
      !column.key &&
      column.direction !== 'toSheet' &&
      (a[column.id] === undefined || !sameCell(sheet[column.id] ?? null, a[column.id]!)),
  );
  if (edited.length === 0) {
    for (const column of table.columns) {
      const cell = sheet[column.id] ?? null;
      // Typed where only the table writes: that never kept a row, and goes with it, but not without a trace.
      if (!column.key && a[column.id] !== undefined && !sameCell(cell, a[column.id]!)) {
        loseSheetCell(work, column, cell, null, 'the row was deleted in the table');
        // Should the row come back, the table's value is to be shown again, the same one or not.
        delete state.b![column.id];
      }
      a[column.id] = cell;
    }
    decideRemoved(work, table);
    return;
  }
  // Edit beats delete: whose row it is now is for a person to say.
  const names = edited.map((column) => column.header).join(', ');
  work.rowRefusal = {
    code: 'deleted_in_table',
    message: `This row was deleted in the table, but ${names} was edited here. Delete it here too, or put it back into the table: the sidebar has a button for that.`,
    column: edited[0]!.id,
  };
}

/** The sheet has no such row. */
export function decideAbsent(work: Work, table: TargetTable): void {
  const { state } = work;
  const row = work.table;
  state.refused = {};
  work.left = state.marks;
  state.marks = {};
  if (row === null) {
    state.seen = null;
    // Gone on both sides, or never anywhere but on the sheet.
    state.a = state.b = state.dbKey = null;
    state.absentAt = state.absentScan = state.absentRun = null;
    state.blocked = {};
    return;
  }
  if (row.outside) return settleOutside(state, row);
  state.dbKey = row.dbKey;
  if (state.a !== null) {
    const b = state.b ?? {};
    // Unknown differs from everything: a value that was never shown here can't have been deleted knowingly (I9).
    const moved = table.columns.some(
      (column) =>
        !column.key &&
        column.direction !== 'toTable' &&
        isOwnChange(column, b[column.id], row.values[column.id] ?? null),
    );
    // Deleted on the sheet and untouched in the table: the delete rules decide (missing.ts). Perhaps under another key
    // there: what the table has changed waits until a person says what was meant (R35).
    if (!moved || work.renamedTo !== null || state.error?.code === 'renamed') return;
    work.journal.push({
      op: 'lost',
      side: 'sheet',
      key: state.key,
      column: null,
      before: null,
      after: table.cells(row.values),
      cause: 'deleted in the sheet, but edited in the table: put back',
    });
  }
  state.a = null;
  state.b = null;
  state.seen = null;
  state.absentAt = state.absentScan = state.absentRun = null;
  if (state.blocked['*'] === undefined || state.blocked['*'].value !== JSON.stringify(row.values)) {
    state.blocked = {};
    work.offer = { kind: 'insert' };
  }
}
