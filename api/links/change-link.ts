import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { TransactionSql } from 'postgres';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { removeUnusedCapture } from '../sync/related-capture.ts';
import { pause, unpause } from '../sync/drift.ts';
import { linkInfo, readLink, saveLink, type LinkRecord } from './link-record.ts';
import { writeSchemaLog } from './schema-log.ts';

const HIDDEN =
  'This tab is still linked, but the link is not shared with you, so you can’t remove it. Ask the person who linked the tab to add your address under Settings in the sidebar, or to remove the link.';

type Input = { ctx: Context; input: { link: string } };

/** Changes a link under its lock. */
async function change(
  { ctx, input }: Input,
  work: (link: LinkRecord, tx: TransactionSql) => Promise<void> | void,
): Promise<LinkInfo> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true });
    await work(link, tx);
    await saveLink(tx, link);
    return linkInfo(link);
  });
}

/** Stops the sync until a person resumes it. Changes on both sides go on being noticed. */
export function pauseLink(args: Input): Promise<LinkInfo> {
  return change(args, (link) => {
    const who = args.ctx.caller.email ?? 'a member';
    pause(link, 'person', `The sync was paused by ${who}. Resume it in the sidebar.`);
  });
}

/** @throws TandemError `wrong_state` where the sheet or the table is in the way: that ends the pause by itself */
export function resumeLink(args: Input): Promise<LinkInfo> {
  return change(args, (link) => {
    if (link.state === 'paused' && link.pausedCause !== 'person') {
      throw new TandemError('wrong_state', link.pausedReason ?? 'The sync can go on once its cause is gone.');
    }
    unpause(link);
  });
}

/** Throws the staged rows away: the next sync stages the sheet anew. Only before the link is started. */
export function previewLink(args: Input): Promise<LinkInfo> {
  return change(args, async (link, tx) => {
    if (link.state !== 'preview') {
      throw new TandemError('wrong_state', 'This link is started. Remove it and link the tab again to see a new plan.');
    }
    await tx`DELETE FROM tandem.plan_row WHERE link = ${link.id}::uuid`;
    link.staged = 'no';
  });
}

/**
 * Unlinks a tab. Sheet and table stay as they are; the triggers go when no other link uses the table. What could be
 * restored goes with the link, so it takes its creator or an admin.
 * @throws TandemError `link_not_found`, `not_allowed`
 */
export async function deleteLink({ ctx, input }: Input): Promise<{ ok: true }> {
  await inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true }).catch(async (error: unknown) => {
      // Whoever takes a hidden link for one that is gone would forget it in the spreadsheet, for everybody.
      const [hidden] = await tx`SELECT 1 FROM tandem.link WHERE id = ${input.link}::uuid`;
      throw hidden ? new TandemError('not_allowed', HIDDEN) : error;
    });
    if (link.owner !== ctx.caller.sub && !ctx.caller.admin) {
      throw new TandemError('not_allowed', 'Only the person who linked this tab, or an admin, can remove the link.');
    }
    await tx`DELETE FROM tandem.link WHERE id = ${link.id}::uuid`;
    const place = { link: link.id, schema: link.schema, table: link.table, now: ctx.clock.now() };
    await writeSchemaLog(tx, { ...place, actor: ctx.caller.email ?? ctx.caller.sub }, [{ op: 'unlinked' }]);
    await removeUnusedCapture(tx, [link.relation, ...link.relatedRelations]);
  });
  return { ok: true };
}
