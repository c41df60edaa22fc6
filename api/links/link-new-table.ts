import { columnNames, tableName } from '../../shared/column-name.ts';
import type { LinkInfo, LinkNewTableRequest } from '../../shared/protocol/links.ts';
import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../context.ts';
import { makeLink, makeOnce } from './create-link.ts';
import { makeTable } from './create-table.ts';

/**
 * Makes a table for a tab's columns and ties the tab to it, in one transaction: where the tab can't be linked, nobody
 * ever sees a table, and none has to be dropped that somebody may have begun to use.
 * @throws TandemError `not_allowed`, `bad_request`, `name_taken`, `already_linked`, `busy`
 */
export async function linkNewTable({ ctx, input }: { ctx: Context; input: LinkNewTableRequest }): Promise<LinkInfo> {
  requireAdmin(ctx.caller);
  const { table, ...tab } = input;
  const wanted = { table: `${table.schema}.${tableName(table.name)}`, columns: table.columns };
  return makeOnce(ctx, input, wanted, async (tx, id) => {
    const made = await makeTable(tx, ctx, table);
    const names = columnNames(table.columns.map(({ header }) => header));
    const columns = table.columns.map(({ header }, index) => {
      return { header, column: names[index]!, direction: 'both' as const };
    });
    await makeLink(tx, ctx, id, { ...tab, schema: made.schema, table: made.name, columns });
  });
}
