import { bigint, index, json, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Cells } from '../../shared/cell.ts';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/** The sheet as staged during preview. Gone once the first sync has dealt with the row. */
export const planRow = tandem.table(
  'plan_row',
  {
    link: uuid('link')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    keyHash: bigint('key_hash', { mode: 'number' }).notNull(),
    seenHi: bigint('seen_hi', { mode: 'number' }).notNull(),
    seenLo: bigint('seen_lo', { mode: 'number' }).notNull(),
    cells: json('cells').$type<Cells>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.link, table.key] }),
    index('plan_row_digest').on(table.link, table.keyHash, table.seenHi, table.seenLo),
  ],
);
