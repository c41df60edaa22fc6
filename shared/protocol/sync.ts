import * as v from 'valibot';
import { Envelope, Opening } from './envelope.ts';
import { HashSchema, KeySchema, TimeZoneSchema } from './cell.ts';
import { Offer, OfferResult } from './offer.ts';
import { Mark } from './mark.ts';
import { Notice } from './notice.ts';

/** A header the host found, by 1-based position. `id` is the column's developer metadata, null where it has none. */
export const HeaderSeen = v.object({
  position: v.pipe(v.number(), v.integer(), v.minValue(1)),
  header: v.string(),
  id: v.nullable(v.string()),
  /** Found by its header alone: the column carries no metadata, so it may be another one of that name. */
  byHeader: v.optional(v.boolean()),
});
export type HeaderSeen = v.InferOutput<typeof HeaderSeen>;

/** Why a scan cannot be trusted as a whole. The link pauses with the message and goes on by itself once it is gone. */
export const Anomaly = v.object({
  code: v.picklist(['no_header', 'header_moved', 'key_column_missing', 'duplicate_header', 'tab_missing']),
  /** A sentence that names the cell or column and what to do. */
  message: v.string(),
});
export type Anomaly = v.InferOutput<typeof Anomaly>;

export const ScanSummary = v.object({
  /** One read, headers verified, no error among the keys: only then may a missing row count as absent (I10). */
  complete: v.boolean(),
  /** Rows with a usable, unrepeated key. */
  rows: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Sheet row numbers that hold content but no usable key, with the reason; the first 100. */
  blankKeys: v.array(v.object({ row: v.number(), reason: v.string() })),
  /**
   * Rows with content whose key is left to the table to make, by the hash of the row as it stands; `complete`: no
   * required cell is empty. The first 1,000; absent where there is none.
   */
  keyless: v.optional(v.array(v.object({ hash: HashSchema, complete: v.boolean() }))),
  /** Keys that stand in more than one row, each with the hashes and row numbers of its copies. Not in any bucket. */
  duplicates: v.array(v.object({ key: KeySchema, copies: v.array(v.object({ row: v.number(), hash: HashSchema })) })),
  /** Headers of the mapped columns, as found. */
  headers: v.array(HeaderSeen),
  anomaly: v.nullable(Anomaly),
  /** Digest of each bucket; their number is the host's choice: see `bucketCount`. */
  buckets: v.pipe(v.array(HashSchema), v.minLength(1), v.maxLength(4096)),
  /** IANA name of the spreadsheet's timezone. */
  timeZone: TimeZoneSchema,
  /** When the sheet was read, in milliseconds since 1970 on the host's clock: that can only put a deletion off (I9). */
  at: v.optional(v.number()),
});
export type ScanSummary = v.InferOutput<typeof ScanSummary>;

/** Opens a cycle: what the sheet looks like, and what became of writes that a dead run had noted. */
export const SyncRequest = v.object({
  ...Envelope.entries,
  ...Opening.entries,
  scan: ScanSummary,
  outcomes: v.array(OfferResult),
  /** What the drop-downs of a tab that was made from its table were last made from; see LinkRules. */
  choices: v.optional(v.string()),
});
export type SyncRequest = v.InferOutput<typeof SyncRequest>;

/**
 * A bucket that differs, or holds a row the hub wants: **all** its rows as the hub last dealt with them. A row whose
 * hash differs is pushed; hash null means push it whatever it hashes to; a listed key that the sheet lacks goes into
 * `missing`.
 */
export const Wanted = v.object({
  bucket: v.number(),
  rows: v.array(v.tuple([KeySchema, v.nullable(HashSchema)])),
});
export type Wanted = v.InferOutput<typeof Wanted>;

export const SyncReply = v.object({
  epoch: v.number(),
  seq: v.number(),
  want: v.array(Wanted),
  offers: v.array(Offer),
  marks: v.array(Mark),
  /** More offers follow in the reply to the next `ack`. */
  more: v.boolean(),
  notices: v.array(Notice),
  /**
   * Rows of `keyless`, by hash, that may have their keys now: complete ones, and those that stood unchanged for two
   * scans. Absent while no keys are made.
   */
  reserve: v.optional(v.array(HashSchema)),
  /** A host gave way to this run since the last one looked: sync once more, there may be something new. */
  again: v.optional(v.boolean()),
  /** Where the request named what drop-downs were made from, and that has changed: what it is now. */
  choices: v.optional(v.string()),
  /** Present while the link does not run: nothing is to be pushed or applied (preview still takes pushes). */
  paused: v.optional(v.object({ message: v.string() })),
});
export type SyncReply = v.InferOutput<typeof SyncReply>;
