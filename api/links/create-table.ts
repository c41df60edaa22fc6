import type { CreateTableRequest, TableInfo } from '../../shared/protocol/links.ts';
import type { TableType } from '../../shared/protocol/table-types.ts';
import { columnNames } from '../../shared/column-name.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../context.ts';
import { databaseErrorCode } from '../database/errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { quoteLiteral, quoteName } from '../sync/quote-name.ts';
import { tableInfo } from './list-tables.ts';
import { readShape } from './table-shape.ts';

export const TYPES: Record<TableType, string> = {
  text: 'text',
  bigint: 'bigint',
  numeric: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  time: 'time',
  uuid: 'uuid',
};

/**
 * Makes a table for a tab's columns. Names are made from the headers (see columnNames), the header stays as the column's
 * comment. At least one column must be the key.
 * @throws TandemError `not_allowed`, `bad_request`, `name_taken`
 */
export async function createTable({ ctx, input }: { ctx: Context; input: CreateTableRequest }): Promise<TableInfo> {
  requireAdmin(ctx.caller);
  const keys = input.columns.filter((column) => column.key);
  if (keys.length === 0) {
    throw new TandemError('bad_request', 'Choose at least one key column: rows are told apart by it.', {
      field: 'columns',
    });
  }
  if (input.schema === 'tandem' || input.schema.startsWith('pg_') || input.schema === 'information_schema') {
    throw new TandemError('bad_request', `Tables can't be created in the schema "${input.schema}".`, {
      field: 'schema',
    });
  }
  const names = columnNames(input.columns.map((column) => column.header));
  const name = columnNames([input.name])[0]!;
  const qualified = `${quoteName(input.schema)}.${quoteName(name)}`;
  const columns = input.columns.map(
    ({ type, key }, i) => `${quoteName(names[i]!)} ${TYPES[type]}${key ? ' NOT NULL' : ''}`,
  );
  const keyNames = input.columns.flatMap(({ key }, i) => (key ? [quoteName(names[i]!)] : []));
  try {
    return await inTransaction(ctx.sql, async (tx) => {
      await tx.unsafe(`CREATE TABLE ${qualified} (${columns.join(', ')}, PRIMARY KEY (${keyNames.join(', ')}))`);
      for (const [i, { header }] of input.columns.entries()) {
        if (header.trim() === '' || header.includes('\u0000')) continue;
        await tx.unsafe(`COMMENT ON COLUMN ${qualified}.${quoteName(names[i]!)} IS ${quoteComment(header)}`);
      }
      return tableInfo((await readShape(tx, { schema: input.schema, name }))!);
    });
  } catch (error) {
    switch (databaseErrorCode(error)) {
      case '42P07':
      case '42710':
        throw new TandemError('name_taken', `There is already a table "${input.schema}.${name}". Choose another name.`);
      case '3F000':
        throw new TandemError('bad_request', `There is no schema "${input.schema}".`, { field: 'schema' });
      case '42501':
        throw new TandemError('not_allowed', `The server's database user may not create tables in "${input.schema}".`);
      default:
        throw error;
    }
  }
}

/** Standard strings: only the quote itself is special, whatever standard_conforming_strings says of backslashes. */
function quoteComment(text: string): string {
  return text.includes('\\') ? `E${quoteLiteral(text.replaceAll('\\', '\\\\'))}` : quoteLiteral(text);
}
