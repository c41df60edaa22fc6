import { bigint, json, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Cell, Cells } from '../../shared/cell.ts';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/** A table change on its way to the sheet; at most one live per row. */
export const offer = tandem.table(
  'offer',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    link: uuid('link')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** Epoch it was sent in. While that is the link's current one, the row is not merged again. */
    epoch: bigint('epoch', { mode: 'number' }).notNull(),
    kind: text('kind').$type<'update' | 'insert' | 'delete' | 'rekey'>().notNull(),
    cells: json('cells').$type<{ column: string; base: Cell; value: Cell }[]>().notNull(),
    /** The table's values it stands for, as text; what B becomes where the cell shows the value. */
    bValue: json('b_value').$type<Record<string, string | null>>().notNull(),
    /** The sheet's row as it was when offered; null for an insert. */
    sheetRow: json('sheet_row').$type<Cells>(),
    /** Row hash of the sheet if all of it is written exactly, null for a delete. */
    hashAfter: text('hash_after'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [uniqueIndex('offer_row').on(table.link, table.key)],
);
