import type { ISql, Sql } from 'postgres';
import type { schemaOps } from '../../drizzle/schema/index.ts';
import type { SchemaEvent } from '../../shared/protocol/columns.ts';

export type SchemaOp = (typeof schemaOps)[number];

/** One thing that became of a table, a tab's columns or their link; see drizzle/schema/schema-log.ts. */
export interface SchemaEntry {
  op: SchemaOp;
  /** The table's column, or the header where only the sheet is concerned. */
  column?: string;
  before?: string | null;
  after?: string | null;
}

/** What an entry is about, and who caused it; `actor` null: noticed by a sync. */
export interface SchemaPlace {
  link: string | null;
  schema: string;
  table: string;
  actor: string | null;
  now: Date;
}

export async function writeSchemaLog(
  tx: Sql | ISql,
  place: SchemaPlace,
  entries: readonly SchemaEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx`
    INSERT INTO tandem.schema_log (link, table_schema, table_name, op, "column", before, after, actor, at)
    SELECT ${place.link}::uuid, ${place.schema}, ${place.table}, x.op, x."column", x.before, x.after, ${place.actor}::text,
           ${place.now.toISOString()}::text::timestamptz
      FROM json_to_recordset(${JSON.stringify(entries.map((entry) => ({ column: null, before: null, after: null, ...entry })))}::text::json)
        AS x (op text, "column" text, before text, after text)`;
}

interface Row {
  id: number;
  at: string;
  actor: string | null;
  op: SchemaOp;
  table: string;
  column: string | null;
  before: string | null;
  after: string | null;
}

/** Newest first: a link's entries, and those of its table from before it was linked. */
export async function readSchemaLog(
  sql: Sql | ISql,
  { id, schema, table }: { id: string; schema: string; table: string },
  limit: number,
): Promise<SchemaEvent[]> {
  const rows = await sql<Row[]>`
    SELECT id::float8 AS id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, actor, op,
           table_name AS table, "column", before, after
      FROM tandem.schema_log
     WHERE link = ${id}::uuid OR (link IS NULL AND table_schema = ${schema} AND table_name = ${table})
     ORDER BY id DESC LIMIT ${limit}`;
  return rows.map(({ id: entry, at, actor, ...row }) => ({ id: entry, at, actor, what: sentences[row.op](row) }));
}

type Told = Omit<Row, 'id' | 'at' | 'actor'>;

/** Each entry as a person reads it. */
const sentences: Record<SchemaOp, (row: Told) => string> = {
  linked: ({ table }) => `The tab was linked to “${table}”.`,
  unlinked: ({ table }) => `The link to “${table}” was removed.`,
  table_created: ({ table }) => `The table “${table}” was created.`,
  table_renamed: ({ before, after }) => `The table “${before}” was renamed to “${after}”.`,
  table_replaced: ({ table }) => `The link was compared anew with the table “${table}” as it is now.`,
  column_created: ({ column, after }) => `The column “${column}” (${after}) was added to the table.`,
  column_mapped: ({ column, after }) => `The sheet’s “${after}” was linked to the column “${column}”.`,
  column_retired: ({ column, before }) => `“${before}” stopped syncing. The table keeps its column “${column}”.`,
  column_renamed: ({ before, after }) => `The table’s column “${before}” was renamed to “${after}”.`,
  header_renamed: ({ before, after }) => `The sheet’s header “${before}” was renamed to “${after}”.`,
  type_changed: ({ column, before, after }) => `The column “${column}” changed from ${before} to ${after}.`,
  time_zone_changed: ({ before, after }) => `The spreadsheet’s timezone was changed from ${before} to ${after}.`,
  column_suspended: ({ column, after }) => `“${column}” was set aside: ${after}`,
  column_resumed: ({ column }) => `“${column}” is synced again.`,
  paused: ({ after }) => `The sync paused: ${after}`,
  resumed: () => 'The sync went on.',
};
