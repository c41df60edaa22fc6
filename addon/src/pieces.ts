import { cellHash } from '../../shared/digest.ts';
import { utf8Length } from '../../shared/utf8.ts';
import { PROPERTY_CHARS } from '../../shared/limits.ts';

/**
 * Values of any length in a store that takes about 8,000 bytes a value.
 *
 * The first property holds `<checksum>:<pieces>:<first piece>`, the others are `<key>.1`, `<key>.2`, … Several
 * properties cannot be written as one, so a run killed half-way leaves old and new pieces side by side: the checksum
 * over the whole tells, and a torn value counts as missing.
 */

const HEAD = 24; // bytes of `<16 hex digits>:<count>:`

/** The properties to write for `value` under `key`. */
export function split(key: string, value: string): Record<string, string> {
  const pieces: string[] = [];
  let piece = '';
  let bytes = HEAD;
  for (const char of value) {
    const size = utf8Length(char);
    if (bytes + size > PROPERTY_CHARS) {
      pieces.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += char;
    bytes += size;
  }
  pieces.push(piece);
  const entries: Record<string, string> = { [key]: `${cellHash(value)}:${pieces.length}:${pieces[0]!}` };
  for (let n = 1; n < pieces.length; n++) entries[`${key}.${n}`] = pieces[n]!;
  return entries;
}

/** The value under `key`, or null where there is none or it is torn. */
export function join(key: string, properties: Readonly<Record<string, string>>): string | null {
  const head = /^([0-9a-f]{16}):(\d+):/.exec(properties[key] ?? '');
  if (!head) return null;
  let value = properties[key]!.slice(head[0].length);
  for (let n = 1; n < Number(head[2]); n++) {
    const piece = properties[`${key}.${n}`];
    if (piece === undefined) return null;
    value += piece;
  }
  return cellHash(value) === head[1] ? value : null;
}

/** Keys of pieces that `count` pieces of a new value no longer cover. */
export function leftovers(key: string, count: number, properties: Readonly<Record<string, string>>): string[] {
  const stale: string[] = [];
  for (let n = Math.max(1, count); properties[`${key}.${n}`] !== undefined; n++) stale.push(`${key}.${n}`);
  return stale;
}
