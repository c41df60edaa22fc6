import { isDate, type Cell } from './cell.ts';

/** Number formats of Sheets, as patterns; '' is the automatic format. */

export const PLAIN_TEXT = '@';
export const DATE = 'yyyy-mm-dd';
export const TIME = 'hh:mm:ss';
export const DATE_TIME = 'yyyy-mm-dd hh:mm:ss';

/** Whether a pattern shows dates or times: a letter of theirs outside quotes, escapes and colour or currency brackets. */
export function showsDates(format: string): boolean {
  if (/^general$/i.test(format)) return false;
  const bare = format.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  return /[ymdhs]/i.test(bare);
}

/**
 * The format that a cell needs so that the value shows and is read back as what it is. Its own wherever that will do: a
 * person's formats are theirs.
 */
export function formatFor(cell: Cell, asText: boolean, own: string): string {
  if (asText) return PLAIN_TEXT;
  // Under a date format 12.25 would be the 11th of January 1900, and be read back as that; under @ perhaps a text.
  if (typeof cell === 'number') return showsDates(own) || own === PLAIN_TEXT ? '' : own;
  if (typeof cell === 'boolean') return own === PLAIN_TEXT ? '' : own;
  // Under any other format a date would show, and be read back, as a bare number.
  if (!isDate(cell) || showsDates(own)) return own;
  if (/^\d\d:/.test(cell.date)) return TIME;
  return cell.date.includes('T') ? DATE_TIME : DATE;
}
