import { isToDelete } from '../../../shared/cycle/rows-to-delete.ts';
import type { RowToDelete } from '../../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { lookAt } from './look-at-cells.ts';
import { civilTime } from './sheet.ts';
import { findTab } from './spreadsheet.ts';

/**
 * Deletes rows, given in descending order, run by run, that still show what they must; answers which. Sheets refuses to
 * delete the last row below the header.
 */
export function deleteRows(sheet: number, timeZone: string, rows: readonly RowToDelete[]): number[] {
  const tab = findTab(sheet);
  if (!tab || rows.length === 0) return [];
  const bottom = tab.getMaxRows();
  if (rows.length >= bottom - HEADER_ROW) tab.insertRowsAfter(bottom, 1);
  // Nothing but computation lies between this look and the first delete.
  const places = rows.map(({ row, expected }) => ({ row, position: 1, height: 1, width: expected.length }));
  const looks = lookAt(tab, places, civilTime(timeZone), 'values');
  const due = rows.flatMap((one, index) => {
    const shown = looks[index]![0]!.map(({ value }) => value);
    return isToDelete(one, shown) ? [one.row] : [];
  });
  let last = due[0]!;
  due.forEach((row, index) => {
    const next = due[index + 1];
    if (next === row - 1) return;
    tab.deleteRows(row, last - row + 1);
    if (next !== undefined) last = next;
  });
  return due;
}
