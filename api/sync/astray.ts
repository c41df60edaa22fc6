import { cellToken, isBlank, sameCell, type Cell, type Cells } from '../../shared/cell.ts';
import type { OfferResult } from '../../shared/protocol/offer.ts';
import { offeredCells, type StoredOffer } from './offer-store.ts';

/**
 * Values that a run wrote, or was about to, found unwritten where they belong. If rows moved inside its write window,
 * such a value may stand on another row, where it would pass for a person's edit; a row that shows one for no reason of
 * its own is held instead of pushed (quarantine, I3). A person who meant it says so with "Try again", or by editing the
 * cell.
 */
export interface StrayValue {
  /** The row it was meant for. */
  key: string;
  column: string;
  /** '' of a cell that was to be emptied: another row's may have been instead. */
  token: string;
  /** Of a new row, which may have been written without its key: looked for in rows that got theirs since. */
  insert?: true;
}

/** More than this from one run is not looked for: an apply is noted and acknowledged in portions below it. */
const LIMIT = 1_000;

/**
 * The values of an offer that its row does not show, but its base: all of them, or those its host told so. Cells that
 * Sheets refused are not among them: nothing was written there.
 */
export function strayValues(offer: StoredOffer, told?: OfferResult): StrayValue[] {
  if (offer.kind !== 'update' && offer.kind !== 'insert') return [];
  return offeredCells(offer).flatMap(({ column, base, value }) => {
    const cell = told?.cells[column];
    // Misplaced: put back where it was found, but that write has a window of its own.
    const missed = cell?.outcome === 'changed' || cell?.outcome === 'misplaced';
    const unwritten = told === undefined || (missed && sameCell(cell.readback, base));
    if (!unwritten || sameCell(base, value)) return [];
    return [{ key: offer.key, column, token: cellToken(value), ...(offer.kind === 'insert' ? { insert: true } : {}) }];
  });
}

export function limitStray(values: readonly StrayValue[]): StrayValue[] {
  return values.slice(0, LIMIT);
}

/** Which row of the sheet a cell's value was on its way to, if it is not this one. */
export class Astray {
  private readonly byValue = new Map<string, Set<string>>();

  private readonly inNewRows = new Map<string, Set<string>>();

  /** Cells of new rows, by the key these were to get. */
  private readonly unfinished = new Map<string, Set<string>>();

  /** `unplaced`: what to look for in new rows, which may have had no key when values went astray. */
  constructor(values: readonly StrayValue[], unplaced: readonly StrayValue[] = []) {
    for (const { key, column, token, insert } of values) if (!insert) addTo(this.byValue, `${column}\n${token}`, key);
    for (const { key, column, token, insert } of unplaced) {
      const value = `${column}\n${token}`;
      if (insert) addTo(this.unfinished, key, value);
      // What was emptied has left nothing in a new row.
      else if (token !== '') addTo(this.inNewRows, value, key);
    }
  }

  meantFor(key: string, column: string, cell: Cell, isNew = false): string | null {
    if (this.byValue.size + this.inNewRows.size === 0) return null;
    const value = `${column}\n${cellToken(cell)}`;
    const meant = isNew ? this.inNewRows.get(value) : this.byValue.get(value);
    return meant === undefined || meant.has(key) ? null : [...meant][0]!;
  }

  /** The new row of which these cells of a row are a part, and the row shows nothing else. */
  unfinishedRow(cells: Cells): string | null {
    const shown = Object.entries(cells).flatMap(([column, cell]) =>
      isBlank(cell) || cell === false ? [] : [`${column}\n${cellToken(cell)}`],
    );
    if (shown.length === 0) return null;
    return [...this.unfinished].find(([, values]) => shown.every((value) => values.has(value)))?.[0] ?? null;
  }
}

function addTo(sets: Map<string, Set<string>>, name: string, member: string): void {
  sets.set(name, (sets.get(name) ?? new Set()).add(member));
}
