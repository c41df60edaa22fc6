import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, json, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Cell, Cells } from '../../shared/cell.ts';
import { link } from './link.ts';
import { tandem } from './tandem.ts';

/**
 * What both sides last agreed on, per row key.
 *
 * - `a`, `b`: SQL NULL is *absent* (no such row on that side); a column missing from the object is *unknown* and
 *   differs from everything. `a` holds cells as the sheet has them, `b` the table's values as Postgres text.
 * - They are json, not jsonb: a cell may hold text that jsonb refuses (lone surrogates).
 * - `seenHi`, `seenLo`: lanes of the hash of the sheet's row as last dealt with (accepted, refused or held); NULL while
 *   the sheet has no row that was dealt with.
 */
export const row = tandem.table(
  'row',
  {
    link: uuid('link')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** The key as the table spells it, one text a key column; NULL while the table has no such row. */
    dbKey: text('db_key').array(),
    a: json('a').$type<Cells>(),
    b: json('b').$type<Record<string, string | null>>(),
    seenHi: bigint('seen_hi', { mode: 'number' }),
    seenLo: bigint('seen_lo', { mode: 'number' }),
    /** `keyHash(key)`: bucket of the row is this modulo the number of buckets. */
    keyHash: bigint('key_hash', { mode: 'number' }).notNull(),
    /** Sheet cells that were dealt with and not accepted, by column. */
    refused: json('refused').$type<Record<string, { cell: Cell; code: string; message: string }>>(),
    /** Table values the sheet refused, by column: not offered again until the value changes. */
    blocked: json('blocked').$type<Record<string, { value: string | null; code: string; message: string }>>(),
    status: text('status')
      .$type<'ok' | 'rejected' | 'conflict' | 'held' | 'outside' | 'tombstone'>()
      .notNull()
      .default('ok'),
    error: json('error').$type<{ code: string; message: string; column?: string; other?: string; decided?: 'undo' }>(),
    /** First complete scan that missed the row, when and in which run (I9). */
    absentScan: bigint('absent_scan', { mode: 'number' }),
    absentAt: timestamp('absent_at', { withTimezone: true }),
    absentRun: text('absent_run'),
    /** Notes of ours on the sheet, by column, with what stood there before. */
    marks:
      json('marks').$type<
        Record<
          string,
          { message: string | null; done: boolean; prior?: { note: string; background: string }; left?: true }
        >
      >(),
    /** Some mark is not on the sheet yet, or not off it. */
    marksDue: boolean('marks_due').notNull().default(false),
    /** Where the table's form differs from what was typed: to be shown once, or shown already for this (A, B). */
    writeBack: text('write_back').$type<'none' | 'due' | 'done'>().notNull().default('none'),
    /** Epoch in which the sheet's row was last dealt with. */
    dealtEpoch: bigint('dealt_epoch', { mode: 'number' }),
    /** When the sheet last showed just what was dealt with, on the database's clock: a later edit is later than this. */
    dealtAt: timestamp('dealt_at', { withTimezone: true }),
    /** When a refused row is worth another try without a change of its own: other rows may have made way. */
    retryAt: timestamp('retry_at', { withTimezone: true }),
    attempts: integer('attempts').notNull().default(0),
    /** Some scan saw two copies of the row that both were what was dealt with: which is the original can't be told. */
    twins: boolean('twins').notNull().default(false),
    changedAt: timestamp('changed_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.link, table.key] }),
    // Bucket sums and bucket listings read only this.
    index('row_digest').on(table.link, table.keyHash, table.seenHi, table.seenLo),
    index('row_attention')
      .on(table.link, table.status)
      .where(sql`status <> 'ok'`),
    index('row_absent')
      .on(table.link)
      .where(sql`absent_at IS NOT NULL`),
    index('row_twins')
      .on(table.link)
      .where(sql`twins`),
    // What a sync must look at although nothing moved on either side.
    index('row_due')
      .on(table.link)
      .where(sql`marks_due OR write_back = 'due' OR retry_at IS NOT NULL`),
  ],
);
