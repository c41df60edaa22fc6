import type { ISql, Sql } from 'postgres';
import type { ColumnKind } from '../../shared/mapping.ts';
import { quoteName } from '../sync/quote-name.ts';
import { ownValue } from '../../shared/own-value.ts';

/** A column as the catalogue has it. */
export interface ShapeColumn {
  attnum: number;
  name: string;
  type: string;
  /** See StoredColumn.cast. */
  cast: string;
  /** See StoredColumn.baseType. */
  baseType: string;
  /** See compareSql; absent where they are Postgres's own. */
  operators?: string;
  /** Labels of an enum, in its own order; absent for other types. */
  labels?: string[];
  kind: ColumnKind;
  notNull: boolean;
  hasDefault: boolean;
  /** Computed by the database: GENERATED … STORED, or an identity that is not the key. */
  generated: boolean;
  /** Key column that fills itself, a new value each time: identity, sequence, generated id. */
  makesKey: boolean;
  /** Numbered by the database, where an insert does not bring a number of its own. */
  identity: boolean;
  /** GENERATED ALWAYS AS IDENTITY: an insert that brings its own value must say so. */
  identityAlways: boolean;
  comment: string | null;
}

/** A table as the catalogue has it now. */
export interface TableShape {
  oid: number;
  schema: string;
  name: string;
  /** `"schema"."table"`, quoted. */
  qualified: string;
  partitioned: boolean;
  /** Planner's estimate; null where never analysed. */
  rows: number | null;
  columns: ShapeColumn[];
  /** Attribute numbers of the primary key, in its own order: the order of captured keys. Without those it only INCLUDEs. */
  primaryKey: number[];
  /** A rule rewrites what is inserted or updated (CREATE RULE): Postgres takes no row from the sheet. */
  rewritten: boolean;
  /** See TableInfo. */
  replaceable: boolean;
  /** Why its rows can't be told for sure, in a sentence: it is not linked, and a link on it rests. Null if they can. */
  unsure: string | null;
  /** The same of a table that is replaced whole: nothing flows back, so it does not matter what passes its triggers by. */
  unsureWhole: string | null;
  /** Why it cannot be linked, in a sentence; null if it can. */
  unsuitable: string | null;
}

const KINDS: Record<string, ColumnKind> = {
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'citext',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'decimal',
  money: 'money',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  timetz: 'timetz',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  interval: 'interval',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
  inet: 'network',
  cidr: 'network',
  macaddr: 'network',
  macaddr8: 'network',
  bit: 'bits',
  varbit: 'bits',
};

/** Kinds of types that anybody may define, by `pg_type.typtype`. */
const KINDS_OF_TYPES: Record<string, ColumnKind> = { e: 'enum', r: 'range', m: 'range' };

function kindOf({ typname, typtype, isArray }: Pick<CatalogColumn, 'typname' | 'typtype' | 'isArray'>): ColumnKind {
  return isArray ? 'array' : (ownValue(KINDS, typname) ?? KINDS_OF_TYPES[typtype] ?? 'other');
}

/**
 * Types that text is not cast to by their bare name: there some mean length 1, and money is read by the settings of the
 * session, a number never.
 */
const CASTS: Record<string, string> = {
  bpchar: 'pg_catalog.bpchar',
  bit: 'pg_catalog."bit"',
  _bpchar: 'pg_catalog.bpchar[]',
  _bit: 'pg_catalog."bit"[]',
  money: 'numeric::money',
};

interface CatalogRow {
  oid: number;
  schema: string;
  name: string;
  relkind: string;
  persistence: string;
  rows: number;
  analysed: boolean;
  pk: string | null;
  deferrable: boolean | null;
  periods: boolean | null;
  valid: boolean | null;
  rewritten: boolean;
  hides: boolean;
  parent: boolean;
  partOf: string | null;
  columns: string;
}

type CatalogColumn = Omit<ShapeColumn, 'kind' | 'cast' | 'generated'> & {
  typname: string;
  typtype: string;
  isArray: boolean;
  base: string;
  stored: boolean;
};

/** Which relation: by object id, by name, or every ordinary table that is not the system's or Tandem's own. */
export type Which = { oid: number } | { schema: string; name: string } | 'all';

