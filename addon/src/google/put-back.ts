import { sameCell } from '../../../shared/cell.ts';
import type { CivilTime } from '../../../shared/civil-time.ts';
import { inColumnsNow } from '../../../shared/cycle/column-now.ts';
import type { FormerCell, PutBack, SheetReading } from '../../../shared/cycle/effects.ts';
import { readColumns } from './columns.ts';
import { setFormat } from './look-at-cells.ts';
import { unlessRefused } from './refusal.ts';
import { civilTime, toCell, toValue, type SheetValue } from './sheet.ts';
import { findTab } from './spreadsheet.ts';
import { writeText } from './write-text.ts';

type Range = GoogleAppsScript.Spreadsheet.Range;

/**
 * Undoes writes that hit the wrong cell: value or formula, and format, where nobody has changed the cell since, in the
 * column where it was found.
 */
export function putBack(
  sheet: number,
  timeZone: string,
  cells: readonly PutBack[],
  columns: SheetReading['columns'],
): void {
  const tab = findTab(sheet);
  if (!tab) return;
  const zone = civilTime(timeZone);
  for (const { row, position, shows, former } of inColumnsNow(cells, columns, readColumns(sheet, timeZone))) {
    const range = tab.getRange(row, position);
    if (!sameCell(toCell(range.getValue() as SheetValue, zone), shows)) continue;
    unlessRefused(() => restoreCell(range, former, zone, true));
    const value = toCell(range.getValue() as SheetValue, zone);
    if (!isRestored({ value, formula: range.getFormula() }, former)) restorePastRule(range, former, zone);
  }
}

/** Whether a cell holds again what it held. */
export function isRestored(now: Pick<FormerCell, 'value' | 'formula'>, { value, formula }: FormerCell): boolean {
  return now.formula === formula && (formula !== '' || sameCell(now.value, value));
}

/**
 * What a cell held before may be what its validation rule has come to forbid. Left with another value the cell would pass
 * for edited, and that value go to the table: so the rule is taken off for the moment. What is refused even then is left,
 * and the next scan tells.
 */
export function restorePastRule(range: Range, former: FormerCell, zone: CivilTime): void {
  const rule = range.getDataValidation();
  if (rule === null) return;
  unlessRefused(() => range.clearDataValidations());
  unlessRefused(() => restoreCell(range, former, zone, false));
  unlessRefused(() => range.setDataValidation(rule));
}

/**
 * Makes a cell hold again what it held. `mayBeSpilled`: its value may have been part of an array formula's result, which
 * looks like a typed one; cleared, the array fills it again.
 */
export function restoreCell(range: Range, former: FormerCell, zone: CivilTime, mayBeSpilled: boolean): void {
  const { value, formula, format } = former;
  const putFormat = () => format !== null && unlessRefused(() => setFormat(range, format));
  putFormat();
  if (formula !== '') {
    range.setFormula(formula);
    return;
  }
  if (value === null || mayBeSpilled) {
    range.setValue('');
    SpreadsheetApp.flush();
    if (value === null || sameCell(toCell(range.getValue() as SheetValue, zone), value)) return;
  }
  if (typeof value === 'string') writeText(range, value);
  else range.setValue(toValue(value, zone));
  // A date brings a format along where it finds none.
  putFormat();
}
