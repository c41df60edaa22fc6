import type { ISql, Sql } from 'postgres';
import type { StoredColumn, StoredReference } from '../../drizzle/schema/index.ts';
import { hidesRows, isParent } from './table-shape.ts';
import { compareSql, quoteName } from '../sync/quote-name.ts';

type Named = { attnum: number; name: string };

/** A foreign key of a table, with the table it refers to, as the catalogue has both now. */
export interface Reference {
  /** Numbers of its columns in the table, and of those they refer to, in step. */
  via: number[];
  relation: number;
  to: number[];
  schema: string;
  name: string;
  /** `labels`: of an enum, in its own order; null for other types. `readable`: by the server's own user. */
  columns: { attnum: number; name: string; type: string; labels: string[] | null; readable: boolean }[];
  /** See compareSql; in step, of the operators that the database itself compares both by: what is referred to stands first. */
  operators: (string | null)[];
  /** Its rows, or changes of them, can't be told for sure; see TableShape. */
  unsure: 'hides' | 'parent' | 'part' | null;
}

/** An SQL expression (JSON array) of Reference.operators, of the constraint `con`. */
export const operatorsSql = (sql: Sql | ISql) => sql`
  (SELECT json_agg(CASE WHEN o.oid >= 16384 THEN s.nspname END ORDER BY k.n)
     FROM unnest(con.conpfeqop) WITH ORDINALITY AS k (operator, n)
     JOIN pg_operator o ON o.oid = k.operator JOIN pg_namespace s ON s.oid = o.oprnamespace)`;

/**
 * An SQL expression (JSON array) of the foreign keys from `relation`, to all tables or to those of `only`. One that refers
 * to a partitioned table has a copy for each of its partitions: none of those is a table that somebody chose.
 */
export const referencesSql = (sql: Sql | ISql, relation: ReturnType<Sql>, only?: ReturnType<Sql>) => sql`
  (SELECT coalesce(json_agg(json_build_object(
            'via', con.conkey, 'relation', con.confrelid::int8, 'to', con.confkey, 'schema', n.nspname, 'name', c.relname,
            'unsure', CASE WHEN ${hidesRows(sql)} THEN 'hides' WHEN ${isParent(sql)} THEN 'parent'
                           WHEN c.relispartition THEN 'part' END,
            'operators', ${operatorsSql(sql)},
            'columns', (SELECT json_agg(json_build_object('attnum', a.attnum, 'name', a.attname,
                                                          'type', format_type(a.atttypid, a.atttypmod),
                                                          'readable', has_schema_privilege(n.oid, 'USAGE')
                                                            AND has_column_privilege(c.oid, a.attnum, 'SELECT'),
                                                          'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)
                                                                       FROM pg_enum e WHERE t.typtype IN ('e', 'd')
                                                                        AND e.enumtypid IN (t.oid, t.typbasetype))) ORDER BY a.attnum)
                          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
            ORDER BY con.conkey, con.conname), '[]')
     FROM pg_constraint con JOIN pg_class c ON c.oid = con.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE con.conrelid = ${relation} AND con.contype = 'f'
      AND NOT EXISTS (SELECT FROM pg_constraint whole WHERE whole.oid = con.conparentid AND whole.conrelid = con.conrelid)
          ${only ? sql`AND con.confrelid = ANY (${only})` : sql``})`;

/** The foreign keys of a table. */
export async function readReferences(sql: Sql | ISql, relation: number): Promise<Reference[]> {
  const [row] = await sql<{ found: string }[]>`
    SELECT ${referencesSql(sql, sql`${relation}::oid`)}::text AS found`;
  return JSON.parse(row!.found) as Reference[];
}

/** Tables that columns of a mapping are read from. */
export function relatedRelations(columns: readonly StoredColumn[]): number[] {
  const found = columns.flatMap(({ related, label }) => [related, label].flatMap((one) => (one ? [one.relation] : [])));
  return [...new Set(found)].sort((a, b) => a - b);
}

const same = (left: readonly number[], right: readonly number[]): boolean => left.join() === right.join();

/** The foreign key that a column was chosen by, where the table still has it. */
export function findReference(references: readonly Reference[], stored: StoredReference): Reference | undefined {
  return references.find(
    ({ relation, via, to }) => relation === stored.relation && same(via, stored.via) && same(to, stored.to),
  );
}

export const qualifiedName = ({ schema, name }: Pick<Reference, 'schema' | 'name'>): string =>
  `${quoteName(schema)}.${quoteName(name)}`;

/** The condition that row `r` is the one that row `t` refers to; their columns by the names that they have now. */
export function refersSql({ via, to, operators }: Reference, t: readonly Named[], r: readonly Named[]): string {
  const name = (columns: readonly Named[], attnum: number | undefined) =>
    quoteName(columns.find((one) => one.attnum === attnum)!.name);
  return via
    .map((attnum, n) => compareSql(`r.${name(r, to[n])}`, '=', `t.${name(t, attnum)}`, { operators: operators[n] }))
    .join(' AND ');
}

/** `requests.code`, with the schema where it is not the usual one. */
export function relatedName({ schema, name }: Pick<Reference, 'schema' | 'name'>, column: string): string {
  return `${schema === 'public' ? '' : `${schema}.`}${name}.${column}`;
}
