import { primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/** Rows of a link whose table side must be looked at again. Draining puts each change here for every link on it. */
export const dirty = tandem.table(
  'dirty',
  {
    link: uuid('link')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** As the table spells it. Two spellings of one canonical key are two entries. */
    dbKey: text('db_key').array().notNull(),
    /** When the table's row was last changed, as far as captured: on the database's clock. */
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.link, table.key, table.dbKey] })],
);
