import type { Tab } from '../../workbook/tab.ts';
import { checkRowsInsertable, resize } from '../../workbook/structure.ts';
import { invalid } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import type { DimensionRange } from '../data-filter.ts';
import { tabOf } from '../ranges.ts';
import type { RequestKind } from './kind.ts';

interface Lines {
  tab: Tab;
  rows: boolean;
  /** 1-based. */
  first: number;
  count: number;
}

function linesOf({ workbook }: DocumentCall, range: DimensionRange = {}, verb = 'update'): Lines {
  const growing = verb === 'insert';
  const tab = tabOf(workbook, range.sheetId);
  if (range.dimension !== 'ROWS' && range.dimension !== 'COLUMNS') throw invalid('No dimension specified.');
  const rows = range.dimension === 'ROWS';
  const size = rows ? tab.rowCount : tab.columnCount;
  const start = range.startIndex ?? 0;
  const end = range.endIndex ?? size;
  if (start < 0) throw invalid(`range.startIndex[${start}] must be >= 0`);
  if (end <= start) throw invalid(`range.endIndex[${end}] must be after startIndex[${start}]`);
  if (growing ? start > size : end > size) {
    const one = rows ? 'row' : 'column';
    throw invalid(
      growing
        ? `range.startIndex[${start}] is too large. Sheet only has ${size} ${one}s.`
        : `Cannot ${verb} a ${one} that doesn't exist. Tried to ${verb} ${one} index ${Math.max(start, size)} but there are only ${size} ${one}s.`,
    );
  }
  return { tab, rows, first: start + 1, count: end - start };
}

export const insertDimension: RequestKind = (
  call,
  { range, inheritFromBefore }: { range?: DimensionRange; inheritFromBefore?: boolean },
) => {
  const { tab, rows, first, count } = linesOf(call, range, 'insert');
  if (inheritFromBefore && first === 1) {
    throw invalid('inheritFromBefore cannot be true if inserting at the start of a sheet.');
  }
  const inherit = inheritFromBefore ? 'before' : 'after';
  if (rows && call.actor !== undefined) checkRowsInsertable(tab, first, call.actor);
  if (rows) tab.insertRows(first, count, inherit);
  else tab.insertColumns(first, count, inherit);
};

export const deleteDimension: RequestKind = (call, { range }: { range?: DimensionRange }) => {
  const { tab, rows, first, count } = linesOf(call, range, 'delete');
  const last = first + count - 1;
  if (call.actor !== undefined) {
    tab.checkEditable(rows ? { top: first, bottom: last } : { left: first, right: last }, call.actor);
  }
  if (rows) tab.deleteRows(first, count);
  else tab.deleteColumns(first, count);
};

export const moveDimension: RequestKind = (
  call,
  { source, destinationIndex = 0 }: { source?: DimensionRange; destinationIndex?: number },
) => {
  const { tab, rows, first, count } = linesOf(call, source, 'move');
  if (rows) tab.moveRows(first, count, destinationIndex + 1);
  else tab.moveColumns(first, count, destinationIndex + 1);
};

export const appendDimension: RequestKind = (
  { workbook, actor },
  { sheetId, dimension, length = 0 }: { sheetId?: number; dimension?: string; length?: number },
) => {
  const tab = tabOf(workbook, sheetId);
  if (dimension === 'ROWS' && actor !== undefined) checkRowsInsertable(tab, tab.rowCount + 1, actor);
  if (length < 1) throw invalid(`length[${length}] must be positive.`);
  resize(
    tab,
    tab.rowCount + (dimension === 'ROWS' ? length : 0),
    tab.columnCount + (dimension === 'COLUMNS' ? length : 0),
  );
};

/** Visibility is kept; sizes in pixels are taken and forgotten: nothing here is drawn. */
export const updateDimensionProperties: RequestKind = (
  call,
  {
    range,
    properties = {},
    fields = '',
  }: { range?: DimensionRange; properties?: { hiddenByUser?: boolean }; fields?: string },
) => {
  const { tab, rows, first, count } = linesOf(call, range);
  if (!/hiddenByUser|\*/.test(fields)) return;
  const hidden = new Set(rows ? tab.hiddenRows : tab.hiddenColumns);
  for (let n = first; n < first + count; n++) {
    if (properties.hiddenByUser) hidden.add(n);
    else hidden.delete(n);
  }
  if (rows) tab.hiddenRows = hidden;
  else tab.hiddenColumns = hidden;
  call.workbook.changed({ kind: 'visibility', tabId: tab.id });
};
