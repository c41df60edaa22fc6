import { sameCell, type Cell, type Cells } from '../cell.ts';
import type { Offer } from '../protocol/offer.ts';
import type { Scan } from './scan.ts';

type OfferedCell = Offer['cells'][number];

/**
 * An offered cell whose value is its base is a witness: nothing is to be written there, but the row is the one that is
 * meant only while it shows it.
 */
export function isWitness({ base, value }: OfferedCell): boolean {
  return sameCell(base, value);
}

/**
 * Where a key stands in several rows, the hub offers the table's changes to the original copy alone, with witnesses for
 * the rest of its row. Takes into `scan.rows` each copy that alone shows all of what its offer says: the bases before
 * the write, the values after it. A key of which no single copy does stays out, and nothing is written to it.
 */
export function adoptOriginals(offers: readonly Offer[], scan: Scan, side: 'base' | 'value'): void {
  for (const offer of offers) {
    const copies = scan.copies.get(offer.key);
    if (copies === undefined || offer.kind !== 'update' || !offer.cells.some(isWitness)) continue;
    const shows = (cells: Cells) =>
      offer.cells.every((cell) => sameCell(cells[cell.column] ?? (null as Cell), cell[side]));
    const found = copies.filter(({ cells }) => shows(cells));
    if (found.length === 1) scan.rows.set(offer.key, found[0]!);
  }
}
