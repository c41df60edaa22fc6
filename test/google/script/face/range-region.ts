import type { RangeRef } from '../services/refs.ts';
import { call } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** Which cells of the sheet show something; asked for once a call. */
function filledCells({ doc, sheet }: RangeRef): {
  filled: (row: number, column: number) => boolean;
  rows: number;
  columns: number;
} {
  const { lastRow, lastColumn, maxRows, maxColumns } = call('Sheet.describe', { doc, sheet });
  const shown =
    lastRow === 0
      ? []
      : call('Range.getDisplayValues', { doc, sheet, row: 1, column: 1, rows: lastRow, columns: lastColumn });
  return { filled: (r, c) => (shown[r - 1]?.[c - 1] ?? '') !== '', rows: maxRows, columns: maxColumns };
}

/** Grows the range over neighbouring filled cells, as Ctrl+A does. */
export function dataRegion(ref: RangeRef, dimension?: Sheets.Dimension): RangeRef {
  const { filled, rows, columns } = filledCells(ref);
  let [top, left] = [ref.row, ref.column];
  let [bottom, right] = [ref.row + ref.rows - 1, ref.column + ref.columns - 1];
  const only = dimension === undefined ? '' : String(dimension);
  const any = (r1: number, r2: number, c1: number, c2: number): boolean => {
    for (let r = r1; r <= r2; r++) for (let c = c1; c <= c2; c++) if (filled(r, c)) return true;
    return false;
  };
  for (let grown = true; grown;) {
    grown = false;
    const [l, r] = only === 'ROWS' ? [left, right] : [Math.max(1, left - 1), Math.min(columns, right + 1)];
    const [t, b] = only === 'COLUMNS' ? [top, bottom] : [Math.max(1, top - 1), Math.min(rows, bottom + 1)];
    if (t < top && any(t, t, l, r)) [top, grown] = [t, true];
    if (b > bottom && any(b, b, l, r)) [bottom, grown] = [b, true];
    if (l < left && any(t, b, l, l)) [left, grown] = [l, true];
    if (r > right && any(t, b, r, r)) [right, grown] = [r, true];
  }
  return { ...ref, row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
}

/** Where Ctrl and an arrow key lead: the end of a run of filled cells, the next filled cell, or the edge. */
export function nextDataCell(ref: RangeRef, direction: Sheets.Direction): RangeRef {
  const { filled, rows, columns } = filledCells(ref);
  const steps: Record<string, [number, number]> = { UP: [-1, 0], DOWN: [1, 0], PREVIOUS: [0, -1], NEXT: [0, 1] };
  const [dr, dc] = steps[String(direction)]!;
  let { row, column } = ref;
  const inside = (r: number, c: number): boolean => r >= 1 && c >= 1 && r <= rows && c <= columns;
  const run = filled(row, column) && inside(row + dr, column + dc) && filled(row + dr, column + dc);
  while (inside(row + dr, column + dc)) {
    if (run && !filled(row + dr, column + dc)) break;
    [row, column] = [row + dr, column + dc];
    if (!run && filled(row, column)) break;
  }
  return { ...ref, row, column, rows: 1, columns: 1 };
}
