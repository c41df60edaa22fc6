import { keyHash } from '../digest.ts';
import { MESSAGE_BYTES, PUSH_ROWS } from '../limits.ts';
import type { PushedRow } from '../protocol/push.ts';
import type { Wanted } from '../protocol/sync.ts';
import type { Scan, ScannedRow } from './scan.ts';

/** Compares the buckets the hub listed with the scan: rows to push, and listed keys that the sheet does not have. */
export function wantedRows(want: readonly Wanted[], scan: Scan): { rows: ScannedRow[]; missing: string[] } {
  if (want.length === 0) return { rows: [], missing: [] };
  const count = scan.summary.buckets.length;
  const listed = new Map<number, Map<string, string | null>>();
  for (const { bucket, rows } of want) listed.set(bucket, new Map(rows));

  const rows = [...scan.rows.values()].filter(({ key, hash }) => {
    const bucket = listed.get(keyHash(key) % count);
    return bucket !== undefined && bucket.get(key) !== hash;
  });
  // Only a complete scan may say that a row is absent (I10); a repeated key is present, whichever copy is meant.
  const missing = scan.summary.complete
    ? [...listed.values()].flatMap((bucket) => [...bucket.keys()].filter((key) => !scan.keyRows.has(key)))
    : [];
  return { rows, missing };
}

/** Rows in messages of at most {@link PUSH_ROWS} rows and about {@link MESSAGE_BYTES} bytes. */
export function toPushes(rows: readonly ScannedRow[]): PushedRow[][] {
  const chunks: PushedRow[][] = [];
  let chunk: PushedRow[] = [];
  let bytes = 0;
  for (const { key, hash, cells } of rows) {
    const size = JSON.stringify(cells).length + key.length + 60;
    if (chunk.length > 0 && (chunk.length >= PUSH_ROWS || bytes + size > MESSAGE_BYTES)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push({ key, hash, cells });
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
