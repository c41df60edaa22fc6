import { utf8Length } from './utf8.ts';

/** Postgres cuts identifiers at 63 bytes; names are cut here first, on a character boundary. */
const IDENTIFIER_BYTES = 63;

function cutToBytes(text: string, limit: number): string {
  let kept = '';
  let bytes = 0;
  for (const char of text) {
    bytes += utf8Length(char);
    if (bytes > limit) break;
    kept += char;
  }
  return kept;
}

/**
 * Names that SQL cannot take unquoted (reserved in PostgreSQL 13 to 18, pg_get_keywords), and those of every table's
 * system columns, which no column may have at all.
 */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
  column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
  full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
  unique user using variadic verbose when where window with
  tableoid xmin xmax cmin cmax ctid oid`
    .trim()
    .split(/\s+/),
);

/**
 * A name for what a person called something: lower-cased; anything but letters, their marks, digits and `_` becomes `_`;
 * a leading digit or a reserved word is prefixed (`col_`); cut to 63 bytes, on a character boundary. Letters of any
 * script are kept: a transliteration would make different names equal, and PostgreSQL takes them as they are.
 */
function sqlName(text: string, prefix: string): string {
  let name = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  if (name === '') name = prefix;
  if (/^[\p{N}\p{M}]/u.test(name) || RESERVED.has(name)) name = `${prefix}_${name}`;
  return cutToBytes(name, IDENTIFIER_BYTES);
}

/** Column names for the headers of a table, in order; what `taken` or an earlier header has already gets `_1`, `_2`. */
export function columnNames(headers: readonly string[], taken: Iterable<string> = []): string[] {
  const used = new Set(taken);
  return headers.map((header) => {
    const name = sqlName(header, 'col');
    let unique = name;
    for (let n = 1; used.has(unique); n++) {
      const suffix = `_${n}`;
      unique = cutToBytes(name, IDENTIFIER_BYTES - suffix.length) + suffix;
    }
    used.add(unique);
    return unique;
  });
}

/** A table's name for a tab's. */
export function tableName(title: string): string {
  return sqlName(title, 'table');
}
