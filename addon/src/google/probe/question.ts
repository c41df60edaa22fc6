export type Sheet = GoogleAppsScript.Spreadsheet.Sheet;

/** One thing that no documentation says. `asks` and `expected` are for a person to read. */
export interface Question {
  /** Named in FIDELITY.md. */
  id: string;
  asks: string;
  /** What the local Google answers; its tests hold it to that. */
  expected: string;
  /** Tries it on an empty tab of its own, which is deleted afterwards. */
  answer: (sheet: Sheet) => string;
}

/** Writes one input the way the add-on does and answers the cell. */
export function put(sheet: Sheet, cell: string, value: unknown, format?: string): GoogleAppsScript.Spreadsheet.Range {
  const range = sheet.getRange(cell);
  if (format !== undefined) range.setNumberFormat(format);
  range.setValues([[value]]);
  SpreadsheetApp.flush();
  return range;
}

/** `formula =1+1`, `text "x"`, `number 5`, `date 2020-01-01 10:00:00` (wall clock of the spreadsheet), `empty`. */
export function seen(range: GoogleAppsScript.Spreadsheet.Range): string {
  const formula = range.getFormula();
  const value = range.getValue() as unknown;
  if (formula !== '') return `formula ${formula}`;
  if (value === '') return 'empty';
  if (Object.prototype.toString.call(value) === '[object Date]') return `date ${wallClock(value as Date)}`;
  return typeof value === 'string' ? `text "${value}"` : `${typeof value} ${String(value)}`;
}

function wallClock(value: Date): string {
  const zone = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  return Utilities.formatDate(value, zone, 'yyyy-MM-dd HH:mm:ss');
}
