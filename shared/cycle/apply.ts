import { sameCell, type Cell } from '../cell.ts';
import { HEADER_ROW } from '../limits.ts';
import type { Mapping } from '../mapping.ts';
import { rowKeyOf } from '../row-key.ts';
import type { CellOutcome, Offer, OfferResult } from '../protocol/offer.ts';
import { archiveRows, type Copy } from './archive.ts';
import { writeCells, type CellWrite, type WriteOutcome } from './blocks.ts';
import { columnNow } from './column-now.ts';
import { ask, type DeletedRows, type FormerCell, type PutBack, type SheetReading, type Step } from './effects.ts';
import { adoptOriginals, isWitness } from './original-copy.ts';
import { readSheet } from './read-sheet.ts';
import { restoreRows } from './restore-rows.ts';
import { restingCells, rowToDelete } from './rows-to-delete.ts';
import { cellAt, isComputed, scanSheet, type Scan, type ScannedRow } from './scan.ts';
import { whyUnwritable } from './unwritable.ts';

interface PlannedWrite extends CellWrite {
  offer: Offer;
  column: string;
  base: Cell;
  /** Key under which the row is to be found after the write. */
  key: string;
}

interface Plan {
  /** Cells of existing rows, at the places where the re-check found them. */
  updates: PlannedWrite[];
  inserts: Offer[];
  deletes: { offer: Offer; found: ScannedRow }[];
}

/** Outcomes as they become known: offer id → column → what became of it. */
class Outcomes {
  private readonly results = new Map<string, OfferResult>();

  set(offer: Offer, column: string, outcome: CellOutcome, readback: Cell, reason?: string): void {
    const result = this.results.get(offer.id) ?? { offer: offer.id, cells: {} };
    result.cells[column] = { outcome, readback, ...(reason === undefined ? {} : { reason }) };
    this.results.set(offer.id, result);
  }

  setAll(offer: Offer, outcome: CellOutcome, scan?: Scan, reason?: string): void {
    const row = scan?.rows.get(offer.key);
    for (const { column } of offer.cells) this.set(offer, column, outcome, row?.cells[column] ?? null, reason);
  }

  /** What a cell showed when it was read back was meant for another, and is taken off it again. */
  putBack(offer: Offer, column: string, former: Cell): void {
    const cell = this.results.get(offer.id)?.cells[column];
    if (cell === undefined) return;
    if (cell.outcome === 'applied' && !sameCell(cell.readback, former)) cell.outcome = 'changed';
    cell.readback = former;
  }

  list(): OfferResult[] {
    return [...this.results.values()];
  }
}

/**
 * Writes offers to the sheet: re-check, write, read back (R10). The caller has noted them
 * first. Answers what became of each cell and the last scan, so that marks need no further reading. Where that scan can't
 * tell rows apart (headers sorted away while it was written), nothing is answered about any cell, and `unclear`: a later
 * run looks for them, as after one that died.
 *
 * Between a host's last look and its flush a person's edit can be overwritten: Sheets has no compare-and-set. See the known
 * gaps in PROTOCOL.md.
 */
