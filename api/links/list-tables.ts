import type { TableInfo, TableList } from '../../shared/protocol/links.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../context.ts';
import { readShape, readShapes, type TableShape } from './table-shape.ts';

/** Every table and view an admin could think of linking, with the reason where it can't be. */
export async function listTables({ ctx }: { ctx: Context }): Promise<TableList> {
  requireAdmin(ctx.caller);
  const shapes = await readShapes(ctx.sql, 'all');
  return {
    tables: shapes.map(({ schema, name, rows, unsuitable, replaceable }) => ({
      schema,
      name,
      rows,
      unsuitable,
      replaceable,
    })),
  };
}

/** @throws TandemError `not_allowed`, `table_not_found` */
export async function getTable({
  ctx,
  input,
}: {
  ctx: Context;
  input: { schema: string; name: string };
}): Promise<TableInfo> {
  requireAdmin(ctx.caller);
  const shape = input.schema === 'tandem' ? null : await readShape(ctx.sql, input);
  if (shape === null) {
    throw new TandemError('table_not_found', `There is no table "${input.schema}.${input.name}".`);
  }
  return tableInfo(shape);
}

export function tableInfo(shape: TableShape): TableInfo {
  const { schema, name, rows, columns, primaryKey, unsuitable, replaceable } = shape;
  return {
    schema,
    name,
    rows,
    columns: columns.map(({ attnum, name, type, kind, notNull, hasDefault, generated, comment }) => ({
      name,
      type,
      kind,
      nullable: !notNull,
      hasDefault,
      generated,
      primaryKey: primaryKey.includes(attnum),
      comment,
    })),
    unsuitable,
    replaceable,
  };
}
