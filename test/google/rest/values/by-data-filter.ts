import { invalid } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import { rangesOf, type DataFilter } from '../data-filter.ts';
import { clip, type TabRange } from '../ranges.ts';
import { clearRange } from './clear.ts';
import { renderOptions, renderRange } from './render.ts';
import { batchUpdateValues } from './update.ts';

const filtersOf = (call: DocumentCall): DataFilter[] => (call.body.dataFilters ?? []) as DataFilter[];

/** POST …/values:batchGetByDataFilter */
export function batchGetByDataFilter(call: DocumentCall): unknown {
  const options = renderOptions((name) => call.body[name]);
  const valueRanges = filtersOf(call).flatMap((filter) =>
    rangesOf(call.workbook, filter).map((range) => ({
      valueRange: renderRange(range.tab, clip(range), options),
      dataFilters: [filter],
    })),
  );
  return { spreadsheetId: call.workbook.id, ...(valueRanges.length ? { valueRanges } : {}) };
}

/** POST …/values:batchUpdateByDataFilter */
export function batchUpdateByDataFilter(call: DocumentCall): unknown {
  const data = (call.body.data ?? []) as { dataFilter?: DataFilter }[];
  const response = batchUpdateValues(call, (item): TabRange => {
    const ranges = rangesOf(call.workbook, (item.dataFilter ?? {}) as DataFilter);
    if (ranges.length !== 1) throw invalid(`The data filter matches ${ranges.length} ranges; it must match one.`);
    return ranges[0]!;
  }) as { responses: object[] };
  return {
    ...response,
    responses: response.responses.map(({ spreadsheetId: _, ...rest }: { spreadsheetId?: string }, i) => ({
      ...rest,
      dataFilter: data[i]!.dataFilter,
    })),
  };
}

/** POST …/values:batchClearByDataFilter */
export function batchClearByDataFilter(call: DocumentCall): unknown {
  const ranges = filtersOf(call).flatMap((filter) => rangesOf(call.workbook, filter));
  return { spreadsheetId: call.workbook.id, clearedRanges: ranges.map((range) => clearRange(call, range)) };
}