/** Whether other tables inherit from the table `c`, an expression. */
export const isParent = (sql: Sql | ISql) => sql`
  (c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid))`;

/** Whether row level security hides rows of the table `c` from the server's user. They are read FOR UPDATE: both policies have their say. */
export const hidesRows = (sql: Sql | ISql) => sql`
  (row_security_active(c.oid) AND (
    SELECT count(DISTINCT cmd) FILTER (WHERE p.polpermissive AND pg_get_expr(p.polqual, p.polrelid) = 'true') < 2
           OR coalesce(bool_or(NOT p.polpermissive), false)
      FROM pg_policy p JOIN unnest(ARRAY['r', 'w']) AS cmd ON p.polcmd::text IN ('*', cmd)
     WHERE p.polrelid = c.oid AND EXISTS (SELECT FROM unnest(p.polroles) AS r (role)
             WHERE CASE WHEN r.role = 0 THEN true ELSE pg_has_role(r.role, 'USAGE') END)))`;

/** Shapes of tables, from the catalogue alone. A table that does not exist is simply not among them. */
export async function readShapes(sql: Sql | ISql, which: Which): Promise<TableShape[]> {
  const filter =
    which === 'all'
      ? sql`n.nspname NOT IN ('pg_catalog', 'information_schema', 'tandem') AND n.nspname NOT LIKE 'pg\\_%'
            AND NOT c.relispartition`
      : 'oid' in which
        ? sql`c.oid = ${which.oid}::oid`
        : sql`n.nspname = ${which.schema} AND c.relname = ${which.name}`;
  const rows = await sql<CatalogRow[]>`
    SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS relkind,
           c.relpersistence::text AS persistence, greatest(c.reltuples, 0)::float8 AS rows, c.reltuples >= 0 AS analysed,
           to_json(k.attnums)::text AS pk, NOT i.indimmediate AS deferrable, i.indisexclusion AS periods, i.indisvalid AS valid,
           c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type IN ('2', '3') AND w.ev_enabled <> 'D') AS rewritten,
           CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = c.oid) END AS "partOf",
           ${isParent(sql)} AS parent, ${hidesRows(sql)} AS hides,
           (SELECT coalesce(json_agg(json_build_object(
                     'attnum', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                     'typname', coalesce(b.typname, t.typname), 'typtype', coalesce(b.typtype, t.typtype),
                     'isArray', coalesce(b.typcategory, t.typcategory) = 'A',
                     'base', format_type(coalesce(b.oid, t.oid), NULL),
                     'baseType', format_type(coalesce(b.oid, t.oid), coalesce(b.typmod, a.atttypmod)),
                     'operators', CASE WHEN coalesce(b.oid, t.oid) >= 16384 AND coalesce(b.typtype, t.typtype) = 'b' THEN
                       (SELECT s.nspname FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace
                         WHERE o.oprname = '=' AND o.oprleft = coalesce(b.oid, t.oid) AND o.oprright = o.oprleft
                         ORDER BY o.oid LIMIT 1) END,
                     'labels', CASE WHEN coalesce(b.typtype, t.typtype) = 'e' THEN
                       (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
                         WHERE e.enumtypid = coalesce(b.oid, t.oid)) END,
                     'notNull', a.attnotnull OR t.typnotnull,
                     'hasDefault', a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
                     'stored', a.attgenerated <> '', 'identity', a.attidentity <> '',
                     'identityAlways', a.attidentity = 'a',
                     -- A default that calls a volatile function is another one each time; now() or a constant is not.
                     'makesKey', a.attnum = ANY (k.attnums) AND (a.attidentity <> '' OR EXISTS (
                       SELECT FROM pg_attrdef d,
                              regexp_matches(pg_get_expr(d.adbin, d.adrelid), '([[:alpha:]_][[:alnum:]_$]*)"?\\s*\\(', 'g') AS called
                         JOIN pg_proc p ON p.proname = called[1] AND p.provolatile = 'v'
                        WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = '')),
                     'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum), '[]')::text
              FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN LATERAL (
                WITH RECURSIVE chain AS (
                  SELECT d.oid, d.typname, d.typtype, d.typcategory, d.typbasetype, d.typtypmod AS typmod
                    FROM pg_type d WHERE d.oid = t.oid AND d.typtype = 'd'
                  UNION ALL
                  SELECT d.oid, d.typname, d.typtype, d.typcategory, d.typbasetype,
                         CASE WHEN d.typtype = 'd' THEN d.typtypmod ELSE chain.typmod END
                    FROM chain JOIN pg_type d ON chain.typtype = 'd' AND d.oid = chain.typbasetype)
                SELECT oid, typname, typtype, typcategory, typmod FROM chain WHERE typtype <> 'd') b ON true
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      LEFT JOIN LATERAL (SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] AS attnums) k ON true
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${filter}
     ORDER BY n.nspname, c.relname`;
  return rows.map(toShape);
}

