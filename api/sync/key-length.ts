import { KEY_BYTES } from '../../shared/limits.ts';
import { utf8Length } from '../../shared/utf8.ts';

/** Whether a key, or the spelling that the table has of it, is too long for an index of the books. */
export function isTooLong(key: string, dbKey: readonly string[] = []): boolean {
  return utf8Length(key) > KEY_BYTES || dbKey.reduce((sum, text) => sum + utf8Length(text), 0) > KEY_BYTES;
}
