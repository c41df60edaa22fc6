import type { Area } from '../../workbook/area.ts';
import { SheetError } from '../../workbook/errors.ts';
import { invalid } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import { clip, parseRange, rangeName, type TabRange } from '../ranges.ts';

/** Empties cells; notes, formats and validation stay. Answers the range as it was cut by the grid. */
export function clearRange(call: DocumentCall, range: TabRange): string {
  const area: Area = clip(range);
  try {
    range.tab.clearContent(area, call.actor === undefined ? {} : { actor: call.actor });
  } catch (error) {
    if (error instanceof SheetError) throw invalid(error.message);
    throw error;
  }
  return rangeName(range.tab, area);
}

/** POST …/values/{range}:clear */
export function clearValues(call: DocumentCall, range: string): unknown {
  return { spreadsheetId: call.workbook.id, clearedRange: clearRange(call, parseRange(call.workbook, range)) };
}

/** POST …/values:batchClear */
export function batchClearValues(call: DocumentCall): unknown {
  const ranges = ((call.body.ranges ?? []) as string[]).map((range) => parseRange(call.workbook, range));
  return { spreadsheetId: call.workbook.id, clearedRanges: ranges.map((range) => clearRange(call, range)) };
}
