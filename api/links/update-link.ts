import { TandemError } from '../../shared/protocol/error.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Policy } from '../sync/policy.ts';
import { linkSettings, readLink, saveLink, type LinkSettings } from './link-record.ts';

export interface LinkUpdate {
  /** Who stays where both sides changed one cell. */
  policy?: Policy | undefined;
  /** The same for single columns, by id; null: as the link. */
  columns?: Record<string, Policy | null> | undefined;
  /** What becomes of rows that vanished from the sheet. */
  missingMode?: 'confirm' | 'automatic' | 'off' | undefined;
  /** Who may use the link besides its creator: subs or verified e-mail addresses. */
  members?: string[] | undefined;
}

/**
 * Sets how a link behaves. For its creator, and for admins among its members.
 * @throws TandemError `link_not_found`, `not_allowed`, `bad_request`
 */
export async function updateLink({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & LinkUpdate;
}): Promise<LinkSettings> {
  return inTransaction(ctx.sql, async (tx) => {
    const link = await readLink(tx, input.link, ctx.caller, { lock: true });
    if (link.owner !== ctx.caller.sub && !ctx.caller.admin) {
      throw new TandemError('not_allowed', 'Only the person who linked this tab, or an admin, can change this.');
    }
    if (input.policy !== undefined) link.policy = input.policy;
    if (input.missingMode !== undefined) link.missingMode = input.missingMode;
    if (input.members !== undefined) {
      link.members = [...new Set(input.members.map((member) => member.trim()).filter((member) => member !== ''))];
    }
    for (const [id, policy] of Object.entries(input.columns ?? {})) {
      const column = link.columns.find((one) => one.id === id);
      if (column === undefined) {
        throw new TandemError('bad_request', `This link has no column "${id}".`, { field: 'columns' });
      }
      if (policy === null) delete column.policy;
      else column.policy = policy;
    }
    await saveLink(tx, link);
    return linkSettings(link);
  });
}

/** How a link behaves now. */
export async function getSettings({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkSettings> {
  return linkSettings(await readLink(ctx.sql, input.link, ctx.caller));
}
