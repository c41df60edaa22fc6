import { areaOf, type Area } from '../../workbook/area.ts';
import type { CellInput } from '../../workbook/input.ts';
import { setChips, setRuns } from '../../workbook/rich-text.ts';
import type { SortKey } from '../../workbook/sort.ts';
import type { Tab } from '../../workbook/tab.ts';
import { NO_FORMATS, refuseTyped } from '../../workbook/table.ts';
import type { ValidationRule } from '../../workbook/validation.ts';
import { invalid } from '../api-error.ts';
import { mergeFormat } from '../cell-data.ts';
import type { DocumentCall } from '../context.ts';
import { leaves, parseMask } from '../field-mask.ts';
import { fromPivotTable } from '../pivot-table.ts';
import { readGridRange, tabOf, within, type GridRange } from '../ranges.ts';
import { fromChipRuns, fromTextFormatRuns } from '../text-runs.ts';
import type { RequestKind } from './kind.ts';
import { rowsForTable } from './tables.ts';

interface CellData {
  userEnteredValue?: {
    numberValue?: number;
    stringValue?: string;
    boolValue?: boolean;
    formulaValue?: string;
    errorValue?: unknown;
  };
  userEnteredFormat?: Record<string, unknown>;
  note?: string;
  dataValidation?: ValidationRule;
  textFormatRuns?: Parameters<typeof fromTextFormatRuns>[0];
  chipRuns?: Parameters<typeof fromChipRuns>[1];
  pivotTable?: Parameters<typeof fromPivotTable>[1];
}

interface Touched {
  value: boolean;
  format: string[] | null;
  note: boolean;
  validation: boolean;
  runs: boolean;
  chips: boolean;
  pivot: boolean;
}

/** Paths that an update touches, by the field of CellData they belong to. */
function touched(fields: string): Touched {
  if (!fields) throw invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const mask = parseMask(fields);
  const all = Object.keys(mask).length === 0;
  const paths = leaves(mask);
  const format = paths
    .filter((path) => path === 'userEnteredFormat' || path.startsWith('userEnteredFormat.'))
    .map((path) => path.slice('userEnteredFormat.'.length) || '*');
  return {
    value: all || paths.some((path) => path.startsWith('userEnteredValue')),
    format: all ? ['*'] : format.length ? format : null,
    note: all || paths.includes('note'),
    validation: all || paths.some((path) => path.startsWith('dataValidation')),
    runs: all || paths.some((path) => path.startsWith('textFormatRuns')),
    chips: all || paths.some((path) => path.startsWith('chipRuns')),
    pivot: all || paths.some((path) => path.startsWith('pivotTable')),
  };
}

/** An ExtendedValue as input: strings are taken literally, only formulaValue is a formula. */
function inputOf(cell: CellData): { input: CellInput; mode: 'user' | 'raw' } {
  const value = cell.userEnteredValue;
  if (!value) return { input: null, mode: 'raw' };
  if (value.formulaValue !== undefined) {
    if (!value.formulaValue.startsWith('=')) throw invalid(`Invalid formulaValue: ${value.formulaValue}`);
    return { input: value.formulaValue, mode: 'user' };
  }
  if (value.errorValue !== undefined) throw invalid('userEnteredValue.errorValue is read-only.');
  return { input: value.stringValue ?? value.numberValue ?? value.boolValue ?? null, mode: 'raw' };
}

function apply(
  call: DocumentCall,
  tab: Tab,
  area: Area,
  at: (row: number, column: number) => CellData,
  fields: string,
): void {
  const { value, format, note, validation, runs, chips, pivot } = touched(fields);
  const { actor } = call;
  if (format?.some((path) => path === '*' || path.startsWith('numberFormat'))) refuseTyped(tab, area, NO_FORMATS);
  if (actor !== undefined) tab.checkEditable(area, actor);
  for (let r = area.top; r <= area.bottom; r++) {
    for (let c = area.left; c <= area.right; c++) {
      const cell = at(r, c);
      const here = { top: r, left: c, bottom: r, right: c };
      if (format) tab.changeFormat(here, (old) => mergeFormat(old, cell.userEnteredFormat, format), actor);
      if (value) {
        const { input, mode } = inputOf(cell);
        tab.setInput(r, c, input, { mode, validate: false });
      }
      if (pivot && (cell.pivotTable || tab.grid.extra(r, c)?.pivot)) setPivot(call, tab, r, c, cell.pivotTable);
      if (chips && cell.chipRuns?.length) enterChips(tab, r, c, cell, value);
      if (runs && !cell.chipRuns?.length) setRuns(tab, r, c, fromTextFormatRuns(cell.textFormatRuns ?? []));
      if (note) tab.setNote(r, c, cell.note ?? null);
      if (validation) tab.setValidation(here, cell.dataValidation ?? null);
    }
  }
}

function enterChips(
  tab: Tab,
  row: number,
  column: number,
  { userEnteredValue, chipRuns = [] }: CellData,
  value: boolean,
): void {
  if (!value || userEnteredValue?.stringValue === undefined) {
    throw invalid('chipRuns can only be written together with a userEnteredValue that holds their placeholders.');
  }
  setChips(tab, row, column, fromChipRuns(userEnteredValue.stringValue, chipRuns));
}

