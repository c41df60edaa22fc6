import type { TransactionSql } from 'postgres';
import { addDirty } from './dirty.ts';
import { lookAtAllRows } from './drift.ts';
import { allKeys } from './table-rows.ts';
import type { TargetTable } from './target-table.ts';

/** Marks every row that belongs on the sheet, and every row that is or was there, to be looked at again (I12). */
export async function lookAtTable(tx: TransactionSql, table: TargetTable): Promise<void> {
  for await (const batch of allKeys(tx, table, 5_000)) {
    await addDirty(
      tx,
      table.link.id,
      batch.flatMap((dbKey) => {
        const key = table.canonicalKey(dbKey);
        return key === null ? [] : [{ key, dbKey }];
      }),
    );
  }
  await lookAtAllRows(tx, table.link);
}
