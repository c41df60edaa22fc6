import * as v from 'valibot';
import { KeySchema } from './cell.ts';

/**
 * A note for a cell, or its removal. `message` is the whole note: the hub puts NOTE_PREFIX before its sentence, a host
 * writes it as it came. `message` null heals: the note and background that were there before (`restore`) come back, if
 * the cell still carries ours.
 */
export const Mark = v.object({
  key: KeySchema,
  column: v.string(),
  message: v.nullable(v.string()),
  restore: v.optional(v.object({ note: v.string(), background: v.string() })),
});
export type Mark = v.InferOutput<typeof Mark>;

/** What stood on a marked cell before; sent with the next `ack` so that the hub can put it back when the cell heals. */
export const Marked = v.object({
  key: KeySchema,
  column: v.string(),
  /** False: the cell was not found, nothing was written; the hub sends the mark again with the row's next push. */
  done: v.boolean(),
  prior: v.object({ note: v.string(), background: v.string() }),
});
export type Marked = v.InferOutput<typeof Marked>;

/** First words of every note Tandem writes, added by the hub alone: how hub and hosts know ours from a person's. */
export const NOTE_PREFIX = 'Tandem: ';
