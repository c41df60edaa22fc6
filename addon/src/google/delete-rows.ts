import type { DeletedRows, RowToDelete } from '../../../shared/cycle/effects.ts';
import { sortOut } from '../../../shared/cycle/rows-to-delete.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { lookAt } from './look-at-cells.ts';
import { closedProtections, isTransient } from './refusal.ts';
import { civilTime } from './sheet.ts';
import { findTab } from './spreadsheet.ts';

type Sheet = GoogleAppsScript.Spreadsheet.Sheet;

/**
 * Deletes rows, given in descending order, run by run, that still show what they must and are not protected. Sheets
 * refuses to delete the last row below the frozen ones.
 */
export function deleteRows(sheet: number, timeZone: string, rows: readonly RowToDelete[]): DeletedRows {
  const tab = findTab(sheet);
  if (!tab || rows.length === 0) return { gone: [], guarded: [] };
  const isGuarded = guardOf(tab);
  const [bottom, fixed] = [tab.getMaxRows(), Math.max(HEADER_ROW, tab.getFrozenRows())];
  const due = rows.filter(({ row }) => row > fixed && !isGuarded(row));
  if (due.length >= bottom - fixed) tab.insertRowsAfter(bottom, 1);
  // Nothing but computation lies between this look and the first delete.
  const places = rows.map(({ row, expected }) => ({ row, position: 1, height: 1, width: expected.length }));
  const looks = lookAt(tab, places, civilTime(timeZone), 'values');
  const shown = looks.map(([line]) => line!.map(({ value }) => value));
  const { gone, guarded } = sortOut(rows, shown, isGuarded);
  const refused = new Set<number>();
  let run: number[] = [];
  gone.forEach((row, index) => {
    run.push(row);
    if (gone[index + 1] === row - 1) return;
    if (!deleteRun(tab, row, run.length)) run.forEach((one) => refused.add(one));
    run = [];
  });
  return { gone: gone.filter((row) => !refused.has(row)), guarded: [...guarded, ...refused] };
}

/** False where Sheets refuses it for a reason that nothing foretold: else it would end each run. */
function deleteRun(tab: Sheet, from: number, count: number): boolean {
  try {
    tab.deleteRows(from, count);
    return true;
  } catch (error) {
    if (isTransient(error)) throw error;
    return false;
  }
}

/**
 * Whether a row has a cell that is protected from this account. Asked beforehand: a refusal ends the run, may come at the
 * flush alone, and leaves unknown which rows have gone.
 */
function guardOf(tab: Sheet): (row: number) => boolean {
  const spans = closedProtections(tab)
    .map((protection) => protection.getRange())
    .map((range) => ({ top: range.getRow(), bottom: range.getLastRow() }));
  return (row) => spans.some(({ top, bottom }) => row >= top && row <= bottom);
}
