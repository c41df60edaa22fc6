import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { findReference, qualifiedName, refersSql, type Reference } from '../links/references.ts';
import { asText, quoteName } from './quote-name.ts';

/** What a column's text is computed from: the linked table's columns and foreign keys. */
export interface ValueSource {
  shape: { columns: readonly { attnum: number; name: string }[] };
  link: { references: readonly Reference[] };
}

/**
 * SQL that reads a column's text from row `t` of the linked table.
 *
 * - An ordinary column: its text.
 * - A related column: the text of a column of the row that the foreign key refers to.
 * - A labelled foreign key: `["key","label"]`, so that a change of either is one of the value. A row without a label is
 *   shown by its key.
 */
export function valueSql(source: ValueSource, column: StoredColumn): string {
  const own = `t.${quoteName(column.column)}`;
  const chosen = column.related ?? column.label;
  if (chosen === undefined) return asText(own, column.cast);
  const reference = findReference(source.link.references, chosen);
  const target = reference?.columns.find(({ attnum }) => attnum === chosen.attnum);
  // Neither is there any more: the column is about to be suspended (see drift.ts).
  if (reference === undefined || target === undefined) return 'NULL::text';
  const match = refersSql(reference, source.shape.columns, reference.columns);
  const read = (text: string) => `(SELECT ${text} FROM ${qualifiedName(reference)} r WHERE ${match})`;
  const value = asText(`r.${quoteName(target.name)}`, column.related ? column.cast : '');
  if (column.related) return read(value);
  const label = `coalesce(${read(`nullif(${value}, '')`)}, ${own}::text)`;
  return `CASE WHEN ${own} IS NOT NULL THEN to_json(ARRAY[${own}::text, ${label}])::text END`;
}

/** Text of a labelled foreign key. */
export interface LabelText {
  key: string;
  label: string;
}

export function labelText({ key, label }: LabelText): string {
  return JSON.stringify([key, label]);
}

/**
 * An offer made before the column was shown by a label brings the key alone into the books. It differs from what the
 * column reads as now, so it is news to the sheet like any other value.
 */
export function readLabel(text: string): LabelText {
  const pair = text.startsWith('["') ? parsePair(text) : null;
  return pair === null ? { key: text, label: text } : { key: pair[0], label: pair[1] };
}

function parsePair(text: string): [string, string] | null {
  try {
    const pair: unknown = JSON.parse(text);
    return Array.isArray(pair) && pair.length === 2 ? (pair as [string, string]) : null;
  } catch {
    return null;
  }
}

/** What is written to the table for a column's text: of a labelled foreign key only the key. */
export function writtenText(column: StoredColumn, text: string | null): string | null {
  return column.label !== undefined && text !== null ? readLabel(text).key : text;
}

/**
 * Whether the row itself was changed in this column. What the other table says about it is no change of the row: nobody
 * who deletes a row must be asked because a label was spelled anew.
 */
export function isOwnChange(column: StoredColumn, before: string | null | undefined, now: string | null): boolean {
  if (column.related !== undefined) return false;
  if (column.label === undefined || before === undefined) return before !== now;
  return writtenText(column, before) !== writtenText(column, now);
}
