import { intersects, type Area } from '../area.ts';
import type { Tab } from '../tab.ts';
import type { Precedent } from './precedents.ts';

interface Reader {
  reads: Precedent[];
}

/** Larger changes are held against every range instead of being looked up cell by cell. */
const MAX_LOOKUPS = 64;
const WIDTH = 20_000;

/** Who reads a cell: references to single cells by position, ranges in a list. */
export class Dependents<T extends Reader> {
  readonly #single = new Map<Tab, Map<number, T[]>>();
  readonly #ranges = new Map<Tab, { area: Area; reader: T }[]>();

  constructor(readers: readonly T[]) {
    for (const reader of readers) for (const read of reader.reads) this.#add(read, reader);
  }

  #add({ tab, area }: Precedent, reader: T): void {
    if (area.top !== area.bottom || area.left !== area.right) {
      const list = this.#ranges.get(tab);
      if (list) list.push({ area, reader });
      else this.#ranges.set(tab, [{ area, reader }]);
      return;
    }
    let cells = this.#single.get(tab);
    if (!cells) this.#single.set(tab, (cells = new Map()));
    const key = area.top * WIDTH + area.left;
    const list = cells.get(key);
    if (list) list.push(reader);
    else cells.set(key, [reader]);
  }

  /** Adds those who read any cell of the area. */
  collect(tab: Tab, area: Area, into: Set<T>): void {
    for (const { area: read, reader } of this.#ranges.get(tab) ?? []) if (intersects(read, area)) into.add(reader);
    const cells = this.#single.get(tab);
    if (!cells) return;
    const size = (area.bottom - area.top + 1) * (area.right - area.left + 1);
    if (size > MAX_LOOKUPS) {
      for (const [key, readers] of cells) {
        const [row, column] = [Math.floor(key / WIDTH), key % WIDTH];
        const inside = row >= area.top && row <= area.bottom && column >= area.left && column <= area.right;
        if (inside) for (const reader of readers) into.add(reader);
      }
      return;
    }
    for (let row = area.top; row <= area.bottom; row++) {
      for (let column = area.left; column <= area.right; column++) {
        for (const reader of cells.get(row * WIDTH + column) ?? []) into.add(reader);
      }
    }
  }
}
