import type { Cells } from '../../shared/cell.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { readLink, saveLink } from '../links/link-record.ts';
import { readShape } from '../links/table-shape.ts';
import { drainChanges } from './dirty.ts';
import { adoptTable } from './drift.ts';
import { reconcileRows } from './reconcile.ts';
import { learnPace, rowsAtOnce } from './slow-tables.ts';
import { TargetTable } from './target-table.ts';

/** Staged rows applied in one transaction. */
const CHUNK = 500;

/**
 * Applies what is staged of a started first sync, a transaction a chunk, so that it can stop and go on anywhere. Each row
 * is merged under lock with A and B unknown: equal rows are adopted, rows only the sheet has are inserted, rows that
 * differ go to the chosen winner with the loser in the journal. Nothing is ever deleted. What changed on either side
 * since the plan was made is decided again: the sheet's by the next digest, the table's by the reading under lock.
 */
export async function applyStaged(input: {
  ctx: Context;
  link: string;
  budgetMs: number;
  /** The message that asks for it: one that is overtaken, or a copy's, sets nothing going (I5). */
  fence?: { spreadsheet: string; ifEpoch: number };
}): Promise<void> {
  const started = performance.now();
  if (input.fence !== undefined) {
    const { spreadsheet, epoch } = await readLink(input.ctx.sql, input.link, input.ctx.caller);
    if (spreadsheet !== input.fence.spreadsheet || epoch !== input.fence.ifEpoch) return;
  }
  let more = true;
  while (more && performance.now() - started < input.budgetMs) {
    const count = rowsAtOnce(input.link, CHUNK);
    more = await learnPace(input.link, count, () => applyChunk(input.ctx, input.link, count));
  }
}

/** Answers whether there may be more. */
async function applyChunk(ctx: Context, id: string, count: number): Promise<boolean> {
  const before = await readLink(ctx.sql, id, ctx.caller);
  if (before.firstSyncWinner === null || before.state !== 'active') return false;
  await drainChanges(ctx.sql, before.relation);
  return inTransaction(
    ctx.sql,
    async (tx) => {
      const link = await readLink(tx, id, ctx.caller, { lock: true });
      if (link.firstSyncWinner === null || link.state !== 'active') return false;
      const shape = await readShape(tx, { oid: link.relation });
      await adoptTable(tx, link, shape, ctx.clock.now());
      if (shape === null || link.pausedCause === 'table') {
        await saveLink(tx, link);
        return false;
      }
      const table = new TargetTable(shape, link);
      const rows = await tx<{ key: string; cells: string }[]>`
        DELETE FROM tandem.plan_row WHERE (link, key) IN (
          SELECT link, key FROM tandem.plan_row WHERE link = ${id}::uuid ORDER BY key LIMIT ${count})
        RETURNING key, cells::text AS cells`;
      if (rows.length === 0) {
        link.firstSyncWinner = null;
        link.staged = 'no';
        await saveLink(tx, link);
        return false;
      }
      await reconcileRows(
        tx,
        table,
        rows.map(({ key, cells }) => ({ key, sheet: { cells: JSON.parse(cells) as Cells } })),
        {
          winner: link.firstSyncWinner,
          absence: null,
          // Offers go out with the next sync, which knows what the sheet shows by then.
          offerRoom: 0,
          scanned: true,
          cause: 'first sync',
          run: 'first-sync',
          actor: ctx.caller.email ?? ctx.caller.sub,
          now: ctx.clock.now(),
        },
      );
      await saveLink(tx, link);
      return true;
    },
    { origin: `${id}/first-sync` },
  );
}
