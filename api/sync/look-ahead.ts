import { TandemError } from '../../shared/protocol/error.ts';
import type { Context } from '../context.ts';
import { LINK_GONE, visibleTo } from '../links/link-record.ts';
import { AUDIT_EVERY_MS } from './audit.ts';
import { capturedSql } from './capture.ts';

/** What a message must see to before its transaction begins; nearly always nothing. */
export interface LookAhead {
  relation: number;
  /** Relations whose captured changes wait to be drained: the link's table, and those it reads columns from. */
  waiting: number[];
  /** Capture triggers are missing or disabled. */
  uncaptured: boolean;
  auditDue: boolean;
  /** A first sync is under way. */
  firstSync: boolean;
}

/**
 * One statement for all of it, so that a quiet cycle costs no more. It decides nothing: whoever acts on it looks again
 * under lock.
 * @throws TandemError `link_not_found`
 */
export async function lookAhead(ctx: Context, id: string, what: 'change' | 'all'): Promise<LookAhead> {
  const { sql, caller } = ctx;
  const now = ctx.clock.now().toISOString();
  const rest =
    what === 'change'
      ? sql`false AS uncaptured, false AS "auditDue", false AS "firstSync"`
      : sql`l.state <> 'preview' AND l.paused_cause IS DISTINCT FROM 'table' AND l.kind = 'sync'
              AND NOT (SELECT bool_and(${capturedSql(sql, sql`r.oid`)}) FROM unnest(l.relation || l.related_relations) AS r (oid)) AS uncaptured,
            l.state = 'active' AND l.first_sync_winner IS NULL
              AND coalesce(l.audited_at <= ${now}::text::timestamptz - make_interval(secs => ${AUDIT_EVERY_MS / 1000}), true)
              AS "auditDue",
            l.state = 'active' AND l.first_sync_winner IS NOT NULL AS "firstSync"`;
  const [found] = await sql<(Omit<LookAhead, 'waiting'> & { waiting: string })[]>`
    SELECT l.relation::int8::float8 AS relation, array_to_json(ARRAY(SELECT r.oid::int8 FROM unnest(l.relation || l.related_relations) AS r (oid)
                  WHERE EXISTS (SELECT 1 FROM tandem.change c WHERE c.relation = r.oid)))::text AS waiting, ${rest}
      FROM tandem.link l WHERE l.id = ${id}::uuid AND ${visibleTo(sql, caller)}`;
  if (!found) throw new TandemError('link_not_found', LINK_GONE);
  return { ...found, waiting: JSON.parse(found.waiting) as number[] };
}
