import type { EditMark } from './memory.ts';

/** What a drain has to do for one tab. */
export interface TabWork {
  sheet: number;
  /** Row ranges to push, or null for a full cycle. */
  ranges: { from: number; to: number }[] | null;
}

/** More separate ranges than this, or more rows, and one full scan is cheaper than a push for each. */
const MAX_RANGES = 3;
const MAX_ROWS = 1000;

/**
 * Folds hints into the least work: overlapping and adjacent ranges become one, many become a full cycle. `linked` lists
 * the tabs that are linked; hints for others are dropped.
 */
export function planWork(marks: readonly EditMark[], linked: readonly number[]): TabWork[] {
  return linked.flatMap((sheet) => {
    const own = marks.filter((mark) => mark.sheet === null || mark.sheet === sheet);
    if (own.length === 0) return [];
    const rows = own.map((mark) => mark.rows);
    if (rows.some((range) => range === null)) return [{ sheet, ranges: null }];
    const ranges = mergeRanges(rows as { from: number; to: number }[]);
    const total = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    return [{ sheet, ranges: ranges.length > MAX_RANGES || total > MAX_ROWS ? null : ranges }];
  });
}

function mergeRanges(ranges: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged[merged.length - 1];
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}
