import type { Area } from './area.ts';
import { intersects } from './area.ts';
import { SheetError } from './errors.ts';
import { offsetFormula } from './formula/references.ts';
import type { CellExtra, CellFormat } from './grid.ts';
import type { Tab } from './tab.ts';
import { compareValues, type Value } from './value.ts';

export interface SortKey {
  /** 1-based column of the tab. */
  column: number;
  ascending: boolean;
}

/**
 * Sorts the rows of a range, stably; blanks come last in either direction. Content, formats, notes and validation
 * travel with their row; relative references of a formula move with it as in a copy. Rows that a filter hides stay.
 */
export function sortRows(tab: Tab, range: Area, keys: readonly SortKey[]): void {
  tab.checkArea(range);
  if (tab.merges.some((merge) => intersects(merge, range))) {
    throw new SheetError("You can't sort a range that contains merged cells.");
  }
  const bottom = Math.min(range.bottom, Math.max(range.top, tab.grid.length, tab.dataExtent().rows));
  const rows: number[] = [];
  for (let r = range.top; r <= bottom; r++) if (!tab.isRowFiltered(r)) rows.push(r);
  const values = new Map(rows.map((r) => [r, keys.map((key) => tab.value(r, key.column))]));
  const order = rows.slice().sort((a, b) => compareRows(values.get(a)!, values.get(b)!, keys));
  const taken = order.map((r) => takeRow(tab, r, range));
  const destination = new Map<number, number>();
  rows.forEach((target, i) => {
    destination.set(order[i]!, target);
    if (order[i] !== target) putRow(tab, target, range, taken[i]!, target - order[i]!);
  });
  tab.workbook.rowsPermuted(tab, { ...range, bottom }, destination);
}

function compareRows(a: Value[], b: Value[], keys: readonly SortKey[]): number {
  for (let i = 0; i < keys.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x === null || y === null) {
      if (x !== y) return x === null ? 1 : -1;
      continue;
    }
    const order = compareValues(x, y);
    if (order !== 0) return keys[i]!.ascending ? order : -order;
  }
  return 0;
}

interface TakenRow {
  values: Value[];
  formats: (CellFormat | undefined)[];
  extras: (CellExtra | undefined)[];
}

function takeRow(tab: Tab, row: number, range: Area): TakenRow {
  const taken: TakenRow = { values: [], formats: [], extras: [] };
  for (let c = range.left; c <= range.right; c++) {
    taken.values.push(tab.grid.value(row, c));
    taken.formats.push(tab.grid.format(row, c));
    taken.extras.push(tab.grid.extra(row, c));
  }
  return taken;
}

function putRow(tab: Tab, row: number, range: Area, taken: TakenRow, offset: number): void {
  for (let c = range.left; c <= range.right; c++) {
    const i = c - range.left;
    tab.grid.setValue(row, c, taken.values[i]!);
    tab.grid.setFormat(row, c, taken.formats[i]);
    const extra = taken.extras[i];
    const moved = extra?.formula === undefined ? extra : { ...extra, formula: offsetFormula(extra.formula, offset, 0) };
    tab.grid.setExtra(row, c, moved);
  }
}
