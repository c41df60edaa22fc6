import * as v from 'valibot';
import { storable } from './cell.ts';

/** What every message carries: which link, from which spreadsheet, in which run, under which mapping. */
export const Envelope = v.object({
  link: v.pipe(v.string(), v.uuid()),
  /** Id of the spreadsheet the host runs in. Another one than the link's is a copy, and refused. */
  spreadsheet: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  /** Id of the run, made by the host; with `ifEpoch` the idempotency key of an opening message. */
  run: v.pipe(v.string(), v.minLength(1), v.maxLength(100), storable),
  mapFingerprint: v.string(),
});
export type Envelope = v.InferOutput<typeof Envelope>;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * Opens an epoch: accepted only if equal to the link's, which is then incremented, so that a late opening message can
 * do nothing (I5). The same (ifEpoch, run) again replays the stored reply (I4).
 */
export const Opening = v.object({ ifEpoch: Count });

/** Goes on within an epoch: (epoch, seq) is the idempotency key; seq counts 2, 3, … after the opening message's 1. */
export const Continuing = v.object({ epoch: Count, seq: Count });
