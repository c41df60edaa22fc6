import type { CellFormat } from './grid.ts';
import { OutOfGridError, ProtectedError, SheetError } from './errors.ts';
import { shiftAttachments } from './attachments.ts';
import { deletion, insertion, movement, shiftArea, type Shift } from './shift.ts';
import type { Tab } from './tab.ts';
import { fillInserted, growTable, shiftTables } from './table.ts';

type Axis = Shift['axis'];

const MAX_CELLS = 10_000_000;
const MAX_COLUMNS = 18_278;

const size = (tab: Tab, axis: Axis): number => (axis === 'row' ? tab.rowCount : tab.columnCount);
const change = (axis: Axis, verb: 'insert' | 'delete' | 'move') =>
  `${verb}${axis === 'row' ? 'Rows' : 'Columns'}` as const;

/** Inserts lines before `before` (size + 1 appends). `inherit` copies formats and validation from that neighbour. */
export function insertLines(tab: Tab, axis: Axis, before: number, count: number, inherit?: 'before' | 'after'): void {
  if (before < 1 || before > size(tab, axis) + 1 || count < 1) {
    throw new OutOfGridError('The coordinates of the range are outside the dimensions of the sheet.');
  }
  checkGrowth(tab, axis, count);
  if (axis === 'row') {
    tab.grid.insertRows(before, count);
    tab.rowCount += count;
    if (before <= tab.frozenRows) tab.frozenRows += count;
  } else {
    tab.grid.insertColumns(before, count);
    tab.columnCount += count;
    if (before <= tab.frozenColumns) tab.frozenColumns += count;
  }
  applyShift(tab, insertion(axis, before, count));
  const source = inherit === 'before' ? before - 1 : inherit === 'after' ? before + count : 0;
  if (source >= 1 && source <= size(tab, axis)) inheritLook(tab, axis, source, before, count);
  tab.workbook.structureChanged(tab, change(axis, 'insert'), lines(axis, before, count));
  if (axis === 'row' && tab.tables.length) {
    if (inherit === 'before' && tab.workbook.unconfirmed.tablesGrow) growTable(tab, before, count);
    fillInserted(tab, before, count);
  }
}

export function deleteLines(tab: Tab, axis: Axis, from: number, count: number): void {
  const total = size(tab, axis);
  const name = axis === 'row' ? 'rows' : 'columns';
  if (from < 1 || count < 1 || from + count - 1 > total) {
    throw new OutOfGridError('The coordinates of the range are outside the dimensions of the sheet.');
  }
  if (count >= total) throw new SheetError(`You can't delete all the ${name} on the sheet.`);
  const frozen = axis === 'row' ? tab.frozenRows : tab.frozenColumns;
  const frozenLost = Math.max(0, Math.min(frozen, from + count - 1) - from + 1);
  if (frozen - frozenLost >= total - count)
    throw new SheetError(`It is not possible to delete all non-frozen ${name}.`);
  if (axis === 'row') {
    tab.grid.deleteRows(from, count);
    tab.rowCount -= count;
    tab.frozenRows -= frozenLost;
  } else {
    tab.grid.deleteColumns(from, count);
    tab.columnCount -= count;
    tab.frozenColumns -= frozenLost;
  }
  applyShift(tab, deletion(axis, from, count));
  tab.workbook.structureChanged(tab, change(axis, 'delete'), lines(axis, from, count));
}

/** Moves lines so that they stand before line `before`, counted before the move. */
export function moveLines(tab: Tab, axis: Axis, from: number, count: number, before: number): void {
  const total = size(tab, axis);
  if (from < 1 || count < 1 || from + count - 1 > total || before < 1 || before > total + 1) {
    throw new OutOfGridError('The coordinates of the range are outside the dimensions of the sheet.');
  }
  if (before >= from && before <= from + count) return;
  if (axis === 'row') tab.grid.moveRows(from, count, before);
  else tab.grid.moveColumns(from, count, before);
  applyShift(tab, movement(axis, from, count, before));
  tab.workbook.structureChanged(tab, change(axis, 'move'), lines(axis, Math.min(from, before), count));
}

