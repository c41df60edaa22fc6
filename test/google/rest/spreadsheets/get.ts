import type { DocumentCall } from '../context.ts';
import { rangesOf, type DataFilter } from '../data-filter.ts';
import { parseMask, reaches } from '../field-mask.ts';
import { parseRange } from '../ranges.ts';
import { spreadsheetResource } from './resource.ts';

/** GET …/spreadsheets/{id}. A field mask decides alone whether cells are included. */
export function getSpreadsheet(call: DocumentCall): unknown {
  const ranges = call.query.getAll('ranges').map((range) => parseRange(call.workbook, range));
  const fields = call.query.get('fields');
  const grid = fields
    ? reaches(parseMask(fields), 'sheets.data')
    : call.query.get('includeGridData')?.toLowerCase() === 'true';
  return spreadsheetResource(call.workbook, { grid, ranges, actor: call.actor });
}

/** POST …/spreadsheets/{id}:getByDataFilter */
export function getByDataFilter(call: DocumentCall): unknown {
  const filters = (call.body.dataFilters ?? []) as DataFilter[];
  const ranges = filters.flatMap((filter) => rangesOf(call.workbook, filter));
  const fields = call.query.get('fields');
  const grid = fields ? reaches(parseMask(fields), 'sheets.data') : call.body.includeGridData === true;
  return spreadsheetResource(call.workbook, { grid, ranges, actor: call.actor });
}
