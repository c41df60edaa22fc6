import type { Sql } from 'postgres';
import type { TableView } from './page/messages.ts';

export interface TableName {
  schema: string;
  name: string;
}

export interface TableRows {
  columns: { name: string; type: string; numeric: boolean; key: boolean }[];
  /** Text as Postgres writes it, in order of the primary key. */
  rows: (string | null)[][];
}

const MOST_ROWS = 20_000;

/** The whole table as text, in order of its primary key; null if there is no such table. */
export async function readTable(sql: Sql, table: TableName): Promise<TableRows | null> {
  const columns = await sql<{ name: string; type: string; category: string; key: boolean }[]>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, t.typcategory as category,
      coalesce(a.attnum = any(i.indkey), false) as key
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where n.nspname = ${table.schema} and c.relname = ${table.name} and a.attnum > 0 and not a.attisdropped
    order by a.attnum`;
  if (columns.length === 0) return null;
  const keys = columns.filter((column) => column.key);
  const order = (keys.length > 0 ? keys : columns).map((column) => column.name);
  // "C" collation: the same order on every machine.
  const rows = await sql`
    select ${sql(columns.map((column) => column.name))} from ${sql(table.schema)}.${sql(table.name)}
    order by ${order.map((name, index) => (index === 0 ? sql`${sql(name)}::text collate "C"` : sql`, ${sql(name)}::text collate "C"`))}
    limit ${MOST_ROWS}`
    .raw()
    .then((raw) => raw as unknown as (Buffer | null)[][]);
  return {
    columns: columns.map(({ name, type, category, key }) => ({ name, type, numeric: category === 'N', key })),
    rows: rows.map((row) => row.map((value) => (value === null ? null : value.toString('utf8')))),
  };
}

export async function viewTable(sql: Sql, table: TableName | null): Promise<TableView> {
  const read = table === null ? null : await readTable(sql, table);
  if (table === null || read === null) return { name: null, columns: [], rows: [], total: 0 };
  return {
    name: `${table.schema}.${table.name}`,
    columns: read.columns.map(({ name, type, numeric }) => ({ name, type, numeric })),
    rows: read.rows,
    total: read.rows.length,
  };
}

/**
 * Identity of every stored row version. Any write, even one that changes nothing, gives a row a new one, so equal
 * stamps prove that nothing was written.
 */
export async function tableStamp(sql: Sql, table: TableName): Promise<string> {
  const [row] = await sql<{ stamp: string | null }[]>`
    select md5(string_agg(ctid::text || ' ' || xmin::text, ',' order by ctid)) as stamp
    from ${sql(table.schema)}.${sql(table.name)}`;
  return row?.stamp ?? '';
}
