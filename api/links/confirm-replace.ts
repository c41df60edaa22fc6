import { TandemError } from '../../shared/protocol/error.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { linkInfo, readLink, saveLink } from './link-record.ts';

/**
 * A person's word that the tab may replace the table although it has far fewer rows: good for the tab as it was when
 * they were asked, and carried out by the next sync.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function confirmReplace({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkInfo> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true });
    const asks = link.replaced?.asks;
    if (!asks) throw new TandemError('wrong_state', 'There is nothing to confirm: look again.');
    link.replaced!.confirmed = asks.digest;
    await saveLink(tx, link);
    return linkInfo(link);
  });
}