export function* applyOffers(
  all: readonly Offer[],
  mapping: Mapping,
): Step<{ results: OfferResult[]; scan: Scan; cellsWritten: number; unclear?: true }> {
  const outcomes = new Outcomes();
  const archived = yield* archiveRows(all, mapping);
  for (const [offer, reason] of archived.refused) outcomes.setAll(offer, 'unkept', undefined, reason);
  const offers = all.filter((offer) => !archived.refused.has(offer));
  const before = yield* readSheet(mapping, true);
  const scan = scanSheet(before, mapping);
  if (scan.summary.anomaly !== null) {
    for (const offer of offers) outcomes.setAll(offer, 'changed');
    return { results: outcomes.list(), scan, cellsWritten: 0 };
  }
  adoptOriginals(offers, scan, 'base');
  const plan = planWrites(offers, mapping, { reading: before, scan }, archived.copies, outcomes);
  const { updates, inserts, deletes } = plan;
  if (updates.length + inserts.length + deletes.length === 0) {
    return { results: outcomes.list(), scan, cellsWritten: 0 };
  }

  let inserted = placeInserts(inserts, mapping, { reading: before, scan }, outcomes);
  const room =
    inserts.length > 0
      ? yield* ask('insertRows', { after: scan.lastRow, count: inserts.length })
      : { ok: true as const };
  if (!room.ok) {
    inserted = [];
    for (const offer of inserts) outcomes.setAll(offer, room.why, undefined, room.message);
  }
  const written = yield* writeCells([...updates, ...inserted]);
  const due = deletes
    .map(({ offer, found }) => rowToDelete(found, { reading: before, scan }, offer.archive !== undefined))
    .sort((a, b) => b.row - a.row);
  const nothing: DeletedRows = { gone: [], guarded: [], refused: [] };
  const { gone, guarded, refused, unsure = false } = due.length > 0 ? yield* ask('deleteRows', { rows: due }) : nothing;

  const after = yield* readSheet(mapping, true);
  const rescan = scanSheet(after, mapping);
  adoptOriginals(offers, rescan, 'value');
  const repairs: PutBack[] = [];
  const place = movedBy(gone);
  const writes = [...updates, ...inserted].map((write) => ({ ...write, row: place(write.row), formerRow: write.row }));
  const places = new Set(writes.map(placeOf));
  const standing = new Map([...rescan.rows.values()].map((row) => [row.row, row]));
  const isKey = new Set(mapping.columns.filter(({ key }) => key).map(({ id }) => id));
  const keyless = inserted.filter((write) => isKey.has(write.column) && !written.get(placeOf(write))!.ok);
  const unkeyed = new Set(keyless.map(({ offer }) => offer));
  for (const write of writes) {
    const result = written.get(placeOf({ ...write, row: write.formerRow }))!;
    const evidence = { former: before, before: scan, after, rescan, standing, places, unkeyed, repairs };
    judgeWrite(write, result, evidence, outcomes);
  }
  for (const { offer, key, column } of writes) {
    const [row, position] = [rescan.rows.get(key)?.row, rescan.positions.get(column)];
    const repair = repairs.find((one) => one.row === row && one.position === position);
    if (repair) outcomes.putBack(offer, column, repair.former.value);
  }
  for (const { offer, found } of deletes) {
    const reason = refused.find(({ row }) => row === found.row)?.reason;
    const why = guarded.includes(found.row) ? 'protected' : reason === undefined ? 'changed' : 'invalid';
    if (rescan.keyRows.has(offer.key)) {
      outcomes.setAll(offer, why, rescan, reason);
      continue;
    }
    outcomes.setAll(offer, 'applied', rescan);
    // The archive has all that the row showed, and a row whose key was edited just then still stands.
    if (offer.archive !== undefined || !gone.includes(found.row)) continue;
    for (const [column, shown] of restingCells(found, { reading: before, scan })) {
      outcomes.set(offer, column, 'applied', shown);
    }
  }
  if (repairs.length > 0) yield* ask('putBack', { cells: repairs, columns: after.columns });
  const keys = (hit: typeof deletes) => hit.map(({ offer }) => offer.key);
  const hit = keys(deletes.filter(({ found }) => gone.includes(found.row)));
  yield* restoreRows(
    { offered: keys(deletes), deleted: hit, unsure },
    { reading: before, scan },
    { reading: after, scan: rescan },
    mapping,
  );
  const cellsWritten = [...written.values()].filter((result) => result.ok).length;
  if (rescan.summary.anomaly !== null) return { results: [], scan: rescan, cellsWritten, unclear: true };
  return { results: outcomes.list(), scan: rescan, cellsWritten };
}

/**
 * Whether a row still is what was copied of it. What a formula shows may differ at each look; a formula typed over a
 * value since, or a value over a formula, is a person's and in no copy.
 */
function reads(reading: SheetReading, row: number, copy: Copy | undefined): boolean {
  if (copy === undefined) return false;
  const width = Math.max(reading.columns.length, copy.cells.length);
  return Array.from({ length: width }, (_, index) => index).every((index) => {
    const computed = isComputed(reading, row, index + 1);
    if (computed !== (copy.computed[index] ?? false)) return false;
    return computed || sameCell(cellAt(reading, row, index + 1), copy.cells[index] ?? null);
  });
}

