import { readLink } from '../links/link-record.ts';
import { readShape } from '../links/table-shape.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { installCapture, isCaptured } from './capture.ts';
import { addWholeTable } from './dirty.ts';
import { captureRelated } from './related-capture.ts';
import { TargetTable } from './target-table.ts';

/**
 * Puts back capture triggers that are missing or disabled: a partition was attached since, a restore left them out, an
 * admin switched them off. What happened meanwhile was not captured, so every row is looked at again (I12). Two catalogue
 * look-ups where all is well.
 */
export async function ensureCapture(ctx: Context, id: string): Promise<void> {
  const { relation, state, pausedCause, kind } = await readLink(ctx.sql, id, ctx.caller);
  if (state === 'preview' || pausedCause === 'table' || kind === 'replace') return;
  await inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, id, ctx.caller, { lock: true });
    const shape = await readShape(tx, { oid: relation });
    if (shape === null || shape.unsure !== null) return;
    const table = new TargetTable(shape, link);
    if (!table.hasKey) return;
    const missing = !(await isCaptured(tx, relation));
    if (missing) await installCapture(tx, shape);
    if (!(await captureRelated(tx, link, { running: true })) && !missing) return;
    await addWholeTable(tx, table);
    ctx.log.warn({ link: id }, 'capture triggers were missing; every row is compared again');
  });
}
