import { bigserial, index, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { tandem } from './tandem.ts';

export const schemaOps = [
  'linked',
  'unlinked',
  'table_created',
  'table_renamed',
  'table_replaced',
  'column_created',
  'column_mapped',
  'column_retired',
  'column_renamed',
  'header_renamed',
  'type_changed',
  'time_zone_changed',
  'column_suspended',
  'column_resumed',
  'paused',
  'resumed',
] as const;

/** What became of the shape of linked tables and tabs: who, when, what. Outlives the link it tells of. */
export const schemaLog = tandem.table(
  'schema_log',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** No foreign key: a removed link's history stays. NULL: a table made before any link. */
    link: uuid('link'),
    tableSchema: text('table_schema').notNull(),
    tableName: text('table_name').notNull(),
    op: text('op').$type<(typeof schemaOps)[number]>().notNull(),
    /** The table's column, or the header where only the sheet is concerned; NULL: the table or link as a whole. */
    column: text('column'),
    before: text('before'),
    after: text('after'),
    /** Who asked for it; NULL: noticed by a sync. */
    actor: text('actor'),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('schema_log_link').on(table.link, table.id)],
);
