import { ROWS_PROTECTED, ROWS_REFUSED } from '../../../shared/cycle/rows-refused.ts';
import type { BlockOutcome, RowsInserted } from '../../../shared/cycle/effects.ts';

/** Google's own trouble, not the cell's: the run ends and the next one goes on. */
const TRANSIENT = /service (spreadsheets|error)|timed out|try again|too many|server error|internal error/i;

export function isTransient(error: unknown): boolean {
  return TRANSIENT.test(error instanceof Error ? error.message : String(error));
}

/**
 * Does what Sheets may refuse for the cell's sake (a rule, or a column whose type it is to set formats), and lets it be where
 * it does.
 * @throws Google's own trouble
 */
export function unlessRefused(change: () => void): void {
  whyRefused(change);
}

/**
 * Does what Sheets may refuse. Answers its sentence, in the person's language; null where it did not. The refusal may come
 * at the flush alone.
 * @throws Google's own trouble
 */
export function whyRefused(change: () => void): string | null {
  try {
    change();
    SpreadsheetApp.flush();
    return null;
  } catch (error) {
    if (isTransient(error)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

export const PROTECTED: BlockOutcome = {
  ok: false,
  why: 'protected',
  message: 'This cell is protected, and Tandem’s runs may not edit it.',
};

/** Why a range could not be written. Asked of the range, not read from the exception, which is in the person's language. */
export function refusalOf(range: GoogleAppsScript.Spreadsheet.Range): BlockOutcome {
  if (!range.canEdit()) return PROTECTED;
  const ruled = range.getDataValidations().some((line) => line.some((rule) => rule !== null));
  return {
    ok: false,
    why: 'invalid',
    message: ruled
      ? 'The data validation of this cell does not allow the table’s value.'
      : 'Sheets does not take the table’s value for this cell. If its column has a type of its own, change that type.',
  };
}

/** Whether a cell is protected from this account, for many cells: a call a cell is slow. */
export function guardOfCells(tab: GoogleAppsScript.Spreadsheet.Sheet): (row: number, position: number) => boolean {
  const holds = (range: GoogleAppsScript.Spreadsheet.Range) => {
    const [top, bottom, left, right] = [range.getRow(), range.getLastRow(), range.getColumn(), range.getLastColumn()];
    return (row: number, position: number) => row >= top && row <= bottom && position >= left && position <= right;
  };
  const areas = closedProtections(tab).map((protection) => ({
    closed: holds(protection.getRange()),
    open: protection.getUnprotectedRanges().map(holds),
  }));
  return (row, position) =>
    areas.some(({ closed, open }) => closed(row, position) && !open.some((free) => free(row, position)));
}

/** Why a tab takes no more rows. */
export function refusalOfRows(tab: GoogleAppsScript.Spreadsheet.Sheet): RowsInserted {
  return tab.getDataRange().canEdit() && closedProtections(tab).length === 0 ? ROWS_REFUSED : ROWS_PROTECTED;
}

/** Protections of a tab, of ranges and of all of it, under which this account may not edit. */
export function closedProtections(tab: GoogleAppsScript.Spreadsheet.Sheet): GoogleAppsScript.Spreadsheet.Protection[] {
  const { RANGE, SHEET } = SpreadsheetApp.ProtectionType;
  return [RANGE, SHEET]
    .flatMap((type) => tab.getProtections(type))
    .filter((protection) => !protection.isWarningOnly() && !protection.canEdit());
}
