import { sql } from 'drizzle-orm';
import { bigserial, index, json, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/** Every write Tandem made in the table and every value that lost: who, why, what stood there. Enough to undo. */
export const journal = tandem.table(
  'journal',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    link: uuid('link')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    run: text('run'),
    /**
     * insert, update, delete: a write in the table. lost: a value that gave way to the other side's. held: both sides
     * changed and a person is asked; `before` the sheet's value, `after` the table's.
     */
    op: text('op').$type<'insert' | 'update' | 'delete' | 'lost' | 'held'>().notNull(),
    side: text('side').$type<'sheet' | 'table'>().notNull(),
    key: text('key').notNull(),
    /** Column id; NULL: the whole row, `before` or `after` are then cells by column id. */
    column: text('column'),
    /** Cells in the sheet's form, so that they read the same wherever they came from. */
    before: json('before'),
    after: json('after'),
    cause: text('cause').notNull(),
    actor: text('actor'),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('journal_link').on(table.link, table.id),
    index('journal_run').on(table.link, table.run),
    // Both are asked with each look at a link, and of a million entries few are such: 300 ms and more became 2.
    index('journal_lost')
      .on(table.link, table.id)
      .where(sql`op = 'lost'`),
    index('journal_undo')
      .on(table.link, table.id)
      .where(sql`cause LIKE 'undo of %'`),
    // None by row: it would make every write two thirds dearer, and who asks for one row waits 300 ms.
  ],
);
