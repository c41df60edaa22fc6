import { columnLetters } from '../a1.ts';
import { isBlank, sameCell, type Cell, type Cells } from '../cell.ts';
import { keyColumns, type Mapping } from '../mapping.ts';
import { rowKeyOf } from '../row-key.ts';
import { writeCells, type CellWrite, type WriteOutcome } from './blocks.ts';
import { type SheetReading, type Step } from './effects.ts';
import { readSheet } from './read-sheet.ts';
import { isComputed, scanSheet, type KeylessRow, type Scan, type ScannedRow } from './scan.ts';

/** A row about to get its key: which row it is told by its hash, where it stands by the reading just before the write. */
interface Keying {
  hash: string;
  row: number;
  key: string;
  cells: Cells;
  writes: CellWrite[];
}

/**
 * Writes reserved keys into rows that have none, each only while the whole row still reads as it was scanned. Rows may
 * have moved since: they are found by their content, and of rows that read alike each gets a key of its own, whichever
 * it is. Answers the rows as read back, to be pushed like any new row; a run that dies before leaves rows with keys. And why
 * a key could not be written, if one was refused.
 */
export function* giveKeys(
  rows: readonly KeylessRow[],
  keys: readonly Cells[],
  mapping: Mapping,
): Step<{ rows: ScannedRow[]; cellsWritten: number; refused: string | null }> {
  const nothing = { rows: [], cellsWritten: 0, refused: null };
  const before = yield* readSheet(mapping, true);
  const scan = scanSheet(before, mapping);
  if (scan.summary.anomaly !== null) return nothing;
  const { keyings, computed } = planKeys(rows, keys, before, scan, mapping);
  const formula = computed && `${computed} holds a formula, which is not written over`;
  if (keyings.length === 0) return { ...nothing, refused: formula };
  const written = yield* writeCells(keyings.flatMap(({ writes }) => writes));

  const rescan = scanSheet(yield* readSheet(mapping, false), mapping);
  if (rescan.summary.anomaly !== null) return { ...nothing, cellsWritten: written.size };
  const keyed: ScannedRow[] = [];
  const repairs: CellWrite[] = [];
  for (const keying of keyings) {
    const found = rescan.rows.get(keying.key);
    if (found === undefined) continue;
    if (withoutKey(found.cells, keying.cells, mapping)) keyed.push(found);
    else repairs.push(...repair(found, keying, scan, rescan, mapping));
  }
  if (repairs.length > 0) yield* writeCells(repairs);
  const refused = whyRefused(keyings, written, scan, mapping) ?? formula;
  return { rows: keyed, cellsWritten: [...written.values()].filter(({ ok }) => ok).length, refused };
}

function planKeys(
  rows: readonly KeylessRow[],
  keys: readonly Cells[],
  reading: SheetReading,
  scan: Scan,
  mapping: Mapping,
): { keyings: Keying[]; computed: string | null } {
  const places = new Map<string, KeylessRow[]>();
  for (const row of scan.keyless) places.set(row.hash, [...(places.get(row.hash) ?? []), row]);
  const taken = new Set(scan.keyRows.keys());
  const left = [...keys];
  const keyings: Keying[] = [];
  let computed: string | null = null;
  for (const { hash } of rows) {
    const place = places.get(hash)?.shift();
    if (place === undefined || place.blank.some((id) => !scan.positions.has(id))) continue;
    const id = place.blank.find((one) => isComputed(reading, place.row, scan.positions.get(one)!));
    if (id !== undefined) {
      computed ??= cellOf(id, place.row, scan, mapping);
      continue;
    }
    // A key that a person has typed into another row meanwhile is theirs.
    for (let made = left.shift(); made !== undefined; made = left.shift()) {
      const cells = { ...place.cells };
      for (const id of place.blank) cells[id] = made[id] ?? null;
      const found = rowKeyOf(mapping, cells);
      if (!('key' in found) || taken.has(found.key)) continue;
      taken.add(found.key);
      const writes = place.blank.map((id) => ({
        row: place.row,
        position: scan.positions.get(id)!,
        value: cells[id] ?? null,
        base: null,
      }));
      keyings.push({ hash, row: place.row, key: found.key, cells, writes });
      break;
    }
  }
  return { keyings, computed };
}

/** Why the first of the keys that Sheets refuses could not be written, with its cell; null where none was refused. */
function whyRefused(
  keyings: readonly Keying[],
  written: ReadonlyMap<string, WriteOutcome>,
  scan: Scan,
  mapping: Mapping,
): string | null {
  for (const { row, position } of keyings.flatMap(({ writes }) => writes)) {
    const outcome = written.get(`${row}:${position}`);
    if (outcome === undefined || outcome.ok || outcome.why === 'changed') continue;
    const id = [...scan.positions].find(([, at]) => at === position)![0];
    return `${cellOf(id, row, scan, mapping)}: ${outcome.message.replace(/\.$/, '')}`;
  }
  return null;
}

/** `Id (A5)`. */
function cellOf(id: string, row: number, { positions }: Scan, { columns }: Mapping): string {
  return `${columns.find((column) => column.id === id)!.header} (${columnLetters(positions.get(id)!)}${row})`;
}

/** Whether two rows show the same outside the key. */
function withoutKey(left: Cells, right: Cells, mapping: Mapping): boolean {
  const keys = new Set(keyColumns(mapping).map(({ id }) => id));
  return Object.keys({ ...left, ...right }).every(
    (id) => keys.has(id) || sameCell(left[id] ?? null, right[id] ?? null),
  );
}

/**
 * The key stands on another row than the one it was made for: rows moved between the re-check and the write (I3). A row
 * that lost its own key by that gets it back; one that shows nothing else is cleared. A row that had no key, or was
 * edited in that moment, keeps it.
 */
function repair(found: ScannedRow, keying: Keying, scan: Scan, rescan: Scan, mapping: Mapping): CellWrite[] {
  const keys = keyColumns(mapping).map(({ id }) => id);
  const robbed = [...scan.rows.values()].filter(
    (row) => !rescan.keyRows.has(row.key) && withoutKey(row.cells, found.cells, mapping),
  );
  const empty = Object.keys(found.cells).every((id) => keys.includes(id) || isBlank(found.cells[id]));
  if (robbed.length === 0 && !empty) return [];
  return keying.writes.flatMap(({ position }) => {
    const id = keys.find((one) => rescan.positions.get(one) === position);
    if (id === undefined) return [];
    const value: Cell = robbed[0]?.cells[id] ?? null;
    return [{ row: found.row, position, value }];
  });
}
