import { isDate, isError, type Cell } from '../../../shared/cell.ts';
import type { Codec } from './codec.ts';

/** What a cell reads as where text is wanted. Numbers become their shortest decimal text. */
export function plainText(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (isDate(cell)) return cell.date.replace('T', ' ');
  if (isError(cell)) return cell.error;
  return typeof cell === 'number' ? String(cell === 0 ? 0 : cell) : cell;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Characters that no Postgres text can hold. */
export function unstorable(text: string): boolean {
  return text.includes('\u0000') || LONE_SURROGATE.test(text);
}

const NOT_TEXT = 'holds characters that a database cannot store. Type the text again';

export const textCodec: Codec = {
  toTable(cell) {
    const text = plainText(cell);
    return unstorable(text) ? { refused: NOT_TEXT } : { text };
  },
  toSheet: (text, { column }) => (column.cast.endsWith('bpchar') ? text.replace(/ +$/, '') : text),
};

/** Types without a codec of their own travel as Postgres writes them; the database judges what comes back. */
export const otherCodec: Codec = {
  toTable(cell) {
    const text = typeof cell === 'boolean' ? String(cell) : plainText(cell);
    return unstorable(text) ? { refused: NOT_TEXT } : { text };
  },
  toSheet: (text) => text,
};

export const uuidCodec: Codec = {
  toTable(cell) {
    const text = plainText(cell).trim().toLowerCase();
    return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text)
      ? { text }
      : { refused: 'must be a UUID such as 2f1c9b1e-8f0a-4a57-9d0e-3f6f0c2b7a10' };
  },
  toSheet: (text) => text,
};

export const jsonCodec: Codec = {
  toTable(cell) {
    const text = typeof cell === 'boolean' ? String(cell) : plainText(cell);
    try {
      JSON.parse(text);
      return unstorable(text) ? { refused: NOT_TEXT } : { text };
    } catch {
      return { refused: 'must be valid JSON, such as {"a": 1} or "text in quotes"' };
    }
  },
  toSheet: (text) => text,
  sameText(left, right) {
    try {
      return canonicalJson(JSON.parse(left)) === canonicalJson(JSON.parse(right));
    } catch {
      return left === right;
    }
  },
};

/** Object keys sorted: jsonb keeps its own order. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}

export const booleanCodec: Codec = {
  toTable(cell) {
    if (typeof cell === 'boolean') return { text: String(cell) };
    const text = plainText(cell).trim().toLowerCase();
    if (text === 'true' || text === '1') return { text: 'true' };
    if (text === 'false' || text === '0') return { text: 'false' };
    return { refused: 'must be TRUE or FALSE' };
  },
  toSheet: (text) => text === 'true' || text === 't',
};
