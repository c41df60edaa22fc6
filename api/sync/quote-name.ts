/** A name from the catalogue as an SQL identifier. Never for text a person typed: those are parameters. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * What reads a column as the text its values travel in, keys too. Of money only the number: the rest is the session's
 * settings. A cast of inet to text, unlike its output, adds `/32`.
 */
export function asText(expression: string, cast: string): string {
  if (cast === 'inet') return `pg_catalog.abbrev(${expression})`;
  return cast === 'numeric::money' ? `${expression}::numeric::text` : `${expression}::text`;
}

/**
 * Two values of a column compared. `operators`: the schema of its type's own, which an extension may have in one that is
 * not on the search path: there citext would be compared as text, and others by no operator at all.
 */
export function compareSql(
  left: string,
  operator: string,
  right: string,
  { operators }: { operators?: string | null | undefined },
): string {
  return `${left} ${operators ? `OPERATOR(${quoteName(operators)}.${operator})` : operator} ${right}`;
}

/** Text as an SQL literal, for definitions of functions, which take no parameters; whatever standard_conforming_strings says of backslashes. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
