import { isDate, looksLikeError, NO_DATE, type Cell } from '../../../shared/cell.ts';
import type { RowsInserted, SheetReading } from '../../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { computedCells, pivotReach, type Reach } from '../array-reach.ts';
import { isDateMs } from '../../../shared/civil-ms.ts';
import { CivilTime } from '../../../shared/civil-time.ts';
import { lookAnew } from './look-anew.ts';
import { isTransient, refusalOfRows, unlessRefused } from './refusal.ts';
import { columnIds, findTab } from './spreadsheet.ts';

const zones = new Map<string, CivilTime>();

/** Civil time of the spreadsheet's own timezone, which may differ from the script's. Offsets are kept for the run. */
export function civilTime(timeZone: string): CivilTime {
  let zone = zones.get(timeZone);
  if (!zone) {
    zone = new CivilTime((instant) => Utilities.formatDate(new Date(instant), timeZone, "yyyy-MM-dd'T'HH:mm:ss.SSS"));
    zones.set(timeZone, zone);
  }
  return zone;
}

/** What `getValues()` gives: Date stands for any cell with a date or time format. An image in a cell is an object too. */
export type SheetValue = string | number | boolean | Date;

/** An image stands in the cell: no value, and nothing to write over. */
const IMAGE: Cell = { error: '(image)' };

export function toCell(value: SheetValue, zone: CivilTime): Cell {
  if (typeof value === 'string') {
    if (value === '') return null;
    return looksLikeError(value) ? { error: value } : value;
  }
  // Not `instanceof`: the value may come from another realm than this script's.
  if (typeof value !== 'object') return value;
  if (!isDateObject(value)) return IMAGE;
  return isDateMs(value.getTime()) ? { date: zone.fromInstant(value.getTime()) } : NO_DATE;
}

function isDateObject(value: object): value is Date {
  return typeof (value as Partial<Date>).getTime === 'function';
}

/** What `setValues()` takes for a cell. `''` clears. */
export function toValue(cell: Cell, zone: CivilTime): SheetValue {
  if (cell === null) return '';
  if (isDate(cell)) return new Date(zone.toInstant(cell.date));
  return typeof cell === 'object' ? '' : cell;
}

/**
 * The tab as a cycle sees it: one fetch of the data range, one of its formulas (and of its pivot tables) where `computed` is asked for, and the
 * marks on its columns. Mapped columns beyond the data range (all cleared, header too) are listed with empty headers.
 */
export function readSheet(sheet: number, timeZone: string, computed: boolean): SheetReading {
  const tab = findTab(sheet);
  if (!tab) return { title: null, timeZone, columns: [], rows: [] };
  lookAnew();
  const range = tab.getDataRange();
  const values = range.getValues() as SheetValue[][];
  const ids = columnIds(tab);
  const width = Math.max(values[0]?.length ?? 0, ...ids.keys());
  const headers = values[HEADER_ROW - 1] ?? [];
  const zone = civilTime(timeZone);
  const columns = Array.from({ length: width }, (_, index) => ({
    header: headerText(headers[index] ?? '', zone),
    id: ids.get(index + 1) ?? null,
  }));
  const rows = values.slice(HEADER_ROW).map((line) => {
    const cells: Cell[] = line.map((value) => toCell(value, zone));
    while (cells.length < width) cells.push(null);
    return cells;
  });
  const reading: SheetReading = { title: tab.getName(), timeZone, columns, rows };
  if (computed) reading.computed = computedCells(range.getFormulas(), pivotTables(tab, values)).slice(HEADER_ROW);
  return reading;
}

/** Where the tab's pivot tables are drawn. What they show looks typed; only their first cells are known. */
function pivotTables(tab: GoogleAppsScript.Spreadsheet.Sheet, values: readonly (readonly SheetValue[])[]): Reach[] {
  return tab.getPivotTables().map((pivot) => {
    const anchor = pivot.getAnchorCell();
    return pivotReach(values, anchor.getRow() - 1, anchor.getColumn() - 1);
  });
}

function headerText(value: SheetValue, zone: CivilTime): string {
  if (typeof value !== 'object') return String(value);
  const cell = toCell(value, zone);
  return isDate(cell) ? cell.date : '';
}

/** Headers of a tab alone, without its rows. */
export function readHeaders(sheet: number, timeZone: string): { headers: string[]; rows: number } {
  lookAnew();
  const tab = findTab(sheet);
  if (!tab || tab.getLastColumn() === 0) return { headers: [], rows: 0 };
  const values = tab.getRange(HEADER_ROW, 1, 1, tab.getLastColumn()).getValues() as SheetValue[][];
  const zone = civilTime(timeZone);
  return {
    headers: values[0]!.map((value) => headerText(value, zone)),
    rows: Math.max(0, tab.getLastRow() - HEADER_ROW),
  };
}

/**
 * Inserts rows below `after`. Sheets gives new rows the format of the row above; a tint that marks a refused cell there
 * must not come along.
 */
export function insertRows(sheet: number, after: number, count: number, tint: string): RowsInserted {
  const tab = findTab(sheet);
  if (!tab) return { ok: false, why: 'invalid', message: 'The tab is gone.' };
  try {
    tab.insertRowsAfter(after, count);
    SpreadsheetApp.flush();
  } catch (error) {
    if (isTransient(error)) throw error;
    return refusalOfRows(tab);
  }
  if (after === HEADER_ROW) {
    // The first rows of data do not look like headers.
    unlessRefused(() => tab.getRange(after + 1, 1, count, tab.getMaxColumns()).clearFormat());
    return { ok: true };
  }
  const width = tab.getLastColumn();
  if (width === 0) return { ok: true };
  const above = tab.getRange(after, 1, 1, width).getBackgrounds()[0]!;
  above.forEach((color, index) => {
    if (color.toLowerCase() !== tint) return;
    unlessRefused(() => tab.getRange(after + 1, index + 1, count, 1).setBackground(null));
  });
  return { ok: true };
}
