import type { CellFormat } from '../workbook/grid.ts';
import { formatType } from '../workbook/number-format.ts';
import type { Tab } from '../workbook/tab.ts';
import type { ChipRun } from '../workbook/rich-text.ts';
import { isError, type Value } from '../workbook/value.ts';
import { fromColor, toColor } from './color.ts';
import { toPivotTable } from './pivot-table.ts';
import { toChipRuns, toTextFormatRuns, withPlaceholders } from './text-runs.ts';

type Json = Record<string, unknown>;

const ERROR_TYPES: Record<string, string> = {
  '#NULL!': 'NULL_VALUE',
  '#DIV/0!': 'DIVIDE_BY_ZERO',
  '#VALUE!': 'VALUE',
  '#REF!': 'REF',
  '#NAME?': 'NAME',
  '#NUM!': 'NUM',
  '#N/A': 'N_A',
  '#ERROR!': 'ERROR',
};

const DEFAULT_FORMAT = {
  backgroundColor: { red: 1, green: 1, blue: 1 },
  padding: { top: 2, right: 3, bottom: 2, left: 3 },
  verticalAlignment: 'BOTTOM',
  wrapStrategy: 'OVERFLOW_CELL',
};

/** The API's ExtendedValue. */
function extended(value: Value): Json | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return { errorValue: { type: ERROR_TYPES[value.error] ?? 'ERROR' } };
}

/** CellData of one cell; `{}` where there is nothing. */
export function cellData(tab: Tab, row: number, column: number): Json {
  const value = tab.value(row, column);
  const formula = tab.formula(row, column);
  const format = tab.grid.format(row, column);
  const note = tab.note(row, column);
  const validation = tab.validation(row, column);
  const data: Json = {};
  const stored = tab.grid.value(row, column);
  const extra = tab.grid.extra(row, column);
  const told = extra?.chips ? chipText(tab, String(stored), extra.chips) : undefined;
  if (formula) data.userEnteredValue = { formulaValue: formula };
  else if (stored !== null) data.userEnteredValue = isError(stored) ? { stringValue: stored.error } : extended(stored);
  if (told !== undefined) data.userEnteredValue = extended(told);
  if (value !== null) {
    data.effectiveValue = extended(told ?? value);
    data.formattedValue = tab.displayValue(row, column);
  }
  if (format) data.userEnteredFormat = toCellFormat(format);
  if (value !== null || format) {
    const numberFormat = tab.effectiveFormat(row, column);
    data.effectiveFormat = {
      ...DEFAULT_FORMAT,
      ...toCellFormat({ ...format, ...(numberFormat ? { numberFormat } : {}) }),
    };
  }
  if (note) data.note = note;
  if (validation) data.dataValidation = validation;
  if (extra?.runs) data.textFormatRuns = toTextFormatRuns(extra.runs);
  const [run, ...more] = extra?.runs ?? [];
  if (run?.style.link && more.length === 0) data.hyperlink = run.style.link;
  if (extra?.chips) {
    const { chipsReadAsPlaceholders } = tab.workbook.unconfirmed;
    data.chipRuns = toChipRuns(String(stored), extra.chips, chipsReadAsPlaceholders);
  }
  if (extra?.pivot) data.pivotTable = toPivotTable(extra.pivot);
  return data;
}

/** What the value of a cell with chips is told as. */
function chipText(tab: Tab, text: string, chips: readonly ChipRun[]): string {
  return tab.workbook.unconfirmed.chipsReadAsPlaceholders ? withPlaceholders(text, chips) : text;
}

/** The API's CellFormat of ours. A background is told twice, as colour and as colour style. */
export function toCellFormat(format: CellFormat): Json {
  const out: Json = {};
  if (format.numberFormat) {
    out.numberFormat = { type: formatType(format.numberFormat) ?? 'NUMBER', pattern: format.numberFormat };
  }
  if (format.background) {
    const color = toColor(format.background);
    out.backgroundColor = color;
    out.backgroundColorStyle = { rgbColor: color };
  }
  return { ...out, ...format.other };
}

/** Replaces, in a format, the fields that `paths` (below userEnteredFormat) name by those of `given`. */
export function mergeFormat(old: CellFormat, given: Json | undefined, paths: string[]): CellFormat {
  const next: { -readonly [K in keyof CellFormat]: CellFormat[K] } = { ...old };
  const other: Json = { ...old.other };
  for (const path of paths.length ? paths : ['*']) {
    const name = path.split('.')[0]!;
    if (name === 'numberFormat' || path === '*') {
      const pattern = (given?.numberFormat as { pattern?: string; type?: string } | undefined) ?? {};
      const text = pattern.pattern ?? DEFAULT_PATTERNS[pattern.type ?? ''];
      if (text) next.numberFormat = text;
      else delete next.numberFormat;
    }
    if (/^backgroundColor(Style)?$/.test(name) || path === '*') {
      const style = given?.backgroundColorStyle as { rgbColor?: object } | undefined;
      const background = fromColor(style?.rgbColor ?? (given?.backgroundColor as object | undefined));
      if (background) next.background = background;
      else delete next.background;
    }
    if (path === '*') {
      for (const key of Object.keys(other)) delete other[key];
      for (const [key, value] of Object.entries(given ?? {})) if (!OWN.test(key)) other[key] = withColorStyle(value);
    } else if (!OWN.test(name)) {
      const value = path.split('.').reduce<unknown>((level, key) => (level as Json | undefined)?.[key], given);
      setPath(other, path.split('.'), withColorStyle(value));
    }
  }
  delete next.other;
  return Object.keys(other).length ? { ...next, other } : next;
}

const OWN = /^(numberFormat|backgroundColor(Style)?)$/;

const DEFAULT_PATTERNS: Record<string, string> = {
  TEXT: '@',
  NUMBER: '#,##0.00',
  PERCENT: '0.00%',
  CURRENCY: '"$"#,##0.00',
  DATE: 'M/d/yyyy',
  TIME: 'h:mm:ss AM/PM',
  DATE_TIME: 'M/d/yyyy H:mm:ss',
  SCIENTIFIC: '0.00E+00',
};

/** Text colour, too, is answered as colour and as style. */
function withColorStyle(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('foregroundColor' in value)) return value;
  const { foregroundColor } = value as Json;
  return { ...value, foregroundColorStyle: { rgbColor: foregroundColor } };
}

function setPath(target: Json, [head, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete target[head!];
    else target[head!] = value;
    return;
  }
  const child = { ...(target[head!] as Json | undefined) };
  setPath(child, rest, value);
  target[head!] = child;
}
