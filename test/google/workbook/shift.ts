import type { OpenArea } from './area.ts';

/**
 * What a structural change does to one axis of a tab. `position` says where a row or column went, null when it is
 * gone; `span` does the same for a range of them: an insertion inside grows it, a deletion shrinks it.
 */
export interface Shift {
  axis: 'row' | 'column';
  position: (n: number) => number | null;
  span: (start: number, end: number) => [number, number] | null;
}

export function insertion(axis: Shift['axis'], before: number, count: number): Shift {
  const position = (n: number): number => (n >= before ? n + count : n);
  return { axis, position, span: (start, end) => [position(start), position(end)] };
}

export function deletion(axis: Shift['axis'], from: number, count: number): Shift {
  const last = from + count - 1;
  return {
    axis,
    position: (n) => (n < from ? n : n > last ? n - count : null),
    span: (start, end) => {
      if (start >= from && end <= last) return null;
      const newStart = start < from ? start : start > last ? start - count : from;
      const newEnd = end < from ? end : end > last ? end - count : from - 1;
      return [newStart, newEnd];
    },
  };
}

/** Moves `count` lines starting at `from` so that they stand before line `before` (numbers from before the move). */
export function movement(axis: Shift['axis'], from: number, count: number, before: number): Shift {
  const last = from + count - 1;
  const position = (n: number): number => {
    if (n >= from && n <= last) return before > last ? n + (before - last - 1) : n - (from - before);
    if (before > last && n > last && n < before) return n - count;
    if (before < from && n >= before && n < from) return n + count;
    return n;
  };
  return {
    axis,
    position,
    span: (start, end) => {
      const [a, b] = [position(start), position(end)];
      return a <= b ? [a, b] : [b, a];
    },
  };
}

/** The area after the shift; null when all of it is gone. Open sides stay open. */
export function shiftArea<T extends OpenArea>(area: T, shift: Shift): T | null {
  const [low, high] = shift.axis === 'row' ? (['top', 'bottom'] as const) : (['left', 'right'] as const);
  const start = area[low];
  const end = area[high];
  if (start === undefined && end === undefined) return area;
  const span = shift.span(start ?? 1, end ?? Number.MAX_SAFE_INTEGER);
  if (!span) return null;
  const moved: OpenArea = { ...area };
  if (start !== undefined) moved[low] = span[0];
  if (end !== undefined) moved[high] = span[1];
  return moved as T;
}
