import type { Area } from '../../workbook/area.ts';
import type { Tab } from '../../workbook/tab.ts';
import type { DocumentCall } from '../context.ts';
import { clip, parseRange, rangeName } from '../ranges.ts';
import { oneOf } from './render.ts';
import { inputMode, readValues, withData, writeBlock } from './write.ts';

/**
 * POST …/values/{range}:append. The block goes below the last table within the range, from that table's first
 * column on; where the range touches no table, it goes to the first cell of the range.
 */
export function appendValues(call: DocumentCall, range: string): unknown {
  const { query, body, workbook } = call;
  const get = (name: string): unknown => query.get(name) ?? undefined;
  const block = readValues(body);
  const mode = inputMode(get('valueInputOption'));
  const option = oneOf(get, 'insertDataOption', 'OVERWRITE', ['INSERT_ROWS'], 'insert_data_option');
  const found = parseRange(workbook, range);
  const { tab } = found;
  const area = clip(found);
  const table = lastTable(tab, area);
  const top = table ? table.bottom + 1 : area.top;
  const left = table ? table.left : area.left;
  const width = Math.max(0, ...block.map((line) => line.length));
  const place = { top, left, bottom: top + block.length - 1, right: left + width - 1 };
  if (table && option === 'INSERT_ROWS' && block.length > 0) tab.insertRows(top, block.length, 'before');
  if (place.bottom > tab.rowCount) tab.insertRows(tab.rowCount + 1, place.bottom - tab.rowCount);
  if (place.right > tab.columnCount) tab.insertColumns(tab.columnCount + 1, place.right - tab.columnCount);
  const updates = withData(writeBlock(call, tab, place, block, mode), tab, place, get);
  return {
    spreadsheetId: workbook.id,
    ...(table ? { tableRange: rangeName(tab, table) } : {}),
    updates,
  };
}

/** The lowest, then rightmost, block of cells in the range that blank rows and columns set apart. */
function lastTable(tab: Tab, area: Area): Area | null {
  const extent = tab.dataExtent();
  if (extent.rows === 0) return null;
  const cells = tab.rawValues(1, 1, extent.rows, extent.columns);
  const filled = (row: number, column: number): boolean => {
    const value = cells[row - 1]?.[column - 1];
    return (value !== null && value !== undefined) || tab.formula(row, column) !== '';
  };
  for (let r = Math.min(area.bottom, extent.rows); r >= area.top; r--) {
    for (let c = Math.min(area.right, extent.columns); c >= area.left; c--) {
      if (filled(r, c)) return region(r, c, extent, filled);
    }
  }
  // A blank cell may still lie inside a table: look at what surrounds it.
  for (let r = area.top - 1; r <= area.top + 1; r++) {
    for (let c = area.left - 1; c <= area.left + 1; c++) {
      if (r < 1 || c < 1 || !filled(r, c)) continue;
      const around = region(r, c, extent, filled);
      const inside =
        area.top >= around.top && area.top <= around.bottom && area.left >= around.left && area.left <= around.right;
      if (inside) return around;
    }
  }
  return null;
}

/** Grows a cell to the rectangle that touches no further filled cell, not even by a corner. */
function region(
  row: number,
  column: number,
  extent: { rows: number; columns: number },
  filled: (row: number, column: number) => boolean,
): Area {
  const area = { top: row, left: column, bottom: row, right: column };
  const rowFilled = (r: number): boolean => {
    for (let c = area.left; c <= area.right; c++) if (filled(r, c)) return true;
    return false;
  };
  // The corners are looked at here alone.
  const columnFilled = (c: number): boolean => {
    for (let r = area.top - 1; r <= area.bottom + 1; r++) if (filled(r, c)) return true;
    return false;
  };
  for (let grown = true; grown;) {
    grown = false;
    if (area.top > 1 && rowFilled(area.top - 1)) [area.top, grown] = [area.top - 1, true];
    if (area.bottom < extent.rows && rowFilled(area.bottom + 1)) [area.bottom, grown] = [area.bottom + 1, true];
    if (area.left > 1 && columnFilled(area.left - 1)) [area.left, grown] = [area.left - 1, true];
    if (area.right < extent.columns && columnFilled(area.right + 1)) [area.right, grown] = [area.right + 1, true];
  }
  return area;
}
