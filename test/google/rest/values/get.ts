import type { DocumentCall } from '../context.ts';
import { clip, parseRange } from '../ranges.ts';
import { renderOptions, renderRange, type ValueRange } from './render.ts';

/** GET …/values/{range} */
export function getValues(call: DocumentCall, range: string): ValueRange {
  const options = renderOptions((name) => call.query.get(name) ?? undefined);
  const found = parseRange(call.workbook, range);
  return renderRange(found.tab, clip(found), options);
}

/** GET …/values:batchGet */
export function batchGetValues(call: DocumentCall): { spreadsheetId: string; valueRanges: ValueRange[] } {
  const options = renderOptions((name) => call.query.get(name) ?? undefined);
  const ranges = call.query.getAll('ranges').map((range) => parseRange(call.workbook, range));
  return {
    spreadsheetId: call.workbook.id,
    valueRanges: ranges.map((range) => renderRange(range.tab, clip(range), options)),
  };
}
