import { isError, type Cell } from '../../../shared/cell.ts';
import { CELL_CHARS } from '../../../shared/limits.ts';
import { needsTextFormat } from '../../../shared/text-format.ts';
import { unlessRefused } from './refusal.ts';

type Range = GoogleAppsScript.Spreadsheet.Range;

/**
 * How a text gets into a cell and is read back as itself. Sheets reads what a script writes as if it were typed; the
 * format `@`, an apostrophe and rich text each stop that, but nobody vouches for all three in every case. So none is
 * trusted: the look back decides, and what no way stores exactly is not stored at all.
 */

/** Sheets may take text that starts like this for a formula. */
const FORMULA_LIKE = /^\s*[=+\-@]/;

/** Text that is never written bare: it might become a formula, or lose an apostrophe of its own. */
function isRisky(text: string): boolean {
  return FORMULA_LIKE.test(text) || text.startsWith("'");
}

/**
 * What to hand to `setValues()` for a text: risky text behind an apostrophe, which Sheets documents as "text follows".
 * Null where it does not fit in: then only {@link writeText} will do.
 */
export function textInput(text: string): string | null {
  if (!isRisky(text)) return text;
  return text.length < CELL_CHARS ? `'${text}` : null;
}

/** Whether a cell shows what Sheets made of a text, and not what somebody has typed over it since. */
export function isMisread(text: string, shown: Cell, formula: string): boolean {
  if (formula !== '') return FORMULA_LIKE.test(text);
  if (shown === text) return false;
  if (shown === null) return bare(text) === '' || textInput(text) === null;
  if (typeof shown === 'string') return bare(shown) === bare(text);
  return !isError(shown) && needsTextFormat(text);
}

const bare = (text: string): string => text.replace(/^'+/, '').replace(/\r\n?/g, '\n').normalize('NFC').trim();

/**
 * Writes a text into one cell, by the first way that stores it exactly. False: none does, and the cell holds anything. A rule
 * of the cell may let the text through where it is misread, as a number, and refuse it as text.
 */
export function writeText(cell: Range, text: string): boolean {
  return ways(text).some((write) => {
    unlessRefused(() => write(cell, text));
    return cell.getFormula() === '' && cell.getValue() === text;
  });
}

type Way = (cell: Range, text: string) => void;

const behindApostrophe: Way = (cell, text) => cell.setValue(`'${text}`);
const asRichText: Way = (cell, text) => cell.setRichTextValue(SpreadsheetApp.newRichTextValue().setText(text).build());
const bareText: Way = (cell, text) => cell.setValue(text);

/** Tried on this cell with a formula that does no harm first: the text itself might fetch from the web. */
const asHarmlessRichText: Way = (cell, text) => {
  asRichText(cell, '=0');
  SpreadsheetApp.flush();
  if (cell.getFormula() === '') asRichText(cell, text);
};

/** What may become a formula is never written bare, not even to be taken back: it would have been computed once. */
function ways(text: string): Way[] {
  const prefixed = text.length < CELL_CHARS ? [behindApostrophe] : [];
  if (FORMULA_LIKE.test(text)) return [...prefixed, asHarmlessRichText];
  return text.startsWith("'") ? [...prefixed, asRichText, bareText] : [bareText, ...prefixed, asRichText];
}
