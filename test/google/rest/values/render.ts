import type { Area } from '../../workbook/area.ts';
import { isDateFormat } from '../../workbook/number-format.ts';
import type { Tab } from '../../workbook/tab.ts';
import { isError } from '../../workbook/value.ts';
import { badField } from '../api-error.ts';
import { rangeName } from '../ranges.ts';

export interface RenderOptions {
  valueRenderOption: 'FORMATTED_VALUE' | 'UNFORMATTED_VALUE' | 'FORMULA';
  dateTimeRenderOption: 'SERIAL_NUMBER' | 'FORMATTED_STRING';
  majorDimension: 'ROWS' | 'COLUMNS';
}

export interface ValueRange {
  range: string;
  majorDimension: 'ROWS' | 'COLUMNS';
  values?: unknown[][];
}

type Get = (name: string) => unknown;

/** Reads one of an enumeration; the unspecified value and absence give the default. */
export function oneOf<T extends string>(get: Get, name: string, fallback: T, others: readonly T[], at = name): T {
  const given = get(name);
  if (given === undefined || given === null || /_UNSPECIFIED$/.test(String(given))) return fallback;
  if (given === fallback || others.includes(given as T)) return given as T;
  const type = name[0]!.toUpperCase() + name.slice(1);
  throw badField(
    at,
    `Invalid value at '${at}' (type.googleapis.com/google.apps.sheets.v4.${type}), "${String(given)}"`,
  );
}

/** The render options of a read, from query or body; `prefix` is that of `responseValueRenderOption`. */
export function renderOptions(get: Get, prefix: '' | 'response' = ''): RenderOptions {
  const name = (base: string): string => (prefix ? prefix + base[0]!.toUpperCase() + base.slice(1) : base);
  return {
    valueRenderOption: oneOf(get, name('valueRenderOption'), 'FORMATTED_VALUE', ['UNFORMATTED_VALUE', 'FORMULA']),
    dateTimeRenderOption: oneOf(get, name('dateTimeRenderOption'), 'SERIAL_NUMBER', ['FORMATTED_STRING']),
    majorDimension: prefix ? 'ROWS' : oneOf(get, 'majorDimension', 'ROWS', ['COLUMNS']),
  };
}

/** A ValueRange: blanks at the end of a row and empty rows at the end are left out, `values` too when nothing is left. */
export function renderRange(tab: Tab, area: Area, options: RenderOptions): ValueRange {
  const extent = tab.dataExtent();
  const rows = Math.min(area.bottom, extent.rows) - area.top + 1;
  const columns = Math.min(area.right, extent.columns) - area.left + 1;
  const lines = rows < 1 || columns < 1 ? [] : renderCells(tab, area, rows, columns, options);
  const values = trim(options.majorDimension === 'COLUMNS' ? transpose(lines) : lines);
  return {
    range: rangeName(tab, area),
    majorDimension: options.majorDimension,
    ...(values.length ? { values } : {}),
  };
}

function renderCells(tab: Tab, area: Area, rows: number, columns: number, options: RenderOptions): unknown[][] {
  const raw = tab.rawValues(area.top, area.left, rows, columns);
  const { valueRenderOption, dateTimeRenderOption } = options;
  const dateText = dateTimeRenderOption === 'FORMATTED_STRING';
  return raw.map((line, r) =>
    line.map((value, c) => {
      const [row, column] = [area.top + r, area.left + c];
      if (valueRenderOption === 'FORMULA') {
        const formula = tab.formula(row, column);
        if (formula) return formula;
      }
      if (value === null) return '';
      if (valueRenderOption === 'FORMATTED_VALUE') return tab.displayValue(row, column);
      if (isError(value)) return value.error;
      if (dateText && typeof value === 'number' && isDateFormat(tab.effectiveFormat(row, column))) {
        return tab.displayValue(row, column);
      }
      return value;
    }),
  );
}

function transpose(lines: unknown[][]): unknown[][] {
  return (lines[0] ?? []).map((_, c) => lines.map((line) => line[c]));
}

function trim(lines: unknown[][]): unknown[][] {
  const trimmed = lines.map((line) => {
    let last = line.length;
    while (last > 0 && line[last - 1] === '') last--;
    return line.slice(0, last);
  });
  let last = trimmed.length;
  while (last > 0 && trimmed[last - 1]!.length === 0) last--;
  return trimmed.slice(0, last);
}
