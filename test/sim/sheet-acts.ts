import { HEADER_ROW } from '../../shared/limits.ts';
import { areaOf } from '../google/workbook/area.ts';
import type { Tab } from '../google/workbook/tab.ts';
import type { Profile } from './profiles.ts';
import { columnIds } from './sheet-effects.ts';

/** What hands do to whole rows of a tab. */

/** The first row below the data; the grid grows where it is full. */
export function freeRow(tab: Tab): number {
  const row = Math.max(HEADER_ROW + 1, tab.dataExtent().rows + 1);
  if (row > tab.rowCount) tab.insertRows(tab.rowCount + 1, 1, 'before');
  return row;
}

/** Copies values and formats, not formulas, of some columns of a row below the data; answers where to. */
export function copyBelow(tab: Tab, row: number, positions: Iterable<number>): number {
  const target = freeRow(tab);
  for (const position of positions) {
    tab.grid.setValue(target, position, tab.value(row, position));
    tab.grid.setFormat(target, position, tab.grid.format(row, position));
  }
  tab.workbook.contentChanged(tab, areaOf(target, 1, 1, tab.columnCount));
  return target;
}

/** The content of a row moves below the data; where it stood stays an empty row. */
export function cutAndPaste(tab: Tab, row: number): void {
  const positions = [...columnIds(tab).keys()];
  copyBelow(tab, row, positions);
  for (const position of positions) tab.setInput(row, position, null, { mode: 'raw' });
}

/** Whether a header stands anywhere in its column: sorted among the rows, or where it belongs. */
export function hasHeader(tab: Tab, position: number, header: string): boolean {
  for (let row = HEADER_ROW; row <= tab.dataExtent().rows; row++) if (tab.value(row, position) === header) return true;
  return false;
}

/** Types the headers of the mapped columns into a new first row. */
export function typeHeaders(tab: Tab, { keys, values }: Profile): void {
  tab.insertRows(HEADER_ROW, 1, 'after');
  for (const [position, id] of columnIds(tab)) {
    const column = [...keys, ...values].find((one) => one.id === id);
    if (column) tab.setInput(HEADER_ROW, position, column.name, { mode: 'raw' });
  }
}

/** Sorts some columns of the rows from `top` on; answers whether there was anything to sort. */
export function sortRows(tab: Tab, top: number, left: number, right: number, by: number, ascending: boolean): boolean {
  const bottom = tab.dataExtent().rows;
  if (bottom <= top) return false;
  tab.sort({ range: { top, left, bottom, right }, keys: [{ column: by, ascending }] });
  return true;
}

/** Two cells that nobody but the owner may edit. */
export function protectCells(tab: Tab, row: number, position: number, id: number): void {
  const area = areaOf(row, position, 2, 1);
  const range = { id, area, description: '', warningOnly: false, editors: [], unprotected: [] };
  tab.protectedRanges = [...tab.protectedRanges, range];
}
