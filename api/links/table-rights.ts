import type { ISql, Sql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { TableShape } from './table-shape.ts';

/** What is done with a table: synced row by row, replaced whole, only read from, or more of it read than is linked. */
export type Use = 'sync' | 'replace' | 'read' | 'more';

interface Rights {
  usage: boolean;
  select: boolean;
  /** Any column will do: it is what locking a row takes. */
  update: boolean;
  insert: boolean;
  delete: boolean;
  /** The table and its partitions that may be given no triggers; null where there are none. */
  untriggered: string | null;
}

/**
 * Checks that the server's own user may do what linking a table takes: asked of the catalogue, because a statement that
 * fails names one right at a time. Whether rows may be added or deleted is told row by row, where that comes up.
 * @throws TandemError `table_unsuitable` that names the rights to grant
 */
export async function requireRights(
  sql: Sql | ISql,
  shape: TableShape,
  use: Use,
  attnums: readonly number[],
): Promise<void> {
  const [has] = await sql<Rights[]>`
    SELECT has_schema_privilege(c.relnamespace, 'USAGE') AS usage,
           (SELECT bool_and(has_column_privilege(c.oid, a.attnum, 'SELECT')) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND to_jsonb(a.attnum) <@ ${JSON.stringify(attnums)}::text::jsonb) AS select,
           has_any_column_privilege(c.oid, 'UPDATE') AS update, has_any_column_privilege(c.oid, 'INSERT') AS insert,
           has_table_privilege(c.oid, 'DELETE') AS delete,
           (SELECT string_agg(m.oid::regclass::text, ', ' ORDER BY m.oid)
              FROM (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid)) m (oid)
             WHERE NOT has_table_privilege(m.oid, 'TRIGGER')) AS untriggered
      FROM pg_class c WHERE c.oid = ${shape.oid}::oid`;
  if (has === undefined) return;
  const missing = [
    ...(has.usage ? [] : [`USAGE on the schema "${shape.schema}"`]),
    ...(has.select ? [] : ['SELECT']),
    ...(use === 'sync' && !has.update ? ['UPDATE'] : []),
    ...(use === 'replace' && !has.insert ? ['INSERT'] : []),
    ...(use === 'replace' && !has.delete ? ['DELETE'] : []),
    ...((use === 'sync' || use === 'read') && has.untriggered !== null ? [`TRIGGER on ${has.untriggered}`] : []),
  ];
  if (missing.length === 0) return;
  const table = `"${shape.schema}.${shape.name}"`;
  const purpose = use === 'read' || use === 'more' ? `Values can't be taken from ${table}` : `${table} can't be linked`;
  const message = `${purpose}: the server's database user lacks a right there. Ask your admin to grant it ${missing.join(', ')}.`;
  throw new TandemError('table_unsuitable', message);
}
