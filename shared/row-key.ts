import { isBlank, isError, type Cell, type Cells } from './cell.ts';
import { unstorable } from './text-format.ts';
import { utf8Length } from './utf8.ts';
import { KEY_BYTES } from './limits.ts';
import { keyColumns, type ColumnKind, type MappedColumn, type Mapping } from './mapping.ts';

/** What the key cells of a sheet row say: a canonical key, nothing, or why there is none. */
export type RowKey = { key: string } | { blank: true } | { unusable: string; column: string };

/**
 * Canonical text of one key part, the same whether it comes from the sheet or (as text) from the database: integers
 * `1`, `"1"` and `1.0` are one key, a uuid is lower-cased, text is NFC and trimmed, and case counts except for citext.
 * Returns null where there is no usable value.
 */
export function canonicalKeyPart(kind: ColumnKind, cell: Cell): string | null {
  if (isBlank(cell) || isError(cell) || cell === null) return null;
  if (typeof cell === 'object') return 'date' in cell ? cell.date : null;
  if (typeof cell === 'boolean') return cell ? 'true' : 'false';
  const text = String(cell).normalize('NFC').trim();
  if (text === '') return null;
  switch (kind) {
    case 'integer':
      return canonicalInteger(text) ?? text;
    case 'decimal':
    case 'money':
      return canonicalDecimal(text) ?? text;
    case 'uuid':
      return text.toLowerCase();
    case 'citext':
      return text.toLowerCase();
    case 'timestamp':
      return text.replace(' ', 'T');
    default:
      return text;
  }
}

function canonicalInteger(text: string): string | null {
  const match = /^([+-]?)0*(\d+)(?:\.0*)?$/.exec(text);
  if (!match) return null;
  const digits = match[2]!;
  return match[1] === '-' && digits !== '0' ? '-' + digits : digits;
}

function canonicalDecimal(text: string): string | null {
  const match = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (!match) return null;
  const fraction = match[3] ? '.' + match[3] : '';
  const body = match[2]! + fraction;
  return match[1] === '-' && body !== '0' ? '-' + body : body;
}

/** Joins canonical parts: a single part stands for itself, several become a JSON array (no separator can collide). */
export function joinKey(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : JSON.stringify(parts);
}

/** The key of a sheet row from its cells by column id. */
export function rowKeyOf(mapping: Mapping, cells: Cells): RowKey {
  const columns = keyColumns(mapping);
  const parts: string[] = [];
  let blank = 0;
  for (const column of columns) {
    const cell = cells[column.id] ?? null;
    if (isError(cell)) return { unusable: `${column.header} shows ${cell.error}`, column: column.id };
    const part = canonicalKeyPart(column.kind, cell);
    if (part === null) blank++;
    else if (unstorable(part)) {
      return { unusable: `${column.header} holds characters that a database cannot store`, column: column.id };
    } else parts.push(part);
  }
  if (blank === columns.length) return { blank: true };
  if (blank > 0) {
    const missing = columns.find((c) => canonicalKeyPart(c.kind, cells[c.id] ?? null) === null)!;
    return { unusable: `${missing.header} is empty`, column: missing.id };
  }
  const key = joinKey(parts);
  return utf8Length(key) <= KEY_BYTES ? { key } : { unusable: tooLong(columns), column: columns[0]!.id };
}

/** Refused where the sheet is read, such a row rests until it is edited: there are no books to keep of it. */
function tooLong(columns: readonly MappedColumn[]): string {
  const names = columns.map(({ header }) => header).join(' and ');
  return `${names} ${columns.length === 1 ? 'is' : 'are'} too long for a key, which may have ${KEY_BYTES.toLocaleString('en-US')} plain letters, or fewer of others`;
}

/** A canonical key as a person knows it: composite keys are JSON on the wire. */
export function showKey(key: string): string {
  if (!key.startsWith('["')) return key;
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts.join(' · ') : key;
  } catch {
    return key;
  }
}
