import type { TransactionSql } from 'postgres';
import { TOMBSTONE_DAYS } from '../../shared/limits.ts';
import { readLink, type LinkRecord } from '../links/link-record.ts';
import { readShape } from '../links/table-shape.ts';
import type { Context } from '../context.ts';
import { describeError } from '../log.ts';
import { inTransaction } from '../database/transaction.ts';
import { addDirty, drainChanges } from './dirty.ts';
import { asText, quoteName } from './quote-name.ts';
import { belonging } from './table-rows.ts';
import { TargetTable } from './target-table.ts';

/** Between two audits of a link. */
export const AUDIT_EVERY_MS = 3_600_000;

/** Differences marked in one audit; the rest is found by the next. */
const AUDIT_LIMIT = 10_000;

/** Milliseconds the comparison may take; a table it is not enough for is not audited, and the log says so. */
const AUDIT_BUDGET_MS = 10_000;

/** The audit where one is due: at most once an hour a link. Answers how many rows it marked. */
export async function auditIfDue(ctx: Context, id: string): Promise<number> {
  const now = ctx.clock.now().toISOString();
  const due = await ctx.sql<{ first: boolean; before: string }[]>`
    WITH before AS (SELECT id, audited_at FROM tandem.link WHERE id = ${id}::uuid AND state = 'active'
                       AND first_sync_winner IS NULL
                       AND (audited_at IS NULL
                            OR audited_at <= ${now}::text::timestamptz - make_interval(secs => ${AUDIT_EVERY_MS / 1000}))
                       FOR UPDATE SKIP LOCKED)
    UPDATE tandem.link l SET audited_at = ${now}::text::timestamptz FROM before
     WHERE l.id = before.id RETURNING before.audited_at IS NULL AS first, before.audited_at::text AS before`;
  // The first sync has only just read everything.
  if (due.length === 0 || due[0]!.first) return 0;
  await ctx.sql`DELETE FROM tandem.tombstone
                 WHERE at < ${now}::text::timestamptz - make_interval(days => ${TOMBSTONE_DAYS})`;
  try {
    const { differences, waits } = await auditLink({ ctx, input: { link: id } });
    // It is due with the next sync, not with the next hour.
    if (waits)
      await ctx.sql`UPDATE tandem.link SET audited_at = ${due[0]!.before}::text::timestamptz WHERE id = ${id}::uuid`;
    return differences;
  } catch (error) {
    ctx.log.warn(
      { cause: describeError(error), link: id },
      'the table could not be compared with what was last synced',
    );
    return 0;
  }
}

/**
 * Compares the table with B, row by row in one statement, and marks what differs as dirty: changes that no trigger
 * showed, because it was disabled, or passed over by `session_replication_role` or logical replication (I12). The
 * ordinary merge decides what they are; a difference that is known already is looked at once more and left. `waits`: a
 * column is gone, and nothing was compared before a message has seen to that.
 * @throws TandemError `link_not_found`
 */
export async function auditLink({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string };
}): Promise<{ differences: number; waits?: boolean }> {
  const { relation } = await readLink(ctx.sql, input.link, ctx.caller);
  await drainChanges(ctx.sql, relation);
  return inTransaction(
    ctx.sql,
    async (tx) => {
      const link = await readLink(tx, input.link, ctx.caller);
      const shape = await readShape(tx, { oid: relation });
      const columns = link.columns.filter(({ suspended }) => suspended === undefined);
      const known = columns.every(
        ({ attnum, related }) => related !== undefined || shape?.columns.some((column) => column.attnum === attnum),
      );
      // A column was dropped or the table replaced: the next message sees to that first.
      if (shape === null || shape.unsure !== null || link.state !== 'active') return { differences: 0 };
      if (!known) return { differences: 0, waits: true };
      // What is replaced whole has no rows to compare.
      if (link.kind === 'replace') return { differences: 0 };
      const table = new TargetTable(shape, link);
      if (!table.hasKey) return { differences: 0 };
      const found = await findDifferences(tx, table, link);
      const entries = found.flatMap((dbKey) => {
        const key = table.canonicalKey(dbKey);
        return key === null ? [] : [{ key, dbKey }];
      });
      // Only now: comparing takes long, and needs no lock.
      if (entries.length > 0) await readLink(tx, link.id, ctx.caller, { lock: true });
      await addDirty(tx, link.id, entries);
      if (entries.length > 0) ctx.log.warn({ link: link.id, rows: entries.length }, 'the audit found changes');
      return { differences: entries.length };
    },
    { timeout: AUDIT_BUDGET_MS },
  );
}

/**
 * Keys of rows that are new in the table, gone from it, or not what B says; rows that the filter leaves out are neither.
 * Dirty ones are known to differ.
 */
async function findDifferences(tx: TransactionSql, table: TargetTable, link: LinkRecord): Promise<string[][]> {
  const name = ({ attnum }: { attnum: number }) =>
    quoteName(table.shape.columns.find((column) => column.attnum === attnum)!.name);
  const key = `jsonb_build_array(${table.keys.map((column) => asText(`t.${name(column)}`, column.cast)).join(', ')})`;
  // jsonb_build_object takes 100 arguments: 50 columns at a time.
  const parts: string[] = [];
  for (let from = 0; from < table.columns.length; from += 50) {
    const pairs = table.columns
      .slice(from, from + 50)
      .map((column, n) => `$${from + n + 3}::text, ${table.value(column)}`);
    parts.push(`jsonb_build_object(${pairs.join(', ')})`);
  }
  const { where, params } = belonging(table, table.columns.length + 3);
  const rows = await tx.unsafe<{ key: string }[]>(
    `SELECT coalesce(s.key, r.db_key)::text AS key
       FROM (SELECT ${key} AS key, ${parts.join(' || ')} AS now FROM ${table.shape.qualified} t${where}) s
       FULL JOIN (SELECT to_jsonb(db_key) AS db_key, b::jsonb AS b, status FROM tandem."row" WHERE link = $1::uuid AND db_key IS NOT NULL) r
         ON r.db_key = s.key
      WHERE ((s.key IS NULL AND r.status <> 'outside') OR (s.key IS NOT NULL AND r.b IS NULL) OR (s.key IS NOT NULL AND s.now IS DISTINCT FROM (r.b - $2::text[])))
        AND coalesce(s.key, r.db_key) <> ALL (ARRAY(SELECT to_jsonb(db_key) FROM tandem.dirty WHERE link = $1::uuid))
      LIMIT ${AUDIT_LIMIT}`,
    [
      link.id,
      link.columns.filter(({ suspended }) => suspended !== undefined).map(({ id }) => id),
      ...table.columns.map(({ id }) => id),
      ...params,
    ],
  );
  return rows.map((row) => JSON.parse(row.key) as string[]);
}
