import { columnLetters } from '../a1.ts';
import { isBlank, isError, sameCell, type Cell } from '../cell.ts';
import type { Mapping } from '../mapping.ts';
import type { Offer } from '../protocol/offer.ts';
import { shorten } from '../text-format.ts';
import { ask, type SheetReading, type Step } from './effects.ts';
import { readSheet } from './read-sheet.ts';
import { cellAt, isComputed, scanSheet } from './scan.ts';

/** Columns that every archive tab begins with. */
const REMOVED_AT = 'Removed at';
const KEY = 'Key';

/** Characters of a tab's name. */
const TITLE_CHARS = 100;

/** What became of rows that are to be kept. */
export interface Archived {
  /** Offers whose row the archive did not take, and why: those rows must stay. */
  refused: Map<Offer, string>;
  /** What the archive has of an offer's row. A row that reads otherwise by now must stay. */
  copies: Map<Offer, Copy>;
}

/** A row as it was copied: its cells from column A on, and which of them were computed then. */
export interface Copy {
  cells: readonly Cell[];
  computed: readonly boolean[];
}

/**
 * Copies rows that the table deleted to the tab "Archive of …", whole as they stand, unmapped columns too; before they
 * are deleted here.
 *
 * A run that dies in between leaves the copy, and the next one finds it by time and key and copies nothing; unless the
 * row was edited since, when it is copied once more rather than lost.
 */
export function* archiveRows(offers: readonly Offer[], mapping: Mapping): Step<Archived> {
  const refused = new Map<Offer, string>();
  const copies = new Map<Offer, Copy>();
  const result = { refused, copies };
  const due = offers.filter(({ kind, archive }) => kind === 'delete' && archive !== undefined);
  if (due.length === 0) return result;
  const reading = yield* readSheet(mapping, true);
  const scan = scanSheet(reading, mapping);
  if (scan.summary.anomaly !== null || reading.title === null) return result;
  const title = shorten(`Archive of ${reading.title}`, TITLE_CHARS);
  const archive = yield* ask('readArchive', { title });
  const before = archive?.headers ?? [];
  const { headers, places } = matchHeaders(before, reading);

  const lines: Cell[][] = [];
  const copied: Offer[] = [];
  for (const offer of due) {
    const row = scan.rows.get(offer.key);
    // Gone or edited: without a copy the row is left alone.
    if (row === undefined || offer.cells.some(({ column, base }) => !sameCell(row.cells[column] ?? null, base)))
      continue;
    const line: Cell[] = headers.map(() => null);
    line[0] = readable(offer.archive!);
    line[1] = offer.key;
    const cells = places.map((_, index) => cellAt(reading, row.row, index + 1));
    places.forEach((place, index) => (line[place] = cells[index]!));
    copies.set(offer, { cells, computed: places.map((_, index) => isComputed(reading, row.row, index + 1)) });
    if (archive?.rows.some((one) => line.every((cell, index) => sameCell(cell, one[index] ?? null)))) continue;
    // What shows an error is kept as its text, which reads the same: a write has no errors.
    lines.push(line.map((cell) => (isError(cell) ? cell.error : cell)));
    copied.push(offer);
  }
  if (lines.length === 0) return result;
  const renewed = headers.length > before.length;
  const outcome = yield* ask('appendArchive', {
    title,
    headers: renewed ? headers : null,
    row: Math.max(archive?.rows.length ?? 0, 0) + 2,
    lines,
  });
  if (!outcome.ok)
    for (const offer of copied) refused.set(offer, `The row could not be copied to "${title}": ${outcome.message}`);
  return result;
}

/** `2026-11-21T12:00:01.123Z` as a person reads it, and still one text for one instant. */
function readable(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 23)} UTC`;
}

/**
 * Headers the archive needs, its own first, and for each column of the tab where it goes. A column without a header, or
 * with one that stands twice, goes by its letters.
 */
function matchHeaders(before: readonly string[], { columns }: SheetReading): { headers: string[]; places: number[] } {
  // An empty tab reads as one column without a header.
  const headers = [before[0] || REMOVED_AT, before[1] ?? KEY, ...before.slice(2)];
  const used = new Set([0, 1]);
  const places = columns.map(({ header }, index) => {
    const letters = `Column ${columnLetters(index + 1)}`;
    const names = isBlank(header) ? [letters] : [header, `${header} (${letters})`];
    for (const name of names) {
      let place = headers.findIndex((one, at) => one === name && !used.has(at));
      if (place < 0 && (name === names.at(-1) || !headers.includes(name))) place = headers.push(name) - 1;
      if (place < 0) continue;
      used.add(place);
      return place;
    }
    return headers.push(letters) - 1;
  });
  return { headers, places };
}