/** A pivot table takes the place of what the cell held; without one, the cell loses its own with all that it shows. */
function setPivot(call: DocumentCall, tab: Tab, row: number, column: number, given: CellData['pivotTable']): void {
  tab.setInput(row, column, null);
  if (!given) return;
  const pivot = fromPivotTable(call.workbook, given);
  tab.changeExtra(areaOf(row, column), 'cells', (extra) => ({ ...extra, pivot }));
  call.workbook.formulaChanged(tab);
}

export const repeatCell: RequestKind = (
  call,
  { range, cell = {}, fields = '' }: { range?: GridRange; cell?: CellData; fields?: string },
) => {
  const found = readGridRange(call.workbook, range);
  apply(call, found.tab, within(found), () => cell, fields);
};

export const updateCells: RequestKind = (
  call,
  payload: {
    range?: GridRange;
    start?: { sheetId?: number; rowIndex?: number; columnIndex?: number };
    rows?: { values?: CellData[] }[];
    fields?: string;
  },
) => {
  const { range, start, rows = [], fields = '' } = payload;
  let area: Area;
  let tab: Tab;
  if (range) {
    const found = readGridRange(call.workbook, range);
    [tab, area] = [found.tab, within(found)];
    const width = Math.max(0, ...rows.map((row) => row.values?.length ?? 0));
    if (rows.length > area.bottom - area.top + 1)
      throw invalid(`Tried writing to row [${area.bottom + 1}], outside of the range.`);
    if (width > area.right - area.left + 1)
      throw invalid(`Tried writing to column [${area.right + 1}], outside of the range.`);
  } else {
    tab = tabOf(call.workbook, start?.sheetId);
    const width = Math.max(1, ...rows.map((row) => row.values?.length ?? 0));
    const [top, left] = [(start?.rowIndex ?? 0) + 1, (start?.columnIndex ?? 0) + 1];
    area = within({ tab, area: { top, left, bottom: top + Math.max(rows.length, 1) - 1, right: left + width - 1 } });
  }
  apply(call, tab, area, (r, c) => rows[r - area.top]?.values?.[c - area.left] ?? {}, fields);
};

/** Writes rows below the last row of the tab that holds anything, adding rows as needed. */
export const appendCells: RequestKind = (
  call,
  payload: { sheetId?: number; tableId?: string; rows?: { values?: CellData[] }[]; fields?: string },
) => {
  const { sheetId, tableId, rows = [], fields = '' } = payload;
  if (tableId !== undefined) {
    const { tab, top, left } = rowsForTable(call.workbook, tableId, rows.length);
    const right = left + Math.max(1, ...rows.map((row) => row.values?.length ?? 0)) - 1;
    const area = { top, left, bottom: top + rows.length - 1, right };
    return apply(call, tab, area, (r, c) => rows[r - top]?.values?.[c - left] ?? {}, fields);
  }
  const tab = tabOf(call.workbook, sheetId);
  const top = tab.dataExtent().rows + 1;
  const width = Math.max(1, ...rows.map((row) => row.values?.length ?? 0));
  const bottom = top + rows.length - 1;
  if (bottom > tab.rowCount) tab.insertRows(tab.rowCount + 1, bottom - tab.rowCount);
  if (width > tab.columnCount) tab.insertColumns(tab.columnCount + 1, width - tab.columnCount);
  apply(call, tab, { top, left: 1, bottom, right: width }, (r, c) => rows[r - top]?.values?.[c - 1] ?? {}, fields);
};

export const sortRange: RequestKind = (
  { workbook, actor },
  { range, sortSpecs = [] }: { range?: GridRange; sortSpecs?: { dimensionIndex?: number; sortOrder?: string }[] },
) => {
  const found = readGridRange(workbook, range);
  const area = within(found);
  const keys = sortSpecs.map(({ dimensionIndex = 0, sortOrder }): SortKey => {
    const column = dimensionIndex + 1;
    if (column < area.left || column > area.right)
      throw invalid(`Sort column ${dimensionIndex} is outside of the range.`);
    return { column, ascending: sortOrder !== 'DESCENDING' };
  });
  found.tab.sort({ range: area, keys, ...(actor === undefined ? {} : { actor }) });
};

export const mergeCells: RequestKind = (
  { workbook },
  { range, mergeType = 'MERGE_ALL' }: { range?: GridRange; mergeType?: string },
) => {
  const found = readGridRange(workbook, range);
  const area = within(found);
  const { tab } = found;
  if (mergeType === 'MERGE_ROWS') {
    tab.unmerge(area);
    for (let r = area.top; r <= area.bottom; r++) tab.merge({ ...area, top: r, bottom: r });
  } else if (mergeType === 'MERGE_COLUMNS') {
    tab.unmerge(area);
    for (let c = area.left; c <= area.right; c++) tab.merge({ ...area, left: c, right: c });
  } else {
    tab.merge(area);
  }
};

export const unmergeCells: RequestKind = ({ workbook }, { range }: { range?: GridRange }) => {
  const found = readGridRange(workbook, range);
  found.tab.unmerge(within(found));
};

export const setDataValidation: RequestKind = (
  { workbook, actor },
  { range, rule }: { range?: GridRange; rule?: ValidationRule },
) => {
  const found = readGridRange(workbook, range);
  const known = rule ? { ...rule, condition: { ...rule.condition, values: rule.condition.values ?? [] } } : null;
  if (known && !known.condition.type) throw invalid('condition.type is required.');
  found.tab.setValidation(within(found), known, actor);
};
