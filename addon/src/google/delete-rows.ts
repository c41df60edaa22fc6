import type { CivilTime } from '../../../shared/civil-time.ts';
import type { DeletedRows, RowToDelete } from '../../../shared/cycle/effects.ts';
import { isToDelete } from '../../../shared/cycle/rows-to-delete.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { lookAt } from './look-at-cells.ts';
import { closedProtections, unlessRefused, whyRefused } from './refusal.ts';
import { civilTime } from './sheet.ts';
import { findTab } from './spreadsheet.ts';

type Sheet = GoogleAppsScript.Spreadsheet.Sheet;

interface DueRow extends RowToDelete {
  /** Its number as it was given; `row` is where it stands by now. */
  given: number;
  isGuarded: boolean;
}

/** So many batches may be refused, each a second or two. Rows that were not tried by then are offered again. */
const MAX_REFUSALS = 40;

/**
 * Deletes rows, given in descending order, run by run, that still show what they must and are not protected. A batch that
 * Sheets refuses, be it at the flush alone, is halved, and what is left of it looked at anew, until the rows to blame are
 * known.
 */
export function deleteRows(sheet: number, timeZone: string, rows: readonly RowToDelete[]): DeletedRows {
  const done: DeletedRows = { gone: [], guarded: [], refused: [] };
  const tab = findTab(sheet);
  if (!tab || rows.length === 0) return done;
  const zone = civilTime(timeZone);
  const isGuarded = guardOf(tab);
  // The last is taken first. Lower rows stand behind upper ones: what is above keeps its place while they go.
  const waiting = [rows.map((one): DueRow => ({ ...one, given: one.row, isGuarded: isGuarded(one.row) }))];
  for (let refusals = 0; waiting.length > 0 && refusals < MAX_REFUSALS;) {
    const { gone, guarded, left, reason } = deleteBatch(tab, zone, waiting.pop()!);
    done.gone.push(...gone.map(({ given }) => given));
    done.guarded.push(...guarded.map(({ given }) => given));
    if (reason === null) continue;
    refusals++;
    done.unsure = true;
    const middle = left.length >> 1;
    if (left.length === 1) done.refused.push({ row: left[0]!.given, reason });
    else if (left.length > 1) waiting.push(left.slice(middle), left.slice(0, middle));
  }
  return done;
}

interface Batch {
  gone: DueRow[];
  guarded: DueRow[];
  /** Rows that stand still, at least one of them because Sheets refuses to delete it. */
  left: DueRow[];
  /** The sentence with which it refused; null where it refused none. */
  reason: string | null;
}

function deleteBatch(tab: Sheet, zone: CivilTime, rows: readonly DueRow[]): Batch {
  const fixed = Math.max(HEADER_ROW, tab.getFrozenRows());
  let size = tab.getMaxRows();
  // Sheets refuses to delete the last row below the frozen ones.
  if (rows.filter(({ row, isGuarded }) => row > fixed && !isGuarded).length >= size - fixed) {
    unlessRefused(() => tab.insertRowsAfter(size, 1));
    size = tab.getMaxRows();
  }
  // Nothing but computation lies between this look and the first delete.
  const places = rows.map(({ row, expected }) => ({ row, position: 1, height: 1, width: expected.length }));
  const looks = lookAt(tab, places, zone, 'values');
  const found = rows.filter((one, index) =>
    isToDelete(
      one,
      looks[index]![0]!.map(({ value }) => value),
    ),
  );
  const guarded = found.filter(({ isGuarded }) => isGuarded);
  const due = found.filter(({ isGuarded }) => !isGuarded);
  const reason = whyRefused(() => deleteRuns(tab, due));
  if (reason === null) return { gone: due, guarded, left: [], reason };
  // What was sent before the refused one may be refused on its own.
  unlessRefused(() => {});
  const lost = size - tab.getMaxRows();
  const standing = lost === 0 ? due : findAgain(tab, zone, due);
  const gone = due.filter(({ given }) => !standing.some((one) => one.given === given));
  // Where the two disagree rows look alike, or somebody is at work on them: nothing is tried again that may be another row.
  return { gone, guarded, left: gone.length === lost ? standing : [], reason };
}

function deleteRuns(tab: Sheet, due: readonly DueRow[]): void {
  let count = 0;
  due.forEach(({ row }, index) => {
    count++;
    if (due[index + 1]?.row === row - 1) return;
    tab.deleteRows(row, count);
    count = 0;
  });
}

/**
 * Rows of a batch of which some have gone and some were refused: those that stand still, where they stand by now. Each is
 * known by what it shows, and as far above its former place, at most, as there are rows of the batch above it.
 */
function findAgain(tab: Sheet, zone: CivilTime, due: readonly DueRow[]): DueRow[] {
  const [top, bottom] = [due.at(-1)!.row, Math.min(due[0]!.row, tab.getMaxRows())];
  if (bottom < top) return [];
  const width = due.reduce((most, { expected }) => Math.max(most, expected.length), 1);
  const [lines] = lookAt(tab, [{ row: top, position: 1, height: bottom - top + 1, width }], zone, 'values');
  const shown = lines!.map((line) => line.map(({ value }) => value));
  const standing: DueRow[] = [];
  let free = top;
  [...due].reverse().forEach((one, above) => {
    for (let row = Math.max(free, one.row - above); row <= Math.min(one.row, bottom); row++) {
      if (!isToDelete(one, shown[row - top]!)) continue;
      standing.unshift({ ...one, row });
      free = row + 1;
      return;
    }
  });
  return standing;
}

/**
 * Whether a row has a cell that is protected from this account. Asked beforehand: a refusal costs several calls more, and
 * tells why in the person's language.
 */
function guardOf(tab: Sheet): (row: number) => boolean {
  const spans = closedProtections(tab)
    .map((protection) => protection.getRange())
    .map((range) => ({ top: range.getRow(), bottom: range.getLastRow() }));
  return (row) => spans.some(({ top, bottom }) => row >= top && row <= bottom);
}
