import type { TransactionSql } from 'postgres';
import { isRowError } from './row-error.ts';

/**
 * Runs one set-based statement for all items under a savepoint; where it fails, for each half, so that one bad row
 * blocks nobody: n rows with one bad among them cost about 2·log2(n) statements. Errors of the moment are thrown on.
 */
export async function bisect<Item>(
  tx: TransactionSql,
  items: readonly Item[],
  run: (tx: TransactionSql, items: readonly Item[]) => Promise<void>,
  refuse: (item: Item, error: unknown) => Promise<void>,
): Promise<void> {
  if (items.length === 0) return;
  try {
    await tx.savepoint((sp) => run(sp, items));
  } catch (error) {
    if (!isRowError(error)) throw error;
    if (items.length === 1) {
      await refuse(items[0]!, error);
      return;
    }
    const middle = items.length >> 1;
    await bisect(tx, items.slice(0, middle), run, refuse);
    await bisect(tx, items.slice(middle), run, refuse);
  }
}
