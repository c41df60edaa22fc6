import type { TransactionSql } from 'postgres';
import { compareSql, quoteName } from '../sync/quote-name.ts';
import { ownColumn, type TargetTable } from '../sync/target-table.ts';
import { operatorsSql } from './references.ts';

interface Key {
  name: string;
  /** Quoted, with its schema. */
  qualified: string;
  from: string[];
  to: string[];
  operators: (string | null)[];
}

/**
 * Names of the tables with other rows that the database would delete, or empty of what they refer to, along with a row.
 * Of those alone that the server may read.
 */
export async function whoRefers(tx: TransactionSql, table: TargetTable, dbKey: readonly string[]): Promise<string[]> {
  const { keys, shape } = table;
  const found = await tx<{ key: string }[]>`
    SELECT json_build_object('name', c.relname, 'qualified', format('%I.%I', n.nspname, c.relname),
             'from', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, n)
                        JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum),
             'to', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, n)
                      JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum),
             'operators', ${operatorsSql(tx)})::text AS key
      FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE con.contype = 'f' AND con.confdeltype IN ('c', 'n', 'd')
       AND con.confrelid IN (SELECT ${shape.oid}::oid UNION SELECT relid FROM pg_partition_tree(${shape.oid}::oid))
       -- Of the whole table's, its partitions have copies.
       AND con.conparentid = 0 AND has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
     ORDER BY c.relname`;
  const names = new Set<string>();
  for (const { name, qualified, from, to, operators } of found.map(({ key }) => JSON.parse(key) as Key)) {
    const refers = from.map((column, n) =>
      compareSql(`t.${quoteName(to[n]!)}`, '=', `o.${quoteName(column)}`, { operators: operators[n] }),
    );
    const own = keys.map((key, n) =>
      compareSql(`t.${quoteName(key.column)}`, '=', `$${n + 1}::text::${key.cast}`, ownColumn(shape, key)),
    );
    const [row] = await tx.unsafe(
      `SELECT 1 FROM ${qualified} o JOIN ${shape.qualified} t ON ${refers.join(' AND ')}
        WHERE ${own.join(' AND ')} AND NOT (o.tableoid = t.tableoid AND o.ctid = t.ctid) LIMIT 1`,
      [...dbKey],
    );
    if (row !== undefined) names.add(name);
  }
  return [...names];
}
