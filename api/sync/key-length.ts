/** Longest canonical key, in bytes: what is dirty is indexed by the key twice, and an entry takes 2,700 bytes. */
export const KEY_BYTES = 1_200;

const bytes = (text: string): number => Buffer.byteLength(text);

/** Whether a key, or the spelling that the table has of it, is too long for an index of the books. */
export function isTooLong(key: string, dbKey: readonly string[] = []): boolean {
  return bytes(key) > KEY_BYTES || dbKey.reduce((sum, text) => sum + bytes(text), 0) > KEY_BYTES;
}
