import { cellName, columnLetters, columnNumber } from '../../../shared/a1.ts';

/** A rectangle of cells, 1-based, both ends inside. */
export interface Area {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** An area of which any side may be open (named and protected ranges, filters). */
export type OpenArea = Partial<Area>;

export function areaOf(row: number, column: number, rows = 1, columns = 1): Area {
  return { top: row, left: column, bottom: row + rows - 1, right: column + columns - 1 };
}

export function contains(area: OpenArea, row: number, column: number): boolean {
  return (
    row >= (area.top ?? 1) &&
    row <= (area.bottom ?? Infinity) &&
    column >= (area.left ?? 1) &&
    column <= (area.right ?? Infinity)
  );
}

export function intersects(a: OpenArea, b: OpenArea): boolean {
  return (
    (a.top ?? 1) <= (b.bottom ?? Infinity) &&
    (b.top ?? 1) <= (a.bottom ?? Infinity) &&
    (a.left ?? 1) <= (b.right ?? Infinity) &&
    (b.left ?? 1) <= (a.right ?? Infinity)
  );
}

/** The rectangle around both. */
export function union(a: Area, b: Area): Area {
  return {
    top: Math.min(a.top, b.top),
    left: Math.min(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

/** The area closed by the grid. */
export function bounded(area: OpenArea, rows: number, columns: number): Area {
  return { top: area.top ?? 1, left: area.left ?? 1, bottom: area.bottom ?? rows, right: area.right ?? columns };
}

/** `B2`, `A1:C3`. */
export function areaName(area: Area): string {
  const start = cellName(area.top, area.left);
  const end = cellName(area.bottom, area.right);
  return start === end ? start : `${start}:${end}`;
}

/** Tab title as it stands before `!`: quoted unless it is plain letters, digits and underscores. */
export function quoteTitle(title: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(title) && !/^[A-Za-z]{1,3}\d+$/.test(title)
    ? title
    : `'${title.replaceAll("'", "''")}'`;
}

/** Reads `A1`, `A1:C3`, `A:C`, `2:5`, `A2:C`, `$` ignored; null when it is none of these. */
export function parseArea(text: string): OpenArea | null {
  const match = /^\$?([A-Za-z]{1,3})?\$?(\d{1,8})?(?::\$?([A-Za-z]{1,3})?\$?(\d{1,8})?)?$/.exec(text);
  if (!match || text === '') return null;
  const [, c1, r1, c2, r2] = match;
  const whole = text.includes(':');
  if (!whole) {
    if (c1 === undefined || r1 === undefined) return null;
    const [row, column] = [Number(r1), columnNumber(c1)];
    return row < 1 ? null : { top: row, left: column, bottom: row, right: column };
  }
  if ((c1 ?? r1) === undefined || (c2 ?? r2) === undefined) return null;
  // `A:5` and `3:B` name nothing.
  if ((c1 === undefined && c2 !== undefined) || (r1 !== undefined && c1 === undefined && r2 === undefined)) return null;
  const area: OpenArea = {};
  const columns = [c1, c2].filter((c) => c !== undefined).map(columnNumber);
  const rows = [r1, r2].filter((r) => r !== undefined).map(Number);
  if (rows.some((row) => row < 1)) return null;
  if (columns.length === 2) [area.left, area.right] = [Math.min(...columns), Math.max(...columns)];
  else if (columns.length === 1) area.left = columns[0]!;
  if (rows.length === 2) [area.top, area.bottom] = [Math.min(...rows), Math.max(...rows)];
  else if (rows.length === 1) area.top = rows[0]!;
  return area;
}

/** Name of an area that may be open: `A:C`, `2:5`, `A2:C`. */
export function openAreaName(area: OpenArea): string {
  const letters = (column: number | undefined): string => (column === undefined ? '' : columnLetters(column));
  const start = letters(area.left) + String(area.top ?? '');
  const end = letters(area.right) + String(area.bottom ?? '');
  return start === end && area.top !== undefined && area.left !== undefined ? start : `${start}:${end}`;
}
