/** Postgres cuts identifiers at 63 bytes; names are cut here first, on a character boundary. */
const IDENTIFIER_BYTES = 63;

/** Bytes of a string in UTF-8, without TextEncoder, which Apps Script lacks. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

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
 * Column names for the headers of a new table, in order: lower-cased, anything but letters, digits and `_` becomes `_`,
 * a leading digit is prefixed `col_`, cut to 63 bytes, and repeats get `_1`, `_2`. Letters of any script are kept.
 */
export function columnNames(headers: readonly string[]): string[] {
  const taken = new Set<string>();
  return headers.map((header) => {
    let name = header
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_]+/gu, '_')
      .replace(/^_+|_+$/g, '');
    if (name === '') name = 'col';
    if (/^\p{N}/u.test(name)) name = 'col_' + name;
    name = cutToBytes(name, IDENTIFIER_BYTES);
    let unique = name;
    for (let n = 1; taken.has(unique); n++) {
      const suffix = `_${n}`;
      unique = cutToBytes(name, IDENTIFIER_BYTES - suffix.length) + suffix;
    }
    taken.add(unique);
    return unique;
  });
}
