import { KEY_BYTES } from '../../shared/limits.ts';
import { utf8Bytes } from '../../shared/row-key.ts';

/** Whether a key, or the spelling that the table has of it, is too long for an index of the books. */
export function isTooLong(key: string, dbKey: readonly string[] = []): boolean {
  return utf8Bytes(key) > KEY_BYTES || dbKey.reduce((sum, text) => sum + utf8Bytes(text), 0) > KEY_BYTES;
}
