import type { CellExtra } from './grid.ts';
import type { ParsedInput } from './parse-input.ts';
import type { Tab } from './tab.ts';

/**
 * What a cell has besides its value once something was entered into it: note and rule stay; images, styles of parts of the
 * text, chips and pivot tables belonged to what stood there, and go with it. The same object where nothing changes.
 */
export function extraAfter(extra: CellExtra | undefined, read: ParsedInput): CellExtra | undefined {
  // Most cells have nothing besides their value.
  if (!extra && read.formula === undefined && !read.literal) return undefined;
  const { formula, literal, image, runs, chips, pivot, ...rest } = extra ?? {};
  if (formula === read.formula && literal === read.literal && !image && !runs && !chips && !pivot) return extra;
  const next: CellExtra = {
    ...rest,
    ...(read.formula === undefined ? {} : { formula: read.formula }),
    ...(read.literal ? { literal: true } : {}),
  };
  return Object.keys(next).length ? next : undefined;
}

/** Whether a cell has what the formula engine runs: a formula or a pivot table. */
export function isComputing(extra: CellExtra | undefined): boolean {
  return extra?.formula !== undefined || extra?.pivot !== undefined;
}

/** Last row and last column that hold a value, a formula or an image; 0 and 0 for an empty tab. Formulas must be current. */
export function measureExtent(tab: Tab): { rows: number; columns: number } {
  const extent = { rows: 0, columns: 0 };
  const see = <T>(row: number, line: readonly T[] | undefined, filled: (item: T | undefined) => boolean): void => {
    if (!line) return;
    let last = line.length;
    while (last > 0 && !filled(line[last - 1])) last--;
    if (last > 0) extent.rows = Math.max(extent.rows, row);
    extent.columns = Math.max(extent.columns, last);
  };
  for (let r = 1; r <= tab.grid.length; r++) {
    const row = tab.grid.row(r);
    see(r, row?.values, (value) => value !== null && value !== undefined);
    see(r, row?.extras, (extra) => extra?.formula !== undefined || extra?.image !== undefined);
  }
  tab.computed?.forEach((line, r) => see(r, line, (value) => value !== undefined && value !== null));
  return extent;
}
