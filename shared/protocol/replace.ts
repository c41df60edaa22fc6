import * as v from 'valibot';
import { CellsSchema, HashSchema, TimeZoneSchema } from './cell.ts';
import { Continuing, Envelope, Opening } from './envelope.ts';
import { Notice } from './notice.ts';
import { Anomaly, HeaderSeen } from './sync.ts';
import { PUSH_ROWS } from '../limits.ts';

/** The whole tab of a replace link, before any of its rows are sent. */
export const WholeTab = v.object({
  /** Sum of the hashes of all rows: a sort changes nothing. */
  digest: HashSchema,
  rows: v.pipe(v.number(), v.integer(), v.minValue(0)),
  headers: v.array(HeaderSeen),
  anomaly: v.nullable(Anomaly),
  timeZone: TimeZoneSchema,
});
export type WholeTab = v.InferOutput<typeof WholeTab>;

/**
 * Brings the whole tab of a replace link: an opening message with `tab` and no rows, then, where the reply asks for
 * them, all rows in chunks; the last one lets them take the place of the table's contents, all or nothing.
 */
export const ReplaceRequest = v.object({
  ...Envelope.entries,
  ...v.partial(Opening).entries,
  ...v.partial(Continuing).entries,
  tab: v.optional(WholeTab),
  /** Rows with content, by their number in the sheet. */
  rows: v.pipe(
    v.array(v.object({ row: v.pipe(v.number(), v.integer(), v.minValue(1)), cells: CellsSchema })),
    v.maxLength(PUSH_ROWS),
  ),
  last: v.boolean(),
});
export type ReplaceRequest = v.InferOutput<typeof ReplaceRequest>;

/** A cell that the table would not take. */
export const RefusedCell = v.object({ row: v.number(), header: v.string(), message: v.string() });
export type RefusedCell = v.InferOutput<typeof RefusedCell>;

export const ReplaceReply = v.object({
  epoch: v.number(),
  seq: v.number(),
  /** The rows, or more of them, are wanted. */
  more: v.boolean(),
  /** Rows the table has now, where it was replaced by this message. */
  replaced: v.optional(v.number()),
  /** Why nothing was replaced: the first 100 cells. */
  refused: v.array(RefusedCell),
  notices: v.array(Notice),
  /** See SyncReply. */
  again: v.optional(v.boolean()),
  /** Why the tab is not looked at: the link is paused, or is in preview and a column is gone that a plan needs. */
  paused: v.optional(v.object({ message: v.string() })),
});
export type ReplaceReply = v.InferOutput<typeof ReplaceReply>;
