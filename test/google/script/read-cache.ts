import type { RangeRef } from './services/refs.ts';

interface Seen {
  what: string;
  ref: RangeRef;
  cells: readonly (readonly unknown[])[];
}

/**
 * What a run has read of ranges. Google reads ahead and keeps what it read ("look-ahead caching", the best practices
 * guide); for how long, nobody says. Here until the run flushes or writes: what others change meanwhile it does not see.
 */
export class ReadCache {
  #seen: Seen[] = [];

  /** Cells of a range by what is read of them (values, notes, …), from an earlier read that covered them all if any did. */
  read<T>(what: string, ref: RangeRef, read: () => T[][]): T[][] {
    const seen = this.#seen.find((each) => each.what === what && covers(each.ref, ref));
    if (!seen) {
      const cells = read();
      this.#seen.push({ what, ref, cells });
      return cells;
    }
    const [top, left] = [ref.row - seen.ref.row, ref.column - seen.ref.column];
    return seen.cells.slice(top, top + ref.rows).map((line) => line.slice(left, left + ref.columns) as T[]);
  }

  forget(): void {
    this.#seen = [];
  }
}

function covers(outer: RangeRef, inner: RangeRef): boolean {
  return (
    outer.doc === inner.doc &&
    outer.sheet === inner.sheet &&
    outer.row <= inner.row &&
    outer.column <= inner.column &&
    outer.row + outer.rows >= inner.row + inner.rows &&
    outer.column + outer.columns >= inner.column + inner.columns
  );
}
