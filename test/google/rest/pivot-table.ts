import { SheetError } from '../workbook/errors.ts';
import { SUMMARIES, type Pivot, type PivotGroup, type PivotValue, type Summary } from '../workbook/pivot.ts';
import type { Workbook } from '../workbook/workbook.ts';
import { readGridRange, toGridRange, within, type GridRange } from './ranges.ts';

type Json = Record<string, unknown>;

interface GivenGroup {
  sourceColumnOffset?: number;
  sortOrder?: string;
  showTotals?: boolean;
  label?: string;
}

interface GivenPivot {
  source?: GridRange;
  rows?: GivenGroup[];
  columns?: GivenGroup[];
  values?: { sourceColumnOffset?: number; summarizeFunction?: string; name?: string }[];
}

const KNOWN = ['source', 'rows', 'columns', 'values', 'valueLayout'];

/** Reads a PivotTable. @throws SheetError for what the local Google does not draw, by name */
export function fromPivotTable(workbook: Workbook, given: GivenPivot): Pivot {
  const strange = Object.keys(given).find((name) => !KNOWN.includes(name));
  if (strange) throw new SheetError(`pivotTable.${strange} is not part of the local Google.`);
  if (!given.source) throw new SheetError('pivotTable.source is required.');
  const found = readGridRange(workbook, given.source);
  const columns = (given.columns ?? []).map(group);
  const values = (given.values ?? []).map(value);
  if (columns.length > 1 || (columns.length === 1 && values.length > 1)) {
    throw new SheetError('Several column groups or values beside one are not part of the local Google.');
  }
  return { source: { tabId: found.tab.id, area: within(found) }, rows: (given.rows ?? []).map(group), columns, values };
}

function group({ sourceColumnOffset: offset = 0, sortOrder, showTotals, label }: GivenGroup): PivotGroup {
  return {
    offset,
    ascending: sortOrder !== 'DESCENDING',
    totals: showTotals ?? false,
    ...(label === undefined ? {} : { label }),
  };
}

function value(given: { sourceColumnOffset?: number; summarizeFunction?: string; name?: string }): PivotValue {
  const { sourceColumnOffset: offset = 0, summarizeFunction = '', name } = given;
  if (!SUMMARIES.includes(summarizeFunction as Summary)) {
    throw new SheetError(`summarizeFunction ${summarizeFunction} is not part of the local Google.`);
  }
  return { offset, summarize: summarizeFunction as Summary, ...(name === undefined ? {} : { name }) };
}

export function toPivotTable({ source, rows, columns, values }: Pivot): Json {
  const offsetOf = (offset: number): Json => (offset ? { sourceColumnOffset: offset } : {});
  const groups = (list: readonly PivotGroup[]): Json[] =>
    list.map(({ offset, ascending, totals, label }) => ({
      ...offsetOf(offset),
      ...(totals ? { showTotals: true } : {}),
      sortOrder: ascending ? 'ASCENDING' : 'DESCENDING',
      ...(label === undefined ? {} : { label }),
    }));
  return {
    source: toGridRange(source.tabId, source.area),
    ...(rows.length ? { rows: groups(rows) } : {}),
    ...(columns.length ? { columns: groups(columns) } : {}),
    ...(values.length
      ? {
          values: values.map(({ offset, summarize, name }) => ({
            ...offsetOf(offset),
            summarizeFunction: summarize,
            ...(name === undefined ? {} : { name }),
          })),
        }
      : {}),
  };
}
