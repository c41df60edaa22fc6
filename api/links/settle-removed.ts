import type { TransactionSql } from 'postgres';
import type { RemovedRequest } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { addDirty } from '../sync/dirty.ts';
import { dealtCells, loadRows, saveRows, type RowState } from '../sync/row-state.ts';
import { refreshStatus } from '../sync/settle.ts';
import { revive } from '../sync/soft-delete.ts';
import type { TargetTable } from '../sync/target-table.ts';
import { onLink } from './on-link.ts';

const PAGE = 10_000;

/**
 * A person's word on rows that vanished from the table, too many at once: delete them in the sheet as well, or put them
 * back into the table, as far as they were synced. Carried out by the next sync.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function decideRemoved({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & RemovedRequest;
}): Promise<{ rows: number }> {
  return onLink(ctx, input.link, 'removed', async ({ tx, link, table, now }) => {
    let count = 0;
    for (;;) {
      const rows = await tx<{ key: string }[]>`
        SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND status = 'held' AND error->>'code' = 'removed'
         ORDER BY key LIMIT ${PAGE}`;
      if (rows.length === 0) return { rows: count };
      const keys = rows.map(({ key }) => key);
      const states = [...(await loadRows(tx, link.id, keys)).values()];
      for (const state of states) {
        if (input.decision === 'restore') {
          await reclaim(tx, table!, state);
          state.retryAt = now.getTime();
        } else state.blocked = { '*': { value: null, code: 'approved', message: '' } };
        refreshStatus(state, table!);
        if (state.error?.code === 'removed') state.error = null;
      }
      await saveRows(tx, link.id, states, now);
      await addDirty(
        tx,
        link.id,
        states.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
      );
      count += states.length;
    }
  });
}

/**
 * A row that the table deleted goes back there from the sheet. B absent: it is the sheet's alone, to be inserted; A
 * stays, being part of what was dealt with. One that the table only marked as deleted is there again, with what both
 * sides last agreed on.
 */
export async function reclaim(tx: TransactionSql, table: TargetTable, state: RowState): Promise<void> {
  const found = table.dbKeyOf(dealtCells(state) ?? {});
  if ('dbKey' in found && (await revive(tx, table, [found.dbKey])) > 0) state.dbKey = found.dbKey;
  else state.b = null;
  state.blocked = {};
}
