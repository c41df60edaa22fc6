import { isDate, isError, type Cell } from '../../../shared/cell.ts';
import { unstorable } from '../../../shared/text-format.ts';
import { typeModifiers, type Codec, type Encoded } from './codec.ts';

export { unstorable };

/** Numbers from here on may have lost digits before anybody could see them: a sheet keeps 15. */
export const UNSAFE_NUMBER = 1e15;

export const NUMBER_TOO_LONG =
  'is too long for a number: a sheet keeps 15 digits. Format the cell as plain text (Format > Number > Plain text) and type it again';

/** What a cell reads as where text is wanted. Numbers become their shortest decimal text. */
export function plainText(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (isDate(cell)) return cell.date.replace('T', ' ');
  if (isError(cell)) return cell.error;
  return typeof cell === 'number' ? String(cell === 0 ? 0 : cell) : cell;
}

export const NOT_TEXT = 'holds characters that a database cannot store. Type the text again';

/** A literal that Postgres is to read: anything but what cannot be sent at all. */
export function literal(text: string): Encoded {
  return unstorable(text) ? { refused: NOT_TEXT } : { text };
}

const BLANK_PADDED = /bpchar$/;

export const textCodec: Codec = {
  expects: (column) => {
    const [length] = typeModifiers(column);
    return length === undefined ? 'text' : `text of at most ${length} ${length === 1 ? 'character' : 'characters'}`;
  },
  toTable(cell, { column }) {
    if (typeof cell === 'number' && Math.abs(cell) >= UNSAFE_NUMBER) return { refused: NUMBER_TOO_LONG };
    const text = plainText(cell);
    if (unstorable(text)) return { refused: NOT_TEXT };
    const [length] = typeModifiers(column);
    const counted = BLANK_PADDED.test(column.cast) ? text.replace(/ +$/, '') : text;
    // Not left to the database: it cuts spaces beyond the length without a word.
    if (length !== undefined && counted.length > length && [...counted].length > length) {
      return { refused: `must have at most ${length} characters, and has ${[...counted].length}` };
    }
    return { text };
  },
  // char(n) is padded with spaces that mean nothing.
  toSheet: (text, { column }) => (BLANK_PADDED.test(column.cast) ? text.replace(/ +$/, '') : text),
  sameText: (left, right, { cast }) => BLANK_PADDED.test(cast) && left.replace(/ +$/, '') === right.replace(/ +$/, ''),
};

const TRUE = /^(true|t|yes|y|on|1|wahr|vrai|verdadero|vero|verdadeiro|waar|sann|prawda|истина)$/;
const FALSE = /^(false|f|no|n|off|0|falsch|faux|falso|onwaar|falsk|fałsz|ложь)$/;

export const booleanCodec: Codec = {
  expects: () => 'TRUE or FALSE',
  toTable(cell) {
    const text = plainText(cell).trim().toLowerCase();
    if (TRUE.test(text)) return { text: 'true' };
    return FALSE.test(text) ? { text: 'false' } : { refused: 'must be TRUE or FALSE' };
  },
  toSheet: (text) => text === 'true' || text === 't',
};

/**
 * Types without a codec of their own, composite types and those of extensions: shown as Postgres writes them, and never
 * typed, because nothing here could tell a slip from a value.
 */
export const otherCodec: Codec = {
  expects: () => 'changed in the table: the sheet only shows values of this type',
  toTable: (_cell, { column }) => ({ refused: `can't be changed here: values of type ${column.type} are only shown` }),
  toSheet: (text) => text,
};
