import type { TransactionSql } from 'postgres';
import { digestOf, keyHash, lanes } from '../../shared/digest.ts';
import type { Wanted } from '../../shared/protocol/sync.ts';

const LANE = 4294967296;

/** Where the hub's digests come from: rows dealt with, or rows staged for a plan. */
export type DigestSource = 'row' | 'plan_row';

/** Digest of each bucket over the rows the sheet is believed to show; rows of `without` are left out. */
export async function bucketSums(
  tx: TransactionSql,
  source: DigestSource,
  link: string,
  count: number,
  without: readonly string[],
): Promise<string[]> {
  const rows = await tx<{ bucket: number; hi: number; lo: number }[]>`
    SELECT (key_hash % ${count}::bigint)::int AS bucket, mod(sum(seen_hi), ${LANE}::numeric)::float8 AS hi,
           mod(sum(seen_lo), ${LANE}::numeric)::float8 AS lo
      FROM tandem.${tx(source)} WHERE link = ${link}::uuid AND seen_hi IS NOT NULL GROUP BY 1`;
  const sums = Array.from({ length: count }, () => [0, 0] as [number, number]);
  for (const { bucket, hi, lo } of rows) sums[bucket] = [hi, lo];
  if (without.length > 0) {
    const left = await tx<{ key: string; hi: number; lo: number }[]>`
      SELECT key, seen_hi::float8 AS hi, seen_lo::float8 AS lo FROM tandem.${tx(source)}
       WHERE link = ${link}::uuid AND seen_hi IS NOT NULL
         AND key IN (SELECT json_array_elements_text(${JSON.stringify(without)}::text::json))`;
    for (const { key, hi, lo } of left) {
      const sum = sums[keyHash(key) % count]!;
      sum[0] = (sum[0] - hi + LANE) % LANE;
      sum[1] = (sum[1] - lo + LANE) % LANE;
    }
  }
  return sums.map(([hi, lo]) => digestOf(hi, lo));
}

/** A bucket's digest with some row hashes exchanged for others (null: no such row). */
export function exchange(
  digest: string,
  changes: readonly (readonly [from: string | null, to: string | null])[],
): string {
  let [hi, lo] = lanes(digest);
  for (const [from, to] of changes) {
    const [fromHi, fromLo] = from === null ? [0, 0] : lanes(from);
    const [toHi, toLo] = to === null ? [0, 0] : lanes(to);
    hi = (hi - fromHi + toHi + LANE) % LANE;
    lo = (lo - fromLo + toLo + LANE) % LANE;
  }
  return digestOf(hi, lo);
}

/**
 * The rows of some buckets as last dealt with. Null where the row is wanted whatever it shows: it is dirty, has missed a
 * scan, or is in `anyway`. Keys of `without` (standing twice on the sheet) are not listed.
 */
export async function listBuckets(
  tx: TransactionSql,
  source: DigestSource,
  link: string,
  count: number,
  buckets: readonly number[],
  anyway: ReadonlySet<string>,
  without: ReadonlySet<string>,
): Promise<Wanted[]> {
  if (buckets.length === 0) return [];
  const listed = new Map(buckets.map((bucket) => [bucket, [] as Wanted['rows']]));
  const add = (key: string, hash: string | null) => {
    if (!without.has(key)) listed.get(keyHash(key) % count)?.push([key, hash]);
  };
  const json = JSON.stringify(buckets);
  const wanted =
    source === 'row' ? tx`EXISTS (SELECT 1 FROM tandem.dirty d WHERE d.link = r.link AND d.key = r.key)` : tx`false`;
  const present = source === 'row' ? tx`(r.seen_hi IS NOT NULL OR r.absent_at IS NOT NULL)` : tx`true`;
  const rows = await tx<{ key: string; hi: number | null; lo: number | null; wanted: boolean }[]>`
    SELECT r.key, r.seen_hi::float8 AS hi, r.seen_lo::float8 AS lo, ${wanted} AS wanted
      FROM tandem.${tx(source)} r
     WHERE r.link = ${link}::uuid AND ${present}
       AND (r.key_hash % ${count}::bigint)::int IN (SELECT json_array_elements_text(${json}::text::json)::int)
     ORDER BY r.key`;
  const known = new Set<string>();
  for (const { key, hi, lo, wanted: dirty } of rows) {
    known.add(key);
    add(key, hi === null || dirty || anyway.has(key) ? null : digestOf(hi, lo!));
  }
  for (const key of anyway) if (!known.has(key)) add(key, null);
  return [...listed].map(([bucket, list]) => ({ bucket, rows: list }));
}
