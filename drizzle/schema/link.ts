import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, json, jsonb, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { StoredFilter, StoredMapping, StoredRegistry, StoredReplace } from './stored-mapping.ts';
import { oid, tandem } from './tandem.ts';

/** One sheet tab tied to one table. Its row is the lock that serialises every message of the link. */
export const link = tandem.table(
  'link',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    spreadsheet: text('spreadsheet').notNull(),
    spreadsheetName: text('spreadsheet_name'),
    /** `getSheetId()` of the tab: stable, unlike its name. */
    sheet: bigint('sheet', { mode: 'number' }).notNull(),
    sheetName: text('sheet_name').notNull(),
    timeZone: text('time_zone').notNull(),
    relation: oid('relation').notNull(),
    /** Names at the last look; the oid is what counts. */
    tableSchema: text('table_schema').notNull(),
    tableName: text('table_name').notNull(),
    /** Fence: a message that opens a cycle must name it, and it then grows by one (I5). */
    epoch: bigint('epoch', { mode: 'number' }).notNull().default(0),
    lastSeq: integer('last_seq').notNull().default(0),
    /** Reply to (epoch, lastSeq), replayed as it was when the same message comes again (I4). */
    lastReply: json('last_reply'),
    openRun: text('open_run'),
    openIfEpoch: bigint('open_if_epoch', { mode: 'number' }),
    leaseRun: text('lease_run'),
    leaseHost: text('lease_host'),
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
    /** Counts opened scans; complete ones are what a delete is proved with (I9). */
    scanNo: bigint('scan_no', { mode: 'number' }).notNull().default(0),
    /** What the last scan said that later messages and the status need. */
    lastScan: json('last_scan').$type<{
      /** Epoch it opened; buckets of that scan and which of them differed (`null`: no scan, an edit's rows only). */
      epoch: number;
      buckets: number;
      different: number[] | null;
      complete: boolean;
      rows: number;
      /** `original`: sheet row of the one copy that goes on syncing; null where that can't be told. */
      duplicates: { key: string; rows: number[]; original: number | null }[];
      blankKeys: { row: number; reason: string }[];
      keyless?: { hash: string; complete: boolean; tried: number; suspect?: boolean }[];
      unplaced?: { key: string; column: string; token: string }[];
      astray?: { key: string; column: string; token: string }[];
      overlooked?: { key: string; column: string; token: string }[];
    }>(),
    mapping: jsonb('mapping').$type<StoredMapping>().notNull(),
    mapFingerprint: text('map_fingerprint').notNull(),
    /** Columns that are not synced: retired, left out, or new. NULL before the first look at the table. */
    registry: jsonb('registry').$type<StoredRegistry>(),
    /** Who wins where both sides changed one cell; a column may override it. */
    policy: text('policy').$type<'table' | 'sheet' | 'latest' | 'ask'>().notNull().default('table'),
    /** sync: row by row, both ways. replace: the whole tab takes the place of the table's contents. */
    kind: text('kind').$type<'sync' | 'replace'>().notNull().default('sync'),
    /** Which rows of the table belong on the sheet; null: all. */
    filter: json('filter').$type<StoredFilter>(),
    /** Columns of the table, by number, that lock a row while any of them is true. */
    lockAttnums: integer('lock_attnums')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Tables that related columns and labels are read from: their changes concern this link too. */
    relatedRelations: oid('related_relations')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Kind `replace`: how the last replacement went. */
    replaced: json('replaced').$type<StoredReplace>(),
    replacedAt: timestamp('replaced_at', { withTimezone: true }),
    /** What becomes in the table of rows that vanished from the sheet. */
    missingMode: text('missing_mode').$type<'confirm' | 'automatic' | 'soft' | 'off'>().notNull().default('confirm'),
    /** Mode `soft`: number of the table's column that says a row is deleted (true, or the time it was). */
    softDeleteAttnum: integer('soft_delete_attnum'),
    /** What becomes on the sheet of rows that the table deleted. */
    removedMode: text('removed_mode').$type<'remove' | 'archive' | 'mark' | 'off'>().notNull().default('remove'),
    /** A host gave way to another's run since that run last looked: there may be something new to sync. */
    runAgain: boolean('run_again').notNull().default(false),
    /** Digest of the table's constraints when refused rows were last tried because of them. */
    constraintPrint: text('constraint_print'),
    state: text('state').$type<'preview' | 'active' | 'paused'>().notNull().default('preview'),
    /** State to go back to when a pause ends. */
    pausedFrom: text('paused_from').$type<'preview' | 'active'>(),
    /** Who paused it: a person (stays), an unusable scan or an unusable table (both end by themselves). */
    pausedCause: text('paused_cause').$type<'person' | 'sheet' | 'table'>(),
    pausedReason: text('paused_reason'),
    /** The whole sheet stands in plan_row: the plan can be shown. */
    staged: text('staged').$type<'no' | 'partly' | 'complete'>().notNull().default('no'),
    /** Who wins rows that differ at the first sync; set by start, kept until every staged row is applied. */
    firstSyncWinner: text('first_sync_winner').$type<'sheet' | 'table'>(),
    owner: text('owner').notNull(),
    ownerEmail: text('owner_email'),
    members: text('members')
      .array()
      .notNull()
      .default(sql`'{}'`),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** When the last scan arrived that showed nothing but what was dealt with; on the clock of captured changes. */
    scannedAt: timestamp('scanned_at', { withTimezone: true }),
    /** When the table was last compared with B. */
    auditedAt: timestamp('audited_at', { withTimezone: true }),
    lastSyncAt: timestamp('last_sync_at', { withTimezone: true }),
  },
  (table) => [uniqueIndex('link_tab').on(table.spreadsheet, table.sheet), index('link_relation').on(table.relation)],
);
