/** A rectangle of cells with the active cell in it. 1-based; `anchor` is the active cell, `head` the opposite corner. */
export interface Selection {
  anchor: Position;
  head: Position;
}
export interface Position {
  row: number;
  column: number;
}
export interface Extent {
  rows: number;
  columns: number;
}

export interface Rectangle {
  row: number;
  column: number;
  rows: number;
  columns: number;
}

export function selectCell(row: number, column: number): Selection {
  return { anchor: { row, column }, head: { row, column } };
}

export function rectangle({ anchor, head }: Selection): Rectangle {
  const row = Math.min(anchor.row, head.row);
  const column = Math.min(anchor.column, head.column);
  return {
    row,
    column,
    rows: Math.abs(anchor.row - head.row) + 1,
    columns: Math.abs(anchor.column - head.column) + 1,
  };
}

export function contains(area: Rectangle, row: number, column: number): boolean {
  return row >= area.row && row < area.row + area.rows && column >= area.column && column < area.column + area.columns;
}

const clamp = (value: number, high: number) => Math.max(1, Math.min(value, high));

export function step(from: Position, rows: number, columns: number, grid: Extent): Position {
  return { row: clamp(from.row + rows, grid.rows), column: clamp(from.column + columns, grid.columns) };
}

/**
 * Where Ctrl+arrow lands: the last filled cell of the block in that direction, or the next filled one over blanks, or
 * the grid's edge.
 */
export function jump(
  from: Position,
  rows: -1 | 0 | 1,
  columns: -1 | 0 | 1,
  grid: Extent,
  filled: (row: number, column: number) => boolean,
): Position {
  const next = (at: Position) => ({ row: at.row + rows, column: at.column + columns });
  const inside = (at: Position) => at.row >= 1 && at.row <= grid.rows && at.column >= 1 && at.column <= grid.columns;
  const isFilled = (at: Position) => inside(at) && filled(at.row, at.column);
  let at = from;
  if (isFilled(at) && isFilled(next(at))) {
    while (isFilled(next(at))) at = next(at);
    return at;
  }
  do {
    const ahead = next(at);
    if (!inside(ahead)) return at;
    at = ahead;
  } while (!isFilled(at));
  return at;
}
