import { isDate, sameCell, type Cell } from '../../../shared/cell.ts';
import { civilToSerial } from '../../../shared/civil-serial.ts';
import type { CivilTime } from '../../../shared/civil-time.ts';
import { isAsExpected } from '../../../shared/cycle/blocks.ts';
import { standAsBefore } from '../../../shared/cycle/column-now.ts';
import type { Block, BlockOutcome, FormerCell, SheetReading } from '../../../shared/cycle/effects.ts';
import { formatFor } from '../../../shared/number-format.ts';
import { readColumns } from './columns.ts';
import { lookAt, setFormat, type Place } from './look-at-cells.ts';
import { isRestored, restoreCell, restorePastRule } from './put-back.ts';
import { guardOfCells, isTransient, PROTECTED, refusalOf, unlessRefused } from './refusal.ts';
import { civilTime, toValue, type SheetValue } from './sheet.ts';
import { findTab } from './spreadsheet.ts';
import { isMisread, textInput, writeText } from './write-text.ts';

type Sheet = GoogleAppsScript.Spreadsheet.Sheet;
type Range = GoogleAppsScript.Spreadsheet.Range;

const GONE: BlockOutcome = { ok: false, why: 'invalid', message: 'The tab is gone.' };
const CHANGED: BlockOutcome = { ok: false, why: 'changed', message: 'The cell was changed meanwhile.' };
const ALTERED: BlockOutcome = {
  ok: false,
  why: 'invalid',
  message: 'Sheets would change this text, so it was not written. Change it in the table, or type it here yourself.',
};
const RESHOWN: BlockOutcome = {
  ok: false,
  why: 'invalid',
  message:
    'Sheets would show this value as something else, because its column has a type of its own. Change that type.',
};
const COVERED: BlockOutcome = {
  ok: false,
  why: 'invalid',
  message: 'This cell lies under merged cells, which show another one. Unmerge them to see the table’s value.',
};

/**
 * Writes the blocks in order: one look at what stands there, the writes, one flush, one look back. Reads and writes are
 * not alternated, which is slow. Where Sheets refuses only at the flush, the blocks are written again one by one, each
 * with a flush of its own, to find the one to blame.
 */
export function writeBlocks(
  sheet: number,
  timeZone: string,
  blocks: readonly Block[],
  columns?: SheetReading['columns'],
): BlockOutcome[] {
  const tab = findTab(sheet);
  if (!tab) return blocks.map(() => GONE);
  if (columns && !standAsBefore(columns, readColumns(sheet, timeZone))) return blocks.map(() => CHANGED);
  const zone = civilTime(timeZone);
  // Tried, each would take several calls more to tell why it is refused: a thousand would outlast the run.
  const isGuarded = guardOfCells(tab);
  const former = lookAt(tab, blocks.map(placeOf), zone, 'formats');
  const writeAll = (flush: boolean, only: (index: number) => boolean, before: readonly (BlockOutcome | null)[]) =>
    blocks.map((block, index) => (only(index) ? writeBlock(tab, zone, block, former[index]!, flush) : before[index]!));
  const spared = blocks.map((block, index) =>
    !showsExpected(block, former[index]!) ? CHANGED : holdsGuarded(block, isGuarded) ? PROTECTED : null,
  );
  let outcomes = writeAll(false, (index) => spared[index] === null, spared);
  try {
    SpreadsheetApp.flush();
  } catch (error) {
    if (isTransient(error)) throw error;
    const first = outcomes;
    outcomes = writeAll(true, (index) => first[index]!.ok, first);
  }
  return lookBack(tab, zone, blocks, outcomes);
}

function placeOf({ row, position, values }: Block): Place {
  return { row, position, height: values.length, width: values[0]!.length };
}

function rangeOf(tab: Sheet, block: Block): Range {
  return tab.getRange(block.row, block.position, block.values.length, block.values[0]!.length);
}

function showsExpected({ expected, values }: Block, former: readonly (readonly FormerCell[])[]): boolean {
  return expected.every((line, i) =>
    line.every((cell, j) => {
      const { value, formula } = former[i]![j]!;
      return cell === undefined || (formula === '' && isAsExpected(value, cell, values[i]![j]!));
    }),
  );
}

function holdsGuarded(
  { row, position, values }: Block,
  isGuarded: (row: number, position: number) => boolean,
): boolean {
  return values.some((line, i) => line.some((_, j) => isGuarded(row + i, position + j)));
}

function writeBlock(tab: Sheet, zone: CivilTime, block: Block, former: FormerCell[][], flush: boolean): BlockOutcome {
  const range = rangeOf(tab, block);
  let formats: FormatChange[] = [];
  try {
    formats = prepareFormats(tab, block, former);
    if (flush && formats.length > 0) SpreadsheetApp.flush();
  } catch (error) {
    // So it may come at the flush alone.
    if (isTransient(error)) throw error;
  }
  try {
    range.setValues(block.values.map((line) => line.map((cell) => toInput(cell, zone))));
    if (flush) SpreadsheetApp.flush();
    return { ok: true, former };
  } catch (error) {
    if (isTransient(error)) throw error;
    const refused = refusalOf(range);
    // Nobody says that nothing of a refused block is written.
    const [shown] = lookAt(tab, [placeOf(block)], zone, 'formulas');
    undo(tab, block, former, shown!, zone);
    for (const change of formats) unlessRefused(() => setFormat(change.range, change.former));
    return refused;
  }
}

