import * as v from 'valibot';
import { CellsSchema } from './cell.ts';
import { Continuing, Envelope } from './envelope.ts';

/** Asks for `n` keys the database generates, before the rows that will carry them are written. */
export const ReserveKeysRequest = v.object({
  ...Envelope.entries,
  ...Continuing.entries,
  n: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
});
export type ReserveKeysRequest = v.InferOutput<typeof ReserveKeysRequest>;

/** `keys`: for each row the cells of the key columns that the table makes, by column id. */
export const ReserveKeysReply = v.object({ epoch: v.number(), seq: v.number(), keys: v.array(CellsSchema) });
export type ReserveKeysReply = v.InferOutput<typeof ReserveKeysReply>;
