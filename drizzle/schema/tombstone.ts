import { bigserial, index, json, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Cells } from '../../shared/cell.ts';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/** A deleted row, kept whole for a month so that a person can have it back. */
export const tombstone = tandem.table(
  'tombstone',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    link: uuid('link')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** Which side deleted it first. */
    side: text('side').$type<'sheet' | 'table'>().notNull(),
    /**
     * The table's row as text by column name: every column where Tandem deleted it, unmapped ones too; the mapped ones
     * where the table did, of which only B was known.
     */
    values: json('values').$type<Record<string, string | null>>().notNull(),
    /** The same as the sheet showed it. */
    cells: json('cells').$type<Cells>().notNull(),
    run: text('run'),
    actor: text('actor'),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('tombstone_row').on(table.link, table.key, table.id), index('tombstone_age').on(table.at)],
);
