import * as v from 'valibot';
import { Continuing, Envelope } from './envelope.ts';
import { Offer, OfferResult } from './offer.ts';
import { Mark, Marked } from './mark.ts';

/** What the host wrote, read back, and what stood where it put notes. */
export const AckRequest = v.object({
  ...Envelope.entries,
  ...Continuing.entries,
  results: v.array(OfferResult),
  marked: v.array(Marked),
  /** The host stops after this one: no further offers, please. */
  final: v.boolean(),
  /** A row without a key could not be given the one that was reserved for it: which cell, and why Sheets refuses it. */
  unkeyed: v.optional(v.pipe(v.string(), v.maxLength(1000))),
});
export type AckRequest = v.InferOutput<typeof AckRequest>;

export const AckReply = v.object({
  epoch: v.number(),
  seq: v.number(),
  offers: v.array(Offer),
  marks: v.array(Mark),
  more: v.boolean(),
  /** See SyncReply. */
  again: v.optional(v.boolean()),
});
export type AckReply = v.InferOutput<typeof AckReply>;
