/**
 * One spreadsheet cell as it crosses the wire.
 *
 * - `null` is an empty cell. An empty string never occurs: Sheets cannot hold one apart from an empty cell.
 * - `{ date }` is zone-free civil time in ISO form: `2024-02-29`, `2024-02-29T13:05:00`, `2024-02-29T13:05:00.250`
 *   or, for a time-only cell (serial below 1), `13:05:00`.
 * - `{ error }` is an error or an unfinished value (`#REF!`, `Loading…`): unknown, never a value (I14).
 */
export type Cell = null | boolean | number | string | { date: string } | { error: string };

/** The cells of one row by column id. A column that is not listed is unknown. */
export type Cells = Record<string, Cell>;

/** Errors as `getValues()` spells them; typed text that looks the same is treated the same (platform limit). */
const ERROR_TEXT =
  /^(#NULL!|#DIV\/0!|#VALUE!|#REF!|#NAME\?|#NUM!|#N\/A|#ERROR!|#SPILL!|#CALC!|Loading\.\.\.|Loading…)$/;

/** A number under a date format that is beyond all dates, such as a phone number: which one, the add-on is not told. */
export const NO_DATE: Cell = { error: '(no date)' };

export function looksLikeError(text: string): boolean {
  return ERROR_TEXT.test(text);
}

export function isDate(cell: Cell): cell is { date: string } {
  return typeof cell === 'object' && cell !== null && 'date' in cell;
}

export function isError(cell: Cell): cell is { error: string } {
  return typeof cell === 'object' && cell !== null && 'error' in cell;
}

/**
 * Canonical typed token of a cell. Two cells are the same value exactly if their tokens are equal, so `1` and `"1"`
 * differ. Digests are taken over tokens, and the hub keeps the hashes of rows it has seen: a new form of token makes each row
 * that has one look edited, once.
 */
export function cellToken(cell: Cell): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'string') return 's' + cell;
  if (typeof cell === 'boolean') return cell ? 'b1' : 'b0';
  // Object.is(-0) is no edit anybody made: Sheets shows both as 0.
  if (typeof cell === 'number') return 'n' + String(cell === 0 ? 0 : cell);
  return 'date' in cell ? 'd' + cell.date : 'e' + cell.error;
}

export function sameCell(left: Cell, right: Cell): boolean {
  return left === right || cellToken(left) === cellToken(right);
}

export function isBlank(cell: Cell | undefined): boolean {
  return cell === null || cell === undefined || cell === '';
}

/** How a message names the value to a person. */
export function showCell(cell: Cell): string {
  if (cell === null) return '(empty)';
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (typeof cell === 'object') return 'date' in cell ? cell.date.replace('T', ' ') : cell.error;
  return String(cell);
}
