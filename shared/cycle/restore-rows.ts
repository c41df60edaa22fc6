import { isBlank } from '../cell.ts';
import type { Mapping } from '../mapping.ts';
import { writeCells, type CellWrite } from './blocks.ts';
import { columnNow } from './column-now.ts';
import { ask, type SheetReading, type Step } from './effects.ts';
import { readSheet } from './read-sheet.ts';
import { cellAt, isComputed, scanSheet, type Scan, type ScannedRow } from './scan.ts';

/** Times that rows are written anew: somebody is moving columns all the time. */
const MAX_TRIES = 4;

/** A reading with what a mapping makes of it. */
export interface Look {
  reading: SheetReading;
  scan: Scan;
}

/** Keys of the rows that were to be deleted, and of those in whose place the host deleted one. */
export interface Deleted {
  offered: readonly string[];
  deleted: readonly string[];
  /** The host can't tell the latter. */
  unsure: boolean;
}

/**
 * Puts rows back that a delete hit instead of its own: rows moved between the re-check and the delete, so that one of
 * the rows to delete still stands while another has gone (I3). They return below the data, with everything they showed
 * but formulas, whose text a reading does not hold. A row that a person deleted in that same moment returns as well:
 * deleting it once more costs less than losing it. Where the host is unsure, any row that is gone without having been offered
 * may have been hit.
 */
export function* restoreRows(
  { offered, deleted, unsure }: Deleted,
  before: Look,
  after: Look,
  mapping: Mapping,
): Step<void> {
  const spared = unsure || deleted.some((key) => after.scan.keyRows.has(key));
  if (!spared || after.scan.summary.anomaly !== null) return;
  const meant = new Set(offered);
  const lost = [...before.scan.rows.values()].filter(({ key }) => !meant.has(key) && !after.scan.keyRows.has(key));
  if (lost.length === 0) return;
  const first = after.scan.lastRow + 1;
  const room = yield* ask('insertRows', { after: after.scan.lastRow, count: lost.length });
  // They count as missing then, which a person is asked about where they are many, and the history keeps them.
  if (!room.ok) return;
  const mapped = new Set(before.scan.positions.values());
  const cells = lost.flatMap((row, index) => preimage(row, first + index, before.reading, mapped));
  let look = after;
  // Nobody looks at these writes: where columns move just before, they are made anew in their places of then.
  for (let tries = 0; cells.length > 0 && tries < MAX_TRIES; tries++) {
    if (tries > 0) {
      const reading = yield* readSheet(mapping, false);
      look = { reading, scan: scanSheet(reading, mapping) };
    }
    const places = columnPlaces(before, look);
    const writes = cells.flatMap(({ from, ...cell }) => {
      const position = places.get(from);
      return position === undefined ? [] : [{ ...cell, position }];
    });
    const written = yield* writeCells(writes, look.reading.columns);
    if (![...written.values()].some((outcome) => !outcome.ok && outcome.why === 'changed')) return;
  }
}

/** Where each column of the former reading stands now, a mapped one whose header was changed by its mark. */
function columnPlaces(before: Look, after: Look): Map<number, number> {
  const marked = new Map([...before.scan.positions].map(([id, position]) => [position, after.scan.positions.get(id)]));
  return new Map(
    before.reading.columns.flatMap((_, index) => {
      const now = columnNow(before.reading.columns, index + 1, after.reading.columns) ?? marked.get(index + 1);
      return now === undefined ? [] : [[index + 1, now] as const];
    }),
  );
}

/** What a row showed, to be written anew, each cell with the position it had. In a column that is not mapped no format is set: what is typed there is a person's. */
function preimage(
  row: ScannedRow,
  target: number,
  reading: SheetReading,
  mapped: ReadonlySet<number>,
): (Omit<CellWrite, 'position'> & { from: number })[] {
  return reading.columns.flatMap((_, index) => {
    const from = index + 1;
    const value = cellAt(reading, row.row, from);
    if (isBlank(value) || isComputed(reading, row.row, from)) return [];
    return [{ row: target, from, value, ...(mapped.has(from) ? {} : { keepFormat: true as const }) }];
  });
}
