import type { SheetReading } from '../../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { readHeaders } from './sheet.ts';
import { columnIds, findTab } from './spreadsheet.ts';
import { textInput } from './write-text.ts';

/** Headers and marks of a tab's columns, without its rows. */
export function readColumns(sheet: number, timeZone: string): SheetReading['columns'] {
  const tab = findTab(sheet);
  if (!tab) return [];
  const { headers } = readHeaders(sheet, timeZone);
  const ids = columnIds(tab);
  const width = Math.max(headers.length, ...ids.keys());
  return Array.from({ length: width }, (_, index) => ({
    header: headers[index] ?? '',
    id: ids.get(index + 1) ?? null,
  }));
}

/** Adds a column right of everything, with its header. Answers its position. */
export function appendColumn(sheet: number, header: string): number {
  const tab = findTab(sheet)!;
  const last = tab.getLastColumn();
  if (last >= tab.getMaxColumns()) tab.insertColumnsAfter(last, 1);
  // Some text reads as something else when written; no header is a number.
  tab
    .getRange(HEADER_ROW, last + 1)
    .setNumberFormat('@')
    .setValue(textInput(header) ?? header);
  return last + 1;
}

/** Empties a column that was appended, header and all. */
export function clearColumn(sheet: number, position: number): void {
  const tab = findTab(sheet);
  tab?.getRange(1, position, tab.getMaxRows(), 1).clear();
}

/** Takes the header of an appended column off again. */
export function clearHeader(sheet: number, position: number): void {
  findTab(sheet)?.getRange(HEADER_ROW, position).clear();
}
