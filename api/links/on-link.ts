import { randomUUID } from 'node:crypto';
import { TandemError } from '../../shared/protocol/error.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { drainChanges } from '../sync/dirty.ts';
import { adoptTable, tableGone } from '../sync/drift.ts';
import type { Message } from '../sync/message.ts';
import { TargetTable } from '../sync/target-table.ts';
import { readLink, saveLink } from './link-record.ts';
import { readShape } from './table-shape.ts';

/** Runs `work` on a started link under its lock, as a message of its own that no host sent. Its run is named
 * after what it does, and unlike any other, so that it can be undone. */
export async function onLink<T>(
  ctx: Context,
  id: string,
  run: string,
  work: (message: Message) => Promise<T>,
): Promise<T> {
  const unique = `${run}-${randomUUID()}`;
  const { relation } = await readLink(ctx.sql, id, ctx.caller);
  await drainChanges(ctx.sql, relation);
  return inTransaction(
    ctx.sql,
    async (tx) => {
      const link = await readLink(tx, id, ctx.caller, { lock: true });
      if (link.state !== 'active') throw new TandemError('wrong_state', link.pausedReason ?? 'Start the sync first.');
      const shape = await readShape(tx, { oid: link.relation });
      if (shape === null) throw new TandemError('table_not_found', tableGone(link));
      // The table may have lost a column since the last message.
      await adoptTable(tx, link, shape, ctx.clock.now());
      if (link.state !== 'active')
        throw new TandemError('wrong_state', link.pausedReason ?? 'Sync once, then try again.');
      const actor = ctx.caller.email ?? ctx.caller.sub;
      const message: Message = {
        tx,
        link,
        table: new TargetTable(shape, link),
        run: unique,
        actor,
        now: ctx.clock.now(),
      };
      const answer = await work(message);
      await saveLink(tx, link);
      return answer;
    },
    { origin: `${id}/${unique}` },
  );
}

/**
 * A person's word holds for the rows that they were asked about.
 * @throws TandemError `wrong_state` where there are more by now
 */
export function refuseMore(rows: number, asked: number | undefined, what: string): void {
  if (asked === undefined || rows <= asked) return;
  throw new TandemError(
    'wrong_state',
    `${rows} rows ${what} by now, more than you were asked about. Look at them, then decide.`,
  );
}
