import { isDate, type Cell } from '../../../shared/cell.ts';
import type { StoredColumn } from '../../../drizzle/schema/index.ts';
import { declaredType, typeModifiers, type Codec, type Encoded } from './codec.ts';
import { literal, plainText } from './texts.ts';

/** Types whose values are a notation of their own: they travel as Postgres writes them, always as text. */

/** The text of a cell that was typed as text; null for numbers, dates and booleans, which have lost how they read. */
const typed = (cell: Cell): string | null => (typeof cell === 'string' ? cell.trim() : null);

/** A notation that is checked here as far as a mistake can be told from it; the database judges the rest. */
function notation(expects: (column: StoredColumn) => string, looksRight: RegExp): Codec {
  return {
    expects,
    toTable(cell, { column }): Encoded {
      const text = typed(cell);
      return text === null || !looksRight.test(text) ? { refused: `must be ${expects(column)}` } : literal(text);
    },
    toSheet: (text) => text,
  };
}

export const uuidCodec: Codec = {
  expects: () => 'a UUID, such as 2f1c9b1e-8f0a-4a57-9d0e-3f6f0c2b7a10',
  toTable(cell, { column }) {
    const text = typed(cell)?.toLowerCase() ?? '';
    return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text)
      ? { text }
      : { refused: `must be ${this.expects(column)}` };
  },
  toSheet: (text) => text,
};

export const bytesCodec: Codec = {
  expects: () => 'bytes in hexadecimal, such as \\x48656c6c6f',
  toTable(cell, { column }) {
    const text = typed(cell)?.toLowerCase() ?? '';
    return /^\\x([0-9a-f]{2})*$/.test(text) ? { text } : { refused: `must be ${this.expects(column)}` };
  },
  toSheet: (text) => text,
};

const NETWORKS: Record<string, string> = {
  inet: 'an IP address, such as 10.0.0.1 or 2001:db8::1',
  cidr: 'a network, such as 10.0.0.0/24',
  macaddr: 'a MAC address, such as 08:00:2b:01:02:03',
  macaddr8: 'a MAC address, such as 08:00:2b:01:02:03:04:05',
};

export const networkCodec: Codec = notation(
  ({ cast }) => NETWORKS[cast] ?? 'a network address, such as 10.0.0.1',
  /^[0-9a-f.:/-]+$/i,
);

/** Leading zeros count, so a cell that Sheets took for a number is refused. */
export const bitsCodec: Codec = {
  ...notation((column) => {
    const [length] = typeModifiers(column);
    const exactly = !/varying/.test(declaredType(column));
    const count = length === undefined ? (exactly ? 1 : null) : length;
    const size = count === null ? '' : ` of ${exactly ? '' : 'at most '}${count} ${count === 1 ? 'digit' : 'digits'}`;
    return `a row of 0 and 1${size}, such as 0101, in a cell formatted as plain text`;
  }, /^[01]+$/),
};

export const arrayCodec: Codec = notation(
  () => 'a list in braces, such as {red,"dark blue"}',
  /^(\[[-\d]+:[-\d]+\])*=?\{[^]*\}$/,
);

export const rangeCodec: Codec = notation(({ cast }) => {
  if (/multirange/.test(cast)) return 'ranges in braces, such as {[1,5),[8,9)}';
  if (/date/.test(cast)) return 'a range, such as [2024-01-01,2024-02-01)';
  return /^ts/.test(cast)
    ? 'a range, such as ["2024-01-01 08:00","2024-01-01 17:00")'
    : 'a range, such as [1,5) or [1,4]';
}, /^(empty|[[({][^]*[\])}])$/i);

/** Labels named in one sentence; an enum of more says how many there are. */
const SHOWN_LABELS = 12;

export const enumCodec: Codec = {
  expects({ labels = [] }) {
    const shown = labels.slice(0, SHOWN_LABELS).map((label) => (/^$|^\s|\s$|,/.test(label) ? `“${label}”` : label));
    const rest = labels.length - shown.length;
    return `one of ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  },
  toTable(cell, { column }) {
    const labels = column.labels ?? [];
    const text = plainText(cell);
    const forms = [text, text.trim(), ...(typeof cell === 'boolean' ? [text.toLowerCase()] : [])];
    if (isDate(cell)) forms.push(cell.date);
    const found = forms.find((form) => labels.includes(form));
    return found === undefined ? { refused: `must be ${this.expects(column)}` } : { text: found };
  },
  toSheet: (text) => text,
};
