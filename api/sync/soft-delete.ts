import type { TransactionSql } from 'postgres';
import { quoteName } from './quote-name.ts';
import { deletedSql, needSoftColumn, softColumn } from './soft-column.ts';
import { updateMarked } from './table-rows.ts';
import type { TableRow, TargetTable } from './target-table.ts';

/** Marks rows as deleted, each only where it is still wholly as expected (I9). The answer has those that were. */
export function markDeleted(
  tx: TransactionSql,
  table: TargetTable,
  rows: readonly TableRow[],
): Promise<Map<string, TableRow>> {
  const column = needSoftColumn(table);
  const now = { boolean: 'true', date: 'CURRENT_DATE', timestamp: 'localtimestamp' }[column.kind as string] ?? 'now()';
  const set = `${quoteName(column.name)} = ${now}`;
  return updateMarked(tx, table, rows, set, `NOT (${deletedSql(column)})`);
}

/** Takes the mark off the rows of some keys. The answer has those that had it. */
export async function revive(
  tx: TransactionSql,
  table: TargetTable,
  dbKeys: readonly string[][],
): Promise<Map<string, TableRow>> {
  const column = softColumn(table);
  if (column === null || dbKeys.length === 0) return new Map();
  const set = `${quoteName(column.name)} = ${column.kind === 'boolean' ? 'false' : 'NULL'}`;
  const rows = dbKeys.map((dbKey) => ({ dbKey, values: {} }));
  return updateMarked(tx, table, rows, set, deletedSql(column), []);
}