/** Changes the size of the grid at its end, as the API's gridProperties do. Content beyond it is lost. */
export function resize(tab: Tab, rows: number, columns: number): void {
  for (const [axis, wanted] of [
    ['row', rows],
    ['column', columns],
  ] as const) {
    const now = size(tab, axis);
    if (wanted > now) insertLines(tab, axis, now + 1, wanted - now);
    else if (wanted < now) deleteLines(tab, axis, wanted + 1, now - wanted);
  }
}

/** New rows before row `before` are refused where they would come to stand in a protected range. */
export function checkRowsInsertable(tab: Tab, before: number, actor: string): void {
  const lines = [before - 1, before].map((row) => ({ top: row, bottom: row }));
  if (tab.protectedRanges.some((range) => lines.every((line) => tab.isClosed(range, line, actor)))) {
    throw new ProtectedError();
  }
}

function checkGrowth(tab: Tab, axis: Axis, count: number): void {
  if (axis === 'column' && tab.columnCount + count > MAX_COLUMNS) {
    throw new SheetError(
      `This action would increase the number of columns in the sheet above the limit of ${MAX_COLUMNS} columns.`,
    );
  }
  const others = tab.workbook.tabs.reduce((sum, t) => sum + (t === tab ? 0 : t.rowCount * t.columnCount), 0);
  const rows = tab.rowCount + (axis === 'row' ? count : 0);
  const columns = tab.columnCount + (axis === 'column' ? count : 0);
  if (others + rows * columns > MAX_CELLS) {
    throw new SheetError(
      'This action would increase the number of cells in the workbook above the limit of 10000000 cells.',
    );
  }
}

const lines = (axis: Axis, from: number, count: number) =>
  axis === 'row' ? { top: from, bottom: from + count - 1 } : { left: from, right: from + count - 1 };

/** Everything that names rows or columns of the tab follows: ranges, hidden lines, metadata, formulas. */
function applyShift(tab: Tab, shift: Shift): void {
  const keep = <T extends { area: Parameters<typeof shiftArea>[0] }>(items: T[]): T[] =>
    items.flatMap((item) => {
      const area = shiftArea(item.area, shift);
      return area ? [{ ...item, area }] : [];
    });
  tab.merges = tab.merges
    .flatMap((merge) => shiftArea(merge, shift) ?? [])
    .filter((merge) => merge.top !== merge.bottom || merge.left !== merge.right);
  tab.protectedRanges = keep(tab.protectedRanges);
  if (tab.filter) tab.filter = keep([tab.filter])[0] ?? null;
  tab.tables = shiftTables(tab.tables, shift);
  tab.attachments = shiftAttachments(tab.attachments, shift);
  const hidden = shift.axis === 'row' ? tab.hiddenRows : tab.hiddenColumns;
  const moved = [...hidden].flatMap((n) => shift.position(n) ?? []);
  if (shift.axis === 'row') tab.hiddenRows = new Set(moved);
  else {
    tab.hiddenColumns = new Set(moved);
    if (tab.filter) {
      const criteria = Object.entries(tab.filter.criteria).flatMap(([column, criterion]) => {
        const at = shift.position(Number(column));
        return at === null ? [] : [[at, criterion] as const];
      });
      tab.filter = { ...tab.filter, criteria: Object.fromEntries(criteria) };
    }
  }
  tab.workbook.shiftReferences(tab, shift);
}

function inheritLook(tab: Tab, axis: Axis, source: number, at: number, count: number): void {
  const across = axis === 'row' ? tab.columnCount : Math.min(tab.rowCount, tab.grid.length);
  for (let i = 1; i <= across; i++) {
    const [sr, sc] = axis === 'row' ? [source, i] : [i, source];
    const format: CellFormat | undefined = tab.grid.format(sr, sc);
    const validation = tab.grid.extra(sr, sc)?.validation;
    if (!format && !validation) continue;
    for (let n = at; n < at + count; n++) {
      const [r, c] = axis === 'row' ? [n, i] : [i, n];
      tab.grid.setFormat(r, c, format);
      if (validation) tab.grid.setExtra(r, c, { validation });
    }
  }
}
