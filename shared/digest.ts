import { cellToken, type Cell } from './cell.ts';

/**
 * Digests that tell which rows differ without sending them.
 *
 * A row's hash is 64 bits in two 32-bit lanes, written as 16 hex digits. A bucket's digest is the lane-wise **sum** of
 * its row hashes (xor would cancel duplicates), so it does not depend on the order of rows: sorting costs nothing.
 */

// A closure constant: looked up through the global object it is some 40 times slower in a bare script context.
const imul = Math.imul;

const SEPARATOR = 0x1f;

class RowHasher {
  private a = 0xdeadbeef | 0;
  private b = 0x41c6ce57 | 0;

  add(text: string): void {
    let a = this.a;
    let b = this.b;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = imul(a ^ unit, 2654435761);
      b = imul(b ^ unit, 1597334677);
    }
    this.a = imul(a ^ SEPARATOR, 2246822519);
    this.b = imul(b ^ SEPARATOR, 3266489917);
  }

  /** Finishing mix of cyrb53 (public domain), kept at its full 64 bits. */
  finish(): [high: number, low: number] {
    const a = imul(this.a ^ (this.a >>> 16), 2246822507) ^ imul(this.b ^ (this.b >>> 13), 3266489909);
    const b = imul(this.b ^ (this.b >>> 16), 2246822507) ^ imul(a ^ (a >>> 13), 3266489909);
    return [b >>> 0, a >>> 0];
  }
}

function hex(high: number, low: number): string {
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

/** The two unsigned lanes of a hash written as 16 hex digits. */
export function lanes(hash: string): [high: number, low: number] {
  return [parseInt(hash.slice(0, 8), 16), parseInt(hash.slice(8, 16), 16)];
}

/**
 * Hash of one sheet row: its key and the cells of `columns`, in that order (mapping order, suspended columns left out).
 * A column missing from `cells` counts as empty.
 */
export function rowHash(key: string, columns: readonly string[], cells: Readonly<Record<string, Cell>>): string {
  const hasher = new RowHasher();
  hasher.add(key);
  for (const column of columns) hasher.add(cellToken(cells[column] ?? null));
  return hex(...hasher.finish());
}

/** Hash of one value, to note what a cell held without keeping its text (16 hex digits). */
export function cellHash(cell: Cell): string {
  const hasher = new RowHasher();
  hasher.add(cellToken(cell));
  return hex(...hasher.finish());
}

/** Unsigned 32-bit hash that places a row key in its bucket: `keyHash(key) % buckets`. */
export function keyHash(key: string): number {
  const hasher = new RowHasher();
  hasher.add(key);
  return hasher.finish()[1];
}

/** How many buckets a sheet of `rows` rows is digested into: about one per 32 rows, a power of two, at most 4,096. */
export function bucketCount(rows: number): number {
  let count = 1;
  while (count * 32 < rows && count < 4096) count *= 2;
  return count;
}

/** Sums row hashes into bucket digests. `rows` yields (key, hash) pairs. */
export function bucketDigests(rows: Iterable<readonly [key: string, hash: string]>, count: number): string[] {
  const high = new Array<number>(count).fill(0);
  const low = new Array<number>(count).fill(0);
  for (const [key, hash] of rows) {
    const bucket = keyHash(key) % count;
    const [h, l] = lanes(hash);
    high[bucket] = (high[bucket]! + h) % 4294967296;
    low[bucket] = (low[bucket]! + l) % 4294967296;
  }
  return high.map((h, i) => hex(h, low[i]!));
}

/** 16 hex digits from two lanes, for a side that sums them elsewhere (the hub sums in SQL). */
export const digestOf = hex;
