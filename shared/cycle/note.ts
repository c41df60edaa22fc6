import { cellHash } from '../digest.ts';
import { NOTE_CHARS } from '../limits.ts';
import type { Offer, OfferResult } from '../protocol/offer.ts';
import type { Scan } from './scan.ts';

/**
 * The write-ahead note: which offers a run is about to apply, kept on the sheet's side. A run that finds one left by a
 * run that died looks at the cells it names and reports what became of them.
 *
 * Values are kept as hashes of 8 hex digits: the note only has to tell base from value from something else.
 */
interface NotedOffer {
  id: string;
  kind: Offer['kind'];
  key: string;
  /** [column, hash of base, hash of value] */
  cells: [string, string, string][];
}

const short = (hash: string): string => hash.slice(0, 8);

/**
 * The note for these offers, or for the first of them: a host has room for so much. Those that are left out are settled
 * by what their rows show.
 */
export function writeNote(offers: readonly Offer[]): string {
  const noted: string[] = [];
  let room = NOTE_CHARS;
  for (const { id, kind, key, cells } of offers) {
    const one: NotedOffer = {
      id,
      kind,
      key,
      cells: cells.map((cell) => [cell.column, short(cellHash(cell.base)), short(cellHash(cell.value))]),
    };
    const text = JSON.stringify(one);
    room -= text.length + 1;
    if (room < 1) break;
    noted.push(text);
  }
  return `[${noted.join(',')}]`;
}

function readNote(note: string): NotedOffer[] {
  try {
    return JSON.parse(note) as NotedOffer[];
  } catch {
    // A torn note proves nothing; the hub then settles by what the rows show.
    return [];
  }
}

/**
 * What became of the noted offers, as far as the cells tell: value shown → applied; base shown → changed (it was not
 * written). A cell that shows neither is left out: the hub decides it from the row itself.
 */
export function outcomesOf(note: string, scan: Scan): OfferResult[] {
  return readNote(note).map(({ id, kind, key, cells }) => {
    const result: OfferResult = { offer: id, cells: {} };
    const row = scan.rows.get(key);
    if (row === undefined && scan.keyRows.has(key)) return result;
    for (const [column, base, value] of cells) {
      if (row === undefined) {
        const outcome = kind === 'delete' || kind === 'rekey' ? 'applied' : kind === 'insert' ? 'changed' : 'gone';
        result.cells[column] = { outcome, readback: null };
        continue;
      }
      if (kind === 'delete') {
        result.cells[column] = { outcome: 'changed', readback: row.cells[column] ?? null };
        continue;
      }
      const readback = row.cells[column] ?? null;
      const shown = short(cellHash(readback));
      if (shown === value) result.cells[column] = { outcome: 'applied', readback };
      else if (shown === base) result.cells[column] = { outcome: 'changed', readback };
    }
    return result;
  });
}
