import { isDate, type Cell } from '../../../shared/cell.ts';
import type { Block, BlockOutcome } from '../../../shared/cycle/effects.ts';
import { civilTime, toValue, type SheetValue } from './sheet.ts';
import { findTab } from './spreadsheet.ts';

type Sheet = GoogleAppsScript.Spreadsheet.Sheet;
type Range = GoogleAppsScript.Spreadsheet.Range;

/** How `getNumberFormats()` spells the automatic format; set by that name it would be a format of its own. */
const AUTOMATIC = '0.###############';

/** Formats under which a date would show as a bare number or turn into text. */
const PLAIN_FORMATS = new Set(['', 'general', '@', AUTOMATIC]);

/** A string that starts like one of these may be taken for a formula. */
const FORMULA_LIKE = /^\s*[=+\-@]/;

/** Google's own trouble, not the cell's: the run ends and the next one goes on. */
const TRANSIENT = /service (spreadsheets|error)|timed out|try again|too many|server error|internal error/i;

const FORMULA_REFUSED =
  'Sheets would turn this text into a formula, so it was not written. Change the value in the table, or type it here yourself.';

/**
 * Writes the blocks in order and flushes once. Where Sheets refuses only at the flush, the blocks are written again one
 * by one, each with a flush of its own, to find the one to blame.
 */
export function writeBlocks(sheet: number, timeZone: string, blocks: readonly Block[]): BlockOutcome[] {
  const tab = findTab(sheet);
  if (!tab) return blocks.map(() => ({ ok: false, why: 'invalid', message: 'The tab is gone.' }));
  const outcomes = blocks.map((block) => writeBlock(tab, timeZone, block, false));
  try {
    SpreadsheetApp.flush();
    return outcomes;
  } catch (error) {
    rethrowTransient(error);
    return blocks.map((block, index) =>
      outcomes[index]!.ok ? writeBlock(tab, timeZone, block, true) : outcomes[index]!,
    );
  }
}

function writeBlock(tab: Sheet, timeZone: string, block: Block, flush: boolean): BlockOutcome {
  const range = tab.getRange(block.row, block.position, block.values.length, block.values[0]!.length);
  const risky = block.values.some((line) => line.some((cell) => typeof cell === 'string' && FORMULA_LIKE.test(cell)));
  const before = risky ? (range.getValues() as SheetValue[][]) : null;
  const formats = prepareFormats(tab, range, block);
  try {
    const zone = civilTime(timeZone);
    range.setValues(block.values.map((line) => line.map((cell) => toValue(cell, zone))));
    keepApostrophes(range, block.values);
    if (flush) SpreadsheetApp.flush();
    if (before === null || !becameFormula(range, block.values)) return { ok: true };
    // A value from the table must never become a formula (I17), not even until the read-back.
    range.setValues(before);
  } catch (error) {
    rethrowTransient(error);
    restoreFormats(formats);
    return refusal(range);
  }
  restoreFormats(formats);
  return { ok: false, why: 'invalid', message: FORMULA_REFUSED };
}

/**
 * Sheets takes a leading apostrophe for "text follows" and drops it. Where it did, the text is written behind another;
 * looked at rather than assumed, because nobody says whether cells of format `@` drop it too.
 */
function keepApostrophes(range: Range, values: readonly (readonly Cell[])[]): void {
  const starts = (cell: Cell | undefined): cell is string => typeof cell === 'string' && cell.startsWith("'");
  if (!values.some((line) => line.some(starts))) return;
  const shown = range.getValues() as SheetValue[][];
  values.forEach((line, i) =>
    line.forEach((cell, j) => {
      if (starts(cell) && shown[i]![j] !== cell) range.getCell(i + 1, j + 1).setValue(`'${cell}`);
    }),
  );
}

interface FormatChange {
  range: Range;
  former: string;
}

/**
 * Sets the formats of text, dates and numbers where the values need them, and only there: a format set anew, even to the same, is no
 * longer the automatic one. Answers what was changed.
 */
function prepareFormats(tab: Sheet, range: Range, block: Block): FormatChange[] {
  const needed = block.values.some((line, i) =>
    line.some((cell, j) => block.asText[i]![j]! || isDate(cell) || typeof cell === 'number'),
  );
  if (!needed) return [];
  const formats = range.getNumberFormats();
  const changes: FormatChange[] = [];
  const height = formats.length;
  for (let j = 0; j < formats[0]!.length; j++) {
    for (let i = 0; i < height;) {
      const former = formats[i]![j]!;
      const wanted = formatFor(block.values[i]![j]!, block.asText[i]![j]!, former);
      let end = i + 1;
      while (
        end < height &&
        formats[end]![j] === former &&
        formatFor(block.values[end]![j]!, block.asText[end]![j]!, former) === wanted
      ) {
        end++;
      }
      if (wanted !== former) {
        const run = tab.getRange(block.row + i, block.position + j, end - i, 1);
        run.setNumberFormat(wanted);
        changes.push({ range: run, former });
      }
      i = end;
    }
  }
  return changes;
}

function restoreFormats(changes: readonly FormatChange[]): void {
  for (const { range, former } of changes) range.setNumberFormat(former === AUTOMATIC ? 'General' : former);
}

function formatFor(cell: Cell, asText: boolean, format: string): string {
  if (asText) return '@';
  // Under a date format 12.25 would be the 11th of January 1900, and be read back as that.
  if (typeof cell === 'number' && showsDates(format)) return 'General';
  if (!isDate(cell) || !PLAIN_FORMATS.has(format.toLowerCase())) return format;
  if (/^\d\d:/.test(cell.date)) return 'hh:mm:ss';
  return cell.date.includes('T') ? 'yyyy-mm-dd hh:mm:ss' : 'yyyy-mm-dd';
}

/** Whether a number format shows dates or times: a letter of theirs outside quotes, escapes and colour or currency brackets. */
function showsDates(format: string): boolean {
  if (/^general$/i.test(format)) return false;
  const bare = format.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  return /[ymdhs]/i.test(bare);
}

function becameFormula(range: Range, values: readonly (readonly Cell[])[]): boolean {
  const formulas = range.getFormulas();
  return values.some((line, i) => line.some((cell, j) => typeof cell === 'string' && formulas[i]![j] !== ''));
}

/** Asked of the range, not read from the exception's text, which comes in the person's language. */
function refusal(range: Range): BlockOutcome {
  return range.canEdit()
    ? { ok: false, why: 'invalid', message: 'The data validation of this cell does not allow the table’s value.' }
    : { ok: false, why: 'protected', message: 'This cell is protected, and Tandem’s runs may not edit it.' };
}

function rethrowTransient(error: unknown): void {
  if (TRANSIENT.test(error instanceof Error ? error.message : String(error))) throw error;
}
