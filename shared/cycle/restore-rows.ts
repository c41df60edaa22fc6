import { isBlank } from '../cell.ts';
import { writeCells, type CellWrite } from './blocks.ts';
import { sameColumns } from './column-now.ts';
import { ask, type SheetReading, type Step } from './effects.ts';
import { cellAt, isComputed, type Scan, type ScannedRow } from './scan.ts';

/** A reading with what a mapping makes of it. */
export interface Look {
  reading: SheetReading;
  scan: Scan;
}

/** Keys of the rows that were to be deleted, and of those in whose place the host deleted one. */
export interface Deleted {
  offered: readonly string[];
  deleted: readonly string[];
}

/**
 * Puts rows back that a delete hit instead of its own: rows moved between the re-check and the delete, so that one of
 * the rows to delete still stands while another has gone (I3). They return below the data, with everything they showed
 * but formulas, whose text a reading does not hold. A row that a person deleted in that same moment returns as well:
 * deleting it once more costs less than losing it.
 */
export function* restoreRows({ offered, deleted }: Deleted, before: Look, after: Look): Step<void> {
  const spared = deleted.some((key) => after.scan.keyRows.has(key));
  if (!spared || after.scan.summary.anomaly !== null) return;
  const meant = new Set(offered);
  const lost = [...before.scan.rows.values()].filter(({ key }) => !meant.has(key) && !after.scan.keyRows.has(key));
  if (lost.length === 0) return;
  const places = columnPlaces(before, after);
  const first = after.scan.lastRow + 1;
  yield* ask('insertRows', { after: after.scan.lastRow, count: lost.length });
  const mapped = new Set(before.scan.positions.values());
  yield* writeCells(lost.flatMap((row, index) => preimage(row, first + index, before.reading, places, mapped)));
}

/** Where each column of the former reading stands now: all of them if none moved, else those found by their mark. */
function columnPlaces(before: Look, after: Look): Map<number, number> {
  const { columns } = before.reading;
  if (sameColumns(columns, after.reading.columns)) return new Map(columns.map((_, index) => [index + 1, index + 1]));
  return new Map(
    [...before.scan.positions].flatMap(([id, position]) => {
      const now = after.scan.positions.get(id);
      return now === undefined ? [] : [[position, now] as const];
    }),
  );
}

/** What a row showed, to be written anew. In a column that is not mapped no format is set: what is typed there is a person's. */
function preimage(
  row: ScannedRow,
  target: number,
  reading: SheetReading,
  places: ReadonlyMap<number, number>,
  mapped: ReadonlySet<number>,
): CellWrite[] {
  return [...places].flatMap(([from, to]) => {
    const value = cellAt(reading, row.row, from);
    if (isBlank(value) || isComputed(reading, row.row, from)) return [];
    return [{ row: target, position: to, value, ...(mapped.has(from) ? {} : { keepFormat: true as const }) }];
  });
}
