import { serialToCivil, civilToSerial } from '../../../shared/civil-serial.ts';
import { zoneOf } from '../../../api/sync/codec/civil.ts';
import { isDate, looksLikeError, type Cell } from '../../../shared/cell.ts';
import { needsTextFormat } from '../../../shared/text-format.ts';
import { instantOf, serialOfInstant } from '../../google/script/zone.ts';
import { areaOf } from '../../google/workbook/area.ts';
import type { LocaleCode } from '../../google/workbook/locale.ts';
import { isDateFormat } from '../../google/workbook/number-format.ts';
import type { Tab } from '../../google/workbook/tab.ts';
import { isError } from '../../google/workbook/value.ts';
import { Workbook } from '../../google/workbook/workbook.ts';

/** The two ways a cell is written and read: Apps Script takes text as if typed and dates as instants, REST takes both as they are. */
export type Face = 'script' | 'rest';

export interface Place {
  face: Face;
  zone: string;
  locale: LocaleCode;
}

/** What a person does: types text or sets a value, in a cell of a format (`` for automatic). */
export interface Typed {
  input: string | number | boolean;
  format: string;
}

function openTab({ zone, locale }: Place): Tab {
  const workbook = new Workbook({ timeZone: zone, locale, now: () => Date.UTC(2026, 0, 5, 9) });
  return workbook.addTab({ title: 'Types' });
}

/** Writes cells one below the other into a new tab, and answers what they show then, as a host reads them. */
export function throughSheet(cells: readonly Cell[], place: Place): Cell[] {
  const tab = openTab(place);
  grow(tab, cells.length);
  cells.forEach((cell, index) => (place.face === 'script' ? byScript : byRest)(tab, index + 1, cell, place.zone));
  return cells.map((_, index) => {
    if (tab.formula(index + 1, 1) !== '') throw new Error(`became a formula: ${JSON.stringify(cells[index])}`);
    return read(tab, index + 1, place);
  });
}

/** What cells show after a person typed into them. */
export function typedInSheet(typed: readonly Typed[], place: Place): Cell[] {
  const tab = openTab(place);
  grow(tab, typed.length);
  typed.forEach(({ input, format }, index) => {
    if (format !== '') tab.setNumberFormat(areaOf(index + 1, 1), format);
    tab.setInput(index + 1, 1, input, { mode: 'user' });
  });
  return typed.map((_, index) => read(tab, index + 1, place));
}

function grow(tab: Tab, rows: number): void {
  if (rows > tab.rowCount) tab.insertRows(tab.rowCount + 1, rows - tab.rowCount, 'before');
}

/** As addon/src/google/write-blocks.ts: `@` before text that would be reinterpreted, an apostrophe behind which one is kept. */
function byScript(tab: Tab, row: number, cell: Cell, zone: string): void {
  if (isDate(cell)) {
    tab.setNumberFormat(areaOf(row, 1), dateFormat(cell.date));
    const instant = zoneOf(zone)!.toInstant(cell.date);
    return tab.setInput(row, 1, serialOfInstant(instant, zone), { mode: 'user' });
  }
  if (typeof cell === 'object') return tab.setInput(row, 1, null);
  if (typeof cell === 'string' && needsTextFormat(cell)) tab.setNumberFormat(areaOf(row, 1), '@');
  tab.setInput(row, 1, cell, { mode: 'user' });
  if (typeof cell === 'string' && cell.startsWith("'") && tab.value(row, 1) !== cell) {
    tab.setInput(row, 1, `'${cell}`, { mode: 'user' });
  }
}

/** As api/sheets/write-blocks.ts: typed values, nothing parsed. */
function byRest(tab: Tab, row: number, cell: Cell): void {
  if (isDate(cell)) {
    tab.setNumberFormat(areaOf(row, 1), dateFormat(cell.date));
    return tab.setInput(row, 1, civilToSerial(cell.date), { mode: 'raw' });
  }
  tab.setInput(row, 1, typeof cell === 'object' ? null : cell, { mode: 'raw' });
}

function dateFormat(civil: string): string {
  if (/^\d\d:/.test(civil)) return 'hh:mm:ss';
  return civil.includes('T') ? 'yyyy-mm-dd hh:mm:ss' : 'yyyy-mm-dd';
}

function read(tab: Tab, row: number, { face, zone }: Place): Cell {
  const value = tab.value(row, 1);
  if (value === null || value === '') return null;
  if (isError(value)) return { error: value.error };
  if (typeof value === 'string') return looksLikeError(value) ? { error: value } : value;
  if (typeof value !== 'number' || !isDateFormat(tab.effectiveFormat(row, 1))) return value;
  if (face === 'rest') return { date: serialToCivil(value) };
  return { date: zoneOf(zone)!.fromInstant(instantOf(value, zone)) };
}
