import type { ISql, Sql, TransactionSql } from 'postgres';
import { databaseErrorCode } from '../database/errors.ts';
import { lockLinksConcerned } from '../links/link-record.ts';
import { currentShape } from '../links/shape-cache.ts';
import { inTransaction } from '../database/transaction.ts';
import { fanOut } from './related-capture.ts';
import { allKeys } from './table-rows.ts';
import { TargetTable } from './target-table.ts';

/** Changes drained at once; the rest waits for the next message. */
const DRAIN_LIMIT = 50_000;

/** Milliseconds to wait for the links concerned. Another's long message must not hold up what does not need it. */
const DRAIN_WAIT_MS = 1_000;

/** SQLSTATE `lock_not_available`. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface DirtyKey {
  key: string;
  dbKey: string[];
  /** When the row was changed, in milliseconds since 1970 on the database's clock; now where not said. */
  at?: number;
}

/** What made a row dirty: the spellings of its key, and when the table last changed it. */
export interface Dirt {
  dbKeys: string[][];
  at: number;
}

/**
 * Drains captured changes of a relation into `dirty` of every link concerned (I12), in a transaction of its own.
 *
 * Whoever writes `dirty` holds the lock of its link: a message, a verb and the audit that of their one link, a drain
 * those of all links concerned, taken in one order before anything else. So none of them can wait in a ring; without the
 * locks a drain and a message, which take the keys in different orders, did. Where a link stays locked, the drain gives
 * way: the changes wait for the next message, as changes do that are committed right after it.
 *
 * Consumes by DELETE: a cursor over ids would skip transactions that commit late. Whoever takes a dirty entry deletes it
 * first and reads the table's row in a later statement, so a change made in between is either read or dirty again.
 */
export async function drainChanges(sql: Sql, relation: number): Promise<void> {
  const [waiting] = await sql`SELECT 1 FROM tandem.change WHERE relation = ${relation}::oid LIMIT 1`;
  if (waiting) await drainWaiting(sql, relation);
}

/** The same where it is known that changes wait. */
export async function drainWaiting(sql: Sql, relation: number): Promise<void> {
  try {
    await inTransaction(sql, (tx) => drain(sql, tx, relation), { lockTimeout: DRAIN_WAIT_MS });
  } catch (error) {
    if (databaseErrorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
  }
}

async function drain(sql: Sql, tx: TransactionSql, relation: number): Promise<void> {
  const take = () => tx<{ key: string | null; at: number }[]>`
    WITH taken AS (
      DELETE FROM tandem.change WHERE (relation, id) IN (
        SELECT relation, id FROM tandem.change WHERE relation = ${relation}::oid
         ORDER BY id LIMIT ${DRAIN_LIMIT} FOR UPDATE SKIP LOCKED)
      RETURNING key, at)
    SELECT to_json(key)::text AS key, (extract(epoch FROM max(at)) * 1000)::float8 AS at FROM taken GROUP BY key`;
  // Sent together; the server works through them in this order.
  const [links, taken, shape] = await Promise.all([
    lockLinksConcerned(tx, relation),
    take(),
    currentShape(sql, tx, relation),
  ]);
  if (taken.length === 0 || shape === null) return;
  const dbKeys = taken.flatMap(({ key, at }) => (key === null ? [] : [{ dbKey: JSON.parse(key) as string[], at }]));
  await fanOut(
    tx,
    relation,
    shape,
    taken.map(({ key, at }) => ({ key: key === null ? null : (JSON.parse(key) as string[]), at })),
    links,
  );
  const truncated = dbKeys.length < taken.length;
  for (const link of links.filter((one) => one.relation === relation && one.kind === 'sync')) {
    const table = new TargetTable(shape, link);
    // A key of another shape: the primary key was changed, and the link will be linked anew.
    if (!table.hasKey) continue;
    if (truncated) await addWholeTable(tx, table);
    await addDirty(
      tx,
      link.id,
      dbKeys.flatMap(({ dbKey, at }) => {
        const key = dbKey.length === table.keys.length ? table.canonicalKey(dbKey) : null;
        return key === null ? [] : [{ key, dbKey, at }];
      }),
    );
  }
}

/** Every row that the table has or was known to have. */
export async function addWholeTable(tx: TransactionSql, table: TargetTable): Promise<void> {
  const { id } = table.link;
  for await (const batch of allKeys(tx, table, 5_000)) {
    await addDirty(
      tx,
      id,
      batch.flatMap((dbKey) => {
        const key = table.canonicalKey(dbKey);
        return key === null ? [] : [{ key, dbKey }];
      }),
    );
  }
  await addKnownRows(tx, id);
}

/** Every row that the table was known to have. */
export async function addKnownRows(tx: TransactionSql, link: string): Promise<void> {
  await tx`INSERT INTO tandem.dirty (link, key, db_key)
           SELECT link, key, db_key FROM tandem."row" WHERE link = ${link}::uuid AND db_key IS NOT NULL
           ON CONFLICT DO NOTHING`;
}

export async function addDirty(tx: Sql | ISql, link: string, entries: readonly DirtyKey[]): Promise<void> {
  for (let from = 0; from < entries.length; from += 10_000) {
    await tx`
      INSERT INTO tandem.dirty (link, key, db_key, at)
      SELECT ${link}::uuid, y.key, y.db_key, coalesce(to_timestamp(max(y.at) / 1000), now())
        FROM (SELECT x.key, ARRAY(SELECT json_array_elements_text(x."dbKey")) AS db_key, x.at
                FROM json_to_recordset(${JSON.stringify(entries.slice(from, from + 10_000))}::text::json)
                  AS x (key text, "dbKey" json, at float8)) y
       GROUP BY y.key, y.db_key ORDER BY y.key, y.db_key
      ON CONFLICT (link, key, db_key) DO UPDATE SET at = greatest(dirty.at, excluded.at)`;
  }
}

/** Takes the dirty entries of the given keys. Read their rows in a later statement. */
export async function takeDirty(tx: TransactionSql, link: string, keys: readonly string[]): Promise<Map<string, Dirt>> {
  if (keys.length === 0) return new Map();
  const rows = await tx<{ key: string; dbKey: string; at: number }[]>`
    DELETE FROM tandem.dirty WHERE link = ${link}::uuid
       AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))
    RETURNING key, to_json(db_key)::text AS "dbKey", (extract(epoch FROM at) * 1000)::float8 AS at`;
  const taken = new Map<string, Dirt>();
  for (const { key, dbKey, at } of rows) {
    const before = taken.get(key);
    const dbKeys = [...(before?.dbKeys ?? []), JSON.parse(dbKey) as string[]];
    taken.set(key, { dbKeys, at: Math.max(before?.at ?? 0, at) });
  }
  return taken;
}

/** Keys that are dirty, at most `limit`, in order. */
export async function listDirty(tx: Sql | ISql, link: string, limit: number, after = ''): Promise<string[]> {
  const rows = await tx<{ key: string }[]>`
    SELECT DISTINCT key FROM tandem.dirty WHERE link = ${link}::uuid AND key > ${after} ORDER BY key LIMIT ${limit}`;
  return rows.map(({ key }) => key);
}
