import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { addDirty } from '../sync/dirty.ts';
import { planTrouble, tableGone } from '../sync/drift.ts';
import { applyStaged } from '../sync/first-sync.ts';
import { allKeys } from '../sync/table-rows.ts';
import { TargetTable } from '../sync/target-table.ts';
import { linkInfo, readLink, saveLink } from './link-record.ts';
import { readShape } from './table-shape.ts';

/** Milliseconds before the answer; what is left of the first sync goes on with the next `sync`. */
const BUDGET_MS = 12_000;

/**
 * Starts a link after its plan was looked at: every row of the table is to be looked at, staged rows are applied chunk by
 * chunk. Asked again for a link that was started already, it goes on where it stopped.
 * @throws TandemError `link_not_found`, `wrong_state`, `table_not_found`
 */
export async function startLink({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string; winner: 'sheet' | 'table' };
}): Promise<LinkInfo> {
  await inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true });
    if (link.state === 'active') return;
    if (link.state === 'paused') throw new TandemError('wrong_state', link.pausedReason ?? 'The link is paused.');
    if (link.staged !== 'complete') {
      throw new TandemError(
        'wrong_state',
        'The plan is not complete yet. Sync the tab once, then look at the plan again.',
      );
    }
    const shape = await readShape(tx, { oid: link.relation });
    if (shape === null) throw new TandemError('table_not_found', tableGone(link));
    const trouble = planTrouble(link, shape);
    if (trouble !== null) throw new TandemError('wrong_state', trouble);
    if (link.kind === 'replace') {
      link.state = 'active';
      await tx`DELETE FROM tandem.plan_row WHERE link = ${link.id}::uuid`;
      await saveLink(tx, link);
      return;
    }
    const table = new TargetTable(shape, link);
    // The triggers are in place since the link was made: what changes after this snapshot is captured.
    for await (const batch of allKeys(tx, table, 5_000)) {
      await addDirty(
        tx,
        link.id,
        batch.flatMap((dbKey) => {
          const key = table.canonicalKey(dbKey);
          return key === null ? [] : [{ key, dbKey }];
        }),
      );
    }
    link.state = 'active';
    link.firstSyncWinner = input.winner;
    await saveLink(tx, link);
  });
  await applyStaged({ ctx, link: input.link, budgetMs: BUDGET_MS });
  return linkInfo(await readLink(ctx.sql, input.link, ctx.caller));
}
