import type { ColumnsInfo } from '../../shared/protocol/columns.ts';
import type { Context } from '../context.ts';
import { newRegistry } from '../sync/drift.ts';
import { readLink } from './link-record.ts';
import { readShape } from './table-shape.ts';
import { readSchemaLog } from './schema-log.ts';

const EVENTS = 50;

/**
 * Which columns a link syncs, which it does not, and what became of them. As of the last look at the table. Columns of the
 * table that it does not sync are for an admin to know, but for those without which no new row can be added.
 */
export async function getColumns({ ctx, input }: { ctx: Context; input: { link: string } }): Promise<ColumnsInfo> {
  const link = await readLink(ctx.sql, input.link, ctx.caller);
  const shape = await readShape(ctx.sql, { oid: link.relation });
  const { retired, leftAttnums, leftHeaders, unmapped } = link.registry ?? newRegistry([]);
  return {
    synced: link.columns.map(({ id, header, column, type, direction, key, attnum, suspended, suspendedBy }) => ({
      id,
      header,
      column,
      type,
      direction,
      key,
      present: shape?.columns.some((one) => one.attnum === attnum || one.name === column) ?? false,
      suspended: suspended ?? null,
      suspendedBy: suspendedBy ?? null,
    })),
    retired: retired.map(({ header, column, retiredAt }) => ({ header, column, at: retiredAt })),
    unmapped: unmapped
      .filter(({ blocking }) => blocking || ctx.caller.admin)
      .map(({ attnum, ...column }) => ({ ...column, left: leftAttnums.includes(attnum) })),
    mayChange: ctx.caller.admin,
    leftHeaders,
    log: await readSchemaLog(ctx.sql, link, EVENTS),
  };
}