/** Leaves out what moved, changed, is computed or is gone; what already shows the value counts as applied. */
function planWrites(
  offers: readonly Offer[],
  mapping: Mapping,
  { reading, scan }: { reading: SheetReading; scan: Scan },
  copies: ReadonlyMap<Offer, Copy>,
  outcomes: Outcomes,
): Plan {
  const plan: Plan = { updates: [], inserts: [], deletes: [] };
  for (const offer of offers) {
    const row = scan.rows.get(offer.key);
    if (offer.kind === 'insert') {
      // Its base is "key absent": a key that is there by now, once or more often, is a person's row.
      if (scan.keyRows.has(offer.key)) outcomes.setAll(offer, 'gone', scan);
      else plan.inserts.push(offer);
      continue;
    }
    if (row === undefined) {
      outcomes.setAll(offer, 'gone');
      continue;
    }
    if (offer.kind === 'delete') {
      const untouched =
        offer.cells.every(({ column, base }) => sameCell(row.cells[column] ?? null, base)) &&
        (offer.archive === undefined || reads(reading, row.row, copies.get(offer)));
      if (untouched) plan.deletes.push({ offer, found: row });
      else outcomes.setAll(offer, 'changed', scan);
      continue;
    }
    const key = offer.kind === 'rekey' ? keyAfter(offer, row, mapping) : offer.key;
    if (key === null || (key !== offer.key && scan.keyRows.has(key))) {
      outcomes.setAll(offer, 'changed', scan);
      continue;
    }
    for (const cell of offer.cells) {
      const { column, base, value } = cell;
      const position = scan.positions.get(column);
      const shown = row.cells[column] ?? null;
      if (isWitness(cell) && position !== undefined) {
        outcomes.set(offer, column, sameCell(shown, base) ? 'applied' : 'changed', shown);
        continue;
      }
      if (position === undefined) outcomes.set(offer, column, 'gone', null);
      else if (isComputed(reading, row.row, position)) outcomes.set(offer, column, 'formula', shown);
      else if (whyUnwritable(value) !== null) outcomes.set(offer, column, 'invalid', shown, whyUnwritable(value)!);
      else if (sameCell(shown, base)) plan.updates.push({ offer, key, column, base, row: row.row, position, value });
      else outcomes.set(offer, column, sameCell(shown, value) ? 'applied' : 'changed', shown);
    }
  }
  return plan;
}

/** The key of a row once it has its former key cells back. */
function keyAfter(offer: Offer, row: ScannedRow, mapping: Mapping): string | null {
  const cells = { ...row.cells };
  for (const { column, value } of offer.cells) cells[column] = value;
  const found = rowKeyOf(mapping, cells);
  return 'key' in found ? found.key : null;
}

/**
 * New rows go below the data range, in the order of their offers. In a formula column a value would break the array
 * formula or stand where the person fills the formula down (I14); where the table has none, nothing is missing.
 */
function placeInserts(
  inserts: readonly Offer[],
  mapping: Mapping,
  { reading, scan }: { reading: SheetReading; scan: Scan },
  outcomes: Outcomes,
): PlannedWrite[] {
  const keys = new Set(mapping.columns.filter(({ key }) => key).map(({ id }) => id));
  const formulas = new Map(
    [...scan.positions].map(([id, at]) => [at, isFormulaColumn(reading, scan.lastRow, at, keys.has(id))]),
  );
  return inserts.flatMap((offer, index) =>
    offer.cells.flatMap(({ column, value }) => {
      const position = scan.positions.get(column);
      if (position === undefined || formulas.get(position)) {
        outcomes.set(offer, column, position === undefined ? 'gone' : value === null ? 'applied' : 'formula', null);
        return [];
      }
      const why = whyUnwritable(value);
      if (why !== null) {
        outcomes.set(offer, column, 'invalid', null, why);
        return [];
      }
      return [{ offer, key: offer.key, column, base: null, row: scan.lastRow + 1 + index, position, value }];
    }),
  );
}

/**
 * Whether a column goes on as formulas below the data: its last cell is computed, or most of those that hold anything
 * are, so that a few typed over do not make it a column of values. Among keys a last formula alone is no such column:
 * without its key a new row would be nobody's.
 */
function isFormulaColumn(reading: SheetReading, lastRow: number, position: number, isKey: boolean): boolean {
  if (!isKey && isComputed(reading, lastRow, position)) return true;
  let balance = 0;
  for (let row = HEADER_ROW + 1; row <= lastRow; row++) {
    if (isComputed(reading, row, position)) balance++;
    else if (cellAt(reading, row, position) !== null) balance--;
  }
  return balance > 0;
}

/** Where a row written before the deletes stands after them. */
function movedBy(deleted: readonly number[]): (row: number) => number {
  const rows = [...deleted].sort((a, b) => a - b);
  return (row) => row - rows.filter((one) => one < row).length;
}

interface Evidence {
  former: SheetReading;
  before: Scan;
  after: SheetReading;
  rescan: Scan;
  /** The rows of `rescan` by where they stand. */
  standing: ReadonlyMap<number, ScannedRow>;
  /** Cells that were written, as they stand in `after`. */
  places: ReadonlySet<string>;
  /** New rows whose key was not written, as a person typed another there: where they were to stand is that one's row. */
  unkeyed: ReadonlySet<Offer>;
  repairs: PutBack[];
}

const placeOf = ({ row, position }: { row: number; position: number }): string => `${row}:${position}`;

