import type { TransactionSql } from 'postgres';
import { compareSql, quoteName } from '../sync/quote-name.ts';
import { ownColumn, type TargetTable } from '../sync/target-table.ts';

interface Key {
  name: string;
  /** Quoted, with its schema. */
  qualified: string;
  from: string[];
  to: string[];
}

/**
 * Names of the tables with rows that the database would delete, or empty of what they refer to, along with a row. Of
 * those alone that the server may read.
 */
export async function whoRefers(tx: TransactionSql, table: TargetTable, dbKey: readonly string[]): Promise<string[]> {
  const { keys, shape } = table;
  const found = await tx<{ key: string }[]>`
    SELECT json_build_object('name', c.relname, 'qualified', format('%I.%I', n.nspname, c.relname),
             'from', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY AS k (attnum, n)
                        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
             'to', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY AS k (attnum, n)
                      JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum))::text AS key
      FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE f.contype = 'f' AND f.confrelid = ${shape.oid}::oid AND f.confdeltype IN ('c', 'n', 'd')
       AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT')
     ORDER BY c.relname`;
  const names = new Set<string>();
  for (const { name, qualified, from, to } of found.map(({ key }) => JSON.parse(key) as Key)) {
    const refers = from.map((column, n) => {
      const referred = shape.columns.find((one) => one.name === to[n])!;
      return compareSql(`o.${quoteName(column)}`, '=', `t.${quoteName(referred.name)}`, referred);
    });
    const own = keys.map((key, n) =>
      compareSql(`t.${quoteName(key.column)}`, '=', `$${n + 1}::text::${key.cast}`, ownColumn(shape, key)),
    );
    const [row] = await tx.unsafe(
      `SELECT 1 FROM ${qualified} o JOIN ${shape.qualified} t ON ${refers.join(' AND ')} WHERE ${own.join(' AND ')} LIMIT 1`,
      [...dbKey],
    );
    if (row !== undefined) names.add(name);
  }
  return [...names];
}
