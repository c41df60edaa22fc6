import * as v from 'valibot';
import { Continuing, Envelope, Opening } from './envelope.ts';
import { CellsSchema, HashSchema, KeySchema, TimeZoneSchema } from './cell.ts';
import { Offer } from './offer.ts';
import { Mark } from './mark.ts';
import { Notice } from './notice.ts';
import { PUSH_ROWS } from '../limits.ts';

export const PushedRow = v.object({ key: KeySchema, hash: HashSchema, cells: CellsSchema });
export type PushedRow = v.InferOutput<typeof PushedRow>;

/** Rows of the sheet as scanned. Scope `rows` (an edit's rows only) opens its own epoch and never asserts absence. */
export const PushRequest = v.object({
  ...Envelope.entries,
  ...v.partial(Opening).entries,
  ...v.partial(Continuing).entries,
  scope: v.picklist(['full', 'rows']),
  /** IANA name of the spreadsheet's timezone, where the message opens the epoch. */
  timeZone: v.optional(TimeZoneSchema),
  rows: v.pipe(v.array(PushedRow), v.maxLength(PUSH_ROWS)),
  /** Keys the hub listed that the complete scan did not have. Empty for scope `rows`. */
  missing: v.array(KeySchema),
});
export type PushRequest = v.InferOutput<typeof PushRequest>;

/** What became of one pushed row. `error` says why in a person's words, and on which column. */
export const RowResult = v.object({
  key: KeySchema,
  result: v.picklist(['ok', 'staged', 'rejected', 'conflict', 'held']),
  error: v.optional(v.object({ code: v.string(), message: v.string(), column: v.optional(v.string()) })),
});
export type RowResult = v.InferOutput<typeof RowResult>;

export const PushReply = v.object({
  epoch: v.number(),
  seq: v.number(),
  results: v.array(RowResult),
  offers: v.array(Offer),
  marks: v.array(Mark),
  more: v.boolean(),
  notices: v.array(Notice),
  /** See SyncReply. */
  again: v.optional(v.boolean()),
});
export type PushReply = v.InferOutput<typeof PushReply>;
