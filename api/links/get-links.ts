import type { LinkInfo, LinkList } from '../../shared/protocol/links.ts';
import type { Context } from '../context.ts';
import { linkInfo, readLink, readLinksOf } from './link-record.ts';

/** The links of a spreadsheet that the caller may see. */
export async function listLinks({ ctx, input }: { ctx: Context; input: { spreadsheet: string } }): Promise<LinkList> {
  return { links: (await readLinksOf(ctx.sql, input.spreadsheet, ctx.caller)).map(linkInfo) };
}

/** @throws TandemError `link_not_found` */
export async function getLink({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<LinkInfo> {
  return linkInfo(await readLink(ctx.sql, input.link, ctx.caller));
}