/** Text that Sheets may take for a formula. */
const FORMULA_LIKE = /^\s*[=+\-@]/;

/** Decides from the read-back what became of one written cell, and plans repairs. */
function judgeWrite(
  write: PlannedWrite & { formerRow: number },
  result: WriteOutcome,
  evidence: Evidence,
  outcomes: Outcomes,
): void {
  const { offer, column, row, position, value, base } = write;
  const { before, after, rescan, standing, unkeyed, repairs } = evidence;
  const found = rescan.rows.get(write.key);
  const shown = found?.cells[column] ?? null;
  if (!result.ok) {
    outcomes.set(offer, column, result.why, shown, result.message);
    return;
  }
  const landed = { row, position, shows: cellAt(after, row, position), value, base, former: result.former };
  if (rescan.positions.get(column) !== position) {
    // Columns moved: after the write, then the value went along; or just before it, then it stands in another column.
    const repair = sameCell(shown, value) ? null : undoing(landed, formerCell(evidence, position, write.formerRow));
    if (repair) repairs.push(repair);
    outcomes.set(offer, column, repair ? 'misplaced' : sameCell(shown, value) ? 'applied' : 'changed', shown);
    return;
  }
  if (found?.row === row) {
    if (isComputed(after, row, position) && typeof value === 'string' && FORMULA_LIKE.test(value)) {
      // A value from the table must never become a formula (I17): take it back at once. A formula where another value
      // was written is a person's, typed since.
      repairs.push({ ...landed, former: { ...result.former, value: base, formula: '' } });
      outcomes.set(offer, column, 'unsafe', base);
    } else {
      // Still the base: rows moved away and back, and the value went elsewhere. Never written, so offered again.
      const unwritten = offer.kind === 'update' && sameCell(shown, base) && !sameCell(base, value);
      outcomes.set(offer, column, unwritten ? 'changed' : 'applied', shown);
    }
    return;
  }
  if (found !== undefined && sameCell(shown, value)) {
    // The row moved after the write, and took the value along. Or a person typed just that, and the write hit another.
    const other = standing.get(row);
    const repair = other ? undoing(landed, before.rows.get(other.key)?.cells[column]) : null;
    if (repair) repairs.push(repair);
    outcomes.set(offer, column, 'applied', shown);
    return;
  }
  // Another key stands where the value was written (I3): put back what that row showed before, if untouched since.
  const stranger = standing.get(row);
  // A new row whose own key went astray would be taken for a person's row without a key, and so would a value that hit
  // a row that was emptied meanwhile: nothing of it may stay.
  const keyless =
    stranger === undefined &&
    found === undefined &&
    value !== null &&
    (offer.kind === 'insert' || showsOnlyWritten(row, evidence));
  const repair = stranger
    ? undoing(landed, before.rows.get(stranger.key)?.cells[column] ?? (unkeyed.has(offer) ? base : undefined))
    : keyless && undoing(landed, null);
  if (repair) repairs.push(repair);
  outcomes.set(offer, column, repair ? 'misplaced' : found === undefined ? 'gone' : 'changed', shown);
}

interface Landed {
  row: number;
  position: number;
  /** What the place of the write shows now. */
  shows: Cell;
  value: Cell;
  base: Cell;
  former: FormerCell;
}

/**
 * How to undo a write that stands in a cell it was not meant for; null where it does not stand there. `was`: what that
 * cell showed at the re-check, as far as it is known.
 *
 * What the host saw just before it wrote is what was hit, unless that was still the cell that was meant: then rows or
 * columns moved between its look and its write, and only the re-check tells, without formula and format.
 */
function undoing({ row, position, shows, value, base, former }: Landed, was: Cell | undefined): PutBack | null {
  if (!sameCell(shows, value)) return null;
  if (!sameCell(former.value, base) || (was !== undefined && sameCell(was, base))) {
    return { row, position, shows, former };
  }
  if (was === undefined || sameCell(was, shows)) return null;
  return { row, position, shows, former: { value: was, formula: '', format: null } };
}

/** Whether a row has nothing in its synced columns but what was written there. */
function showsOnlyWritten(row: number, { after, rescan, places }: Evidence): boolean {
  return [...rescan.positions.values()].every(
    (position) => cellAt(after, row, position) === null || places.has(placeOf({ row, position })),
  );
}

/** What stood, at the re-check, in the column that is now at the written place; nothing where it is a new column. */
function formerCell({ former, after }: Evidence, position: number, formerRow: number): Cell {
  const at = columnNow(after.columns, position, former.columns);
  return at === null ? null : cellAt(former, formerRow, at);
}
