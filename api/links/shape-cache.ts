import type { Sql, TransactionSql } from 'postgres';
import { readShape, type TableShape } from './table-shape.ts';

/** Last shape of each relation, by pool: object ids tell tables apart only within one database. */
const known = new WeakMap<Sql, Map<number, { version: string; shape: TableShape }>>();

/** Types below it came with the server, and nobody alters them (FirstNormalObjectId in access/transam.h). */
const FIRST_OWN_OID = 16384;

/**
 * Versions of all catalogue rows that make up a table's shape; null where there is no such table. DDL always writes a new
 * version of a row it changes; VACUUM's counts, which are written in place, do not count. Comments, and whether a function
 * in a default is volatile, may be stale until something else changes. `OFFSET 0` keeps the planner from reading all of
 * pg_type for a few columns.
 */
async function shapeVersion(tx: TransactionSql, relation: number): Promise<string | null> {
  const [row] = await tx<{ version: string }[]>`
    SELECT concat_ws(' ', c.xmin, c.ctid, n.xmin, n.ctid, i.xmin, i.ctid,
             CASE WHEN c.relrowsecurity THEN concat_ws(' ', row_security_active(c.oid),
               (SELECT string_agg(concat_ws(' ', p.xmin, p.ctid), ',' ORDER BY p.oid) FROM pg_policy p
                 WHERE p.polrelid = c.oid)) END,
             CASE WHEN c.relhassubclass THEN EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid) END,
             (SELECT string_agg(concat_ws(' ', a.xmin, a.ctid, t.version,
                       CASE WHEN a.atthasdef THEN
                         (SELECT concat_ws(' ', d.xmin, d.ctid) FROM pg_attrdef d
                           WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END), ',' ORDER BY a.attnum)
                FROM pg_attribute a LEFT JOIN LATERAL
                     (SELECT concat_ws(' ', t.xmin, t.ctid, s.xmin, s.ctid,
                               CASE WHEN t.typbasetype >= ${FIRST_OWN_OID}::oid THEN
                                 (SELECT concat_ws(' ', b.xmin, b.ctid, z.xmin, z.ctid)
                                    FROM pg_type b JOIN pg_namespace z ON z.oid = b.typnamespace
                                   WHERE b.oid = t.typbasetype) END,
                               CASE WHEN t.typtype IN ('e', 'd') THEN
                                 (SELECT string_agg(concat_ws(' ', e.xmin, e.ctid), ',' ORDER BY e.oid) FROM pg_enum e
                                   WHERE e.enumtypid IN (t.oid, t.typbasetype)) END) AS version
                        FROM pg_type t JOIN pg_namespace s ON s.oid = t.typnamespace
                       WHERE t.oid = a.atttypid AND a.atttypid >= ${FIRST_OWN_OID}::oid
                      OFFSET 0) t ON true
               WHERE a.attrelid = c.oid AND a.attnum > 0)) AS version
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
     WHERE c.oid = ${relation}::oid`;
  return row?.version ?? null;
}

/** The table as it is now: read anew only where the catalogue has changed since the last time. */
export async function currentShape(pool: Sql, tx: TransactionSql, relation: number): Promise<TableShape | null> {
  // The version first: where DDL commits between the two, the next look finds another version and reads again.
  const version = await shapeVersion(tx, relation);
  if (version === null) return null;
  const shapes = known.get(pool) ?? new Map<number, { version: string; shape: TableShape }>();
  known.set(pool, shapes);
  const before = shapes.get(relation);
  if (before?.version === version) return before.shape;
  const shape = await readShape(tx, { oid: relation });
  if (shape === null) shapes.delete(relation);
  else shapes.set(relation, { version, shape });
  return shape;
}