/** One table, or null where it is gone. */
export async function readShape(sql: Sql | ISql, which: Exclude<Which, 'all'>): Promise<TableShape | null> {
  return (await readShapes(sql, which))[0] ?? null;
}

function toShape(row: CatalogRow): TableShape {
  const primaryKey = row.pk === null ? [] : (JSON.parse(row.pk) as number[]);
  const columns = (JSON.parse(row.columns) as CatalogColumn[]).map(
    ({ typname, typtype, isArray, base, operators, labels, stored, ...column }) => ({
      ...column,
      ...(operators ? { operators } : {}),
      ...(labels ? { labels } : {}),
      cast: ownValue(CASTS, typname) ?? base,
      kind: kindOf({ typname, typtype, isArray }),
      generated: stored || (column.identity && !primaryKey.includes(column.attnum)),
    }),
  );
  return {
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    qualified: `${quoteName(row.schema)}.${quoteName(row.name)}`,
    partitioned: row.relkind === 'p',
    rows: row.analysed ? row.rows : null,
    columns,
    primaryKey,
    rewritten: row.rewritten,
    replaceable: (row.relkind === 'r' || row.relkind === 'p') && row.persistence !== 't' && unsureWhole(row) === null,
    unsure: unsure(row),
    unsureWhole: unsureWhole(row),
    unsuitable: unsuitability(row, columns, primaryKey),
  };
}

export const REWRITTEN =
  'A rule of the table (CREATE RULE) rewrites what is inserted or updated, and Postgres adds no rows from a sheet then.';

function unsure(row: CatalogRow): string | null {
  if (row.partOf !== null) {
    return `It is a partition of ${row.partOf}, and changes made through that table pass it by. Link that table instead.`;
  }
  return unsureWhole(row);
}

function unsureWhole({ hides, parent }: CatalogRow): string | null {
  if (hides) {
    return "Row level security hides rows of it from the server's database user, and they would pass for deleted. Give that user BYPASSRLS, or a policy FOR ALL USING (true).";
  }
  return parent
    ? 'Other tables inherit from it, and their rows can have the same keys. Link those tables instead.'
    : null;
}

function unsuitability(row: CatalogRow, columns: ShapeColumn[], primaryKey: number[]): string | null {
  if (row.relkind === 'v' || row.relkind === 'm') return 'It is a view. Link the table it reads from.';
  if (row.relkind === 'f') return 'It is a foreign table: its changes cannot be captured here.';
  if (row.persistence === 't') return 'It is a temporary table.';
  if (unsure(row) !== null) return unsure(row);
  if (primaryKey.length === 0) return 'It has no primary key. Add one, so that each row can be told apart.';
  if (row.valid === false)
    return 'Its primary key is not there on each of its partitions: foreign tables have none. Give each partition one, or link another table.';
  if (row.deferrable)
    return 'Its primary key is deferrable. Make it NOT DEFERRABLE, so that rows can be inserted safely.';
  if (row.periods)
    return 'Its primary key is one of periods (WITHOUT OVERLAPS), which rows cannot be inserted by safely. Make it a UNIQUE constraint, and add an ordinary primary key.';
  const money = columns.find((column) => primaryKey.includes(column.attnum) && column.kind === 'money');
  // Captured as text in the writer's own spelling of money, which nobody can read back.
  if (money)
    return `Its key column "${money.name}" is an amount of money, which is spelled differently by each session.`;
  const stored = columns.find((column) => primaryKey.includes(column.attnum) && column.generated);
  if (stored) return `Its key column "${stored.name}" is computed by the database.`;
  return row.rewritten ? `${REWRITTEN} Make the rule a trigger.` : null;
}
