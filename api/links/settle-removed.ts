import type { RemovedRequest } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { addDirty } from '../sync/dirty.ts';
import { countProblems } from '../sync/notices.ts';
import { loadRows, saveRows } from '../sync/row-state.ts';
import { refreshStatus } from '../sync/settle.ts';
import { onLink, refuseMore } from './on-link.ts';
import { reclaimRows, RECLAIM_BUDGET_MS } from './reclaim-rows.ts';

const PAGE = 10_000;

/**
 * A person's word on rows that vanished from the table, too many at once: delete them in the sheet as well, or put them
 * back into the table, as far as they were synced. Carried out by the next sync. Where the table is too slow for all of
 * them at once, a person is still asked about the others.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function decideRemoved({
  ctx,
  input,
  budgetMs = RECLAIM_BUDGET_MS,
}: {
  ctx: Context;
  input: { link: string } & RemovedRequest;
  budgetMs?: number;
}): Promise<{ rows: number }> {
  return onLink(ctx, input.link, 'removed', async (message) => {
    const { tx, link, table, now } = message;
    const { removed } = await countProblems(tx, link.id);
    refuseMore(removed, input.atMost, 'were deleted in the table');
    const until = performance.now() + budgetMs;
    let count = 0;
    for (;;) {
      const rows = await tx<{ key: string }[]>`
        SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND status = 'held' AND error->>'code' = 'removed'
         ORDER BY key LIMIT ${PAGE}`;
      if (rows.length === 0) return { rows: count };
      const keys = rows.map(({ key }) => key);
      const known = [...(await loadRows(tx, link.id, keys)).values()];
      const reclaimed = input.decision === 'restore' ? await reclaimRows(message, known, until) : null;
      const states = known.filter(({ key }) => !reclaimed?.left.has(key));
      for (const state of states) {
        if (reclaimed !== null) state.retryAt = reclaimed.there.has(state.key) ? null : now.getTime();
        else state.blocked = { '*': { value: null, code: 'approved', message: '' } };
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
      if (states.length < known.length) return { rows: count };
    }
  });
}
