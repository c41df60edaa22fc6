import { sql } from 'drizzle-orm';
import { bigserial, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { oid, tandem } from './tandem.ts';

/**
 * Keys of rows that changed, appended by the capture triggers and consumed by DELETE. Never read by a cursor on `id`:
 * a transaction that commits late would be skipped.
 */
export const change = tandem.table(
  'change',
  {
    id: bigserial('id', { mode: 'number' }).notNull(),
    relation: oid('relation').notNull(),
    /** Key columns as text, in the primary key's order; NULL: the relation was truncated. */
    key: text('key').array(),
    /** `link/run` where Tandem wrote it itself, else NULL. Recorded, not skipped: other links need the row. */
    origin: text('origin'),
    at: timestamp('at', { withTimezone: true })
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.relation, table.id] })],
);
