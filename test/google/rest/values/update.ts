import type { DocumentCall } from '../context.ts';
import { badField } from '../api-error.ts';
import { parseRange, type TabRange } from '../ranges.ts';
import { inputMode, readValues, target, withData, writeBlock, type UpdateValuesResponse } from './write.ts';

/** PUT …/values/{range} */
export function updateValues(call: DocumentCall, range: string): UpdateValuesResponse {
  const { query, body, workbook } = call;
  const get = (name: string): unknown => query.get(name) ?? undefined;
  const block = readValues(body);
  const mode = inputMode(get('valueInputOption'));
  const found = parseRange(workbook, range);
  const place = target(found, block);
  return withData(writeBlock(call, found.tab, place, block, mode), found.tab, place, get);
}

/** Body of values:batchUpdate; every range is checked before the first is written. */
export function batchUpdateValues(
  call: DocumentCall,
  locate: (item: Record<string, unknown>) => TabRange = (item) => parseRange(call.workbook, String(item.range ?? '')),
): unknown {
  const { body, workbook } = call;
  const data = (body.data ?? []) as Record<string, unknown>[];
  if (!Array.isArray(data))
    throw badField(
      'data',
      `Invalid value at 'data' (type.googleapis.com/google.apps.sheets.v4.ValueRange), ${JSON.stringify(data)}`,
    );
  const get = (name: string): unknown => body[name];
  const mode = inputMode(get('valueInputOption'));
  const writes = data.map((item, i) => {
    const block = readValues(item, `data[${i}]`);
    const found = locate(item);
    return { block, found, place: target(found, block) };
  });
  const before = workbook.snapshot();
  try {
    const responses = writes.map(({ block, found, place }) =>
      withData(writeBlock(call, found.tab, place, block, mode), found.tab, place, get),
    );
    const rows = new Set<string>();
    const columns = new Set<string>();
    for (const { found, place } of writes) {
      for (let r = place.top; r <= place.bottom; r++) rows.add(`${found.tab.id}:${r}`);
      for (let c = place.left; c <= place.right; c++) columns.add(`${found.tab.id}:${c}`);
    }
    const total = {
      totalUpdatedRows: rows.size,
      totalUpdatedColumns: columns.size,
      totalUpdatedCells: responses.reduce((sum, response) => sum + (response.updatedCells ?? 0), 0),
      totalUpdatedSheets: new Set(writes.map(({ found }) => found.tab)).size,
    };
    return { spreadsheetId: workbook.id, ...total, responses };
  } catch (error) {
    workbook.restore(before);
    throw error;
  }
}