function toInput(cell: Cell, zone: CivilTime): SheetValue {
  return typeof cell === 'string' ? (textInput(cell) ?? '') : toValue(cell, zone);
}

/**
 * What is read back is what was stored (I17): text that Sheets has read as something else is written another way, and a
 * block that still holds such a cell is put back as it was. A cell that shows anything else was edited since, and left.
 */
function lookBack(
  tab: Sheet,
  zone: CivilTime,
  blocks: readonly Block[],
  outcomes: readonly BlockOutcome[],
): BlockOutcome[] {
  const written = blocks.filter((_, index) => outcomes[index]!.ok);
  const seen = new Map<Block, FormerCell[][]>();
  lookAt(tab, written.map(placeOf), zone, 'formulas').forEach((cells, index) => seen.set(written[index]!, cells));
  return blocks.map((block, index) => {
    const outcome = outcomes[index]!;
    if (!outcome.ok) return outcome;
    const shown = seen.get(block)!;
    const failed = firstFailure(tab, block, outcome.former, shown);
    if (failed === null) return outcome;
    undo(tab, block, outcome.former, shown, zone);
    return failed;
  });
}

function firstFailure(
  tab: Sheet,
  { row, position, values }: Block,
  former: readonly (readonly FormerCell[])[],
  shown: readonly (readonly FormerCell[])[],
): BlockOutcome | null {
  for (const [i, line] of values.entries()) {
    for (const [j, value] of line.entries()) {
      const now = shown[i]![j]!;
      if (now.formula === '' && sameCell(now.value, value)) continue;
      const cell = tab.getRange(row + i, position + j);
      if (sameCell(now.value, former[i]![j]!.value) && cell.isPartOfMerge()) return COVERED;
      if (typeof value === 'string' && isMisread(value, now.value, now.formula) && !writeText(cell, value)) {
        return ALTERED;
      }
      if (now.formula === '' && isReshown(value, now.value)) return RESHOWN;
    }
  }
  return null;
}

/** A date that shows as a bare number, or the reverse: its column has a type and takes no format. */
function isReshown(value: Cell, shown: Cell): boolean {
  const [a, b] = [value, shown].map((cell) => (isDate(cell) ? civilToSerial(cell.date) : cell));
  return isDate(value) !== isDate(shown) && typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) < 1e-7;
}

/** Puts the block back as it was, but for cells that somebody has edited since. */
function undo(
  tab: Sheet,
  block: Block,
  former: readonly (readonly FormerCell[])[],
  shown: readonly (readonly FormerCell[])[],
  zone: CivilTime,
): void {
  const [range, hit] = [rangeOf(tab, block), [] as { i: number; j: number; cell: FormerCell }[]];
  former.forEach((line, i) =>
    line.forEach((cell, j) => {
      const value = block.values[i]![j]!;
      const now = shown[i]![j]!;
      if (now.formula === '' && sameCell(now.value, cell.value)) return;
      const ours =
        (now.formula === '' && sameCell(now.value, value)) ||
        (typeof value === 'string' && isMisread(value, now.value, now.formula)) ||
        (now.formula === '' && isReshown(value, now.value));
      if (ours) hit.push({ i, j, cell });
    }),
  );
  if (hit.length === 0) return;
  for (const { i, j, cell } of hit) {
    try {
      restoreCell(range.getCell(i + 1, j + 1), cell, zone, false);
    } catch (error) {
      if (isTransient(error)) throw error;
    }
  }
  // A refusal may come here alone, and of which cell it tells nothing.
  unlessRefused(() => {});
  const [now] = lookAt(tab, [placeOf(block)], zone, 'formulas');
  for (const { i, j, cell } of hit) {
    if (!isRestored(now![i]![j]!, cell)) restorePastRule(range.getCell(i + 1, j + 1), cell, zone);
  }
}

interface FormatChange {
  range: Range;
  former: string;
}

/**
 * Sets the formats of text, dates and numbers where the values need them, and only there: a format set anew, even to the
 * same, is no longer the automatic one. Answers what was changed.
 */
function prepareFormats(tab: Sheet, block: Block, former: readonly (readonly FormerCell[])[]): FormatChange[] {
  const changes: FormatChange[] = [];
  const height = block.values.length;
  for (let j = 0; j < block.values[0]!.length; j++) {
    const formats = (i: number): { own: string; wanted: string } => {
      const own = former[i]![j]!.format ?? '';
      return { own, wanted: formatFor(block.values[i]![j]!, block.asText[i]![j]!, own) };
    };
    for (let i = 0; i < height;) {
      const { own, wanted } = formats(i);
      let end = i + 1;
      while (end < height && formats(end).own === own && formats(end).wanted === wanted) end++;
      if (wanted !== own) {
        const run = tab.getRange(block.row + i, block.position + j, end - i, 1);
        try {
          setFormat(run, wanted);
          changes.push({ range: run, former: own });
        } catch (error) {
          // A column with a type of its own keeps its format; the look back tells whether the value came through.
          if (isTransient(error)) throw error;
        }
      }
      i = end;
    }
  }
  return changes;
}
