import * as v from 'valibot';
import { CellSchema, KeySchema } from './cell.ts';

/** A database change on its way to the sheet. At most one live per row. */
export const Offer = v.object({
  id: v.string(),
  key: KeySchema,
  kind: v.picklist(['update', 'insert', 'delete', 'rekey']),
  /**
   * update: the cells to write; `base` is what the cell must still show. insert: every column, base null, and the key
   * must be absent from the sheet. delete: every column, `base` the whole row, value null. rekey: the key columns, back to
   * a former key, which must be absent from the sheet.
   */
  cells: v.array(v.object({ column: v.string(), base: CellSchema, value: CellSchema })),
  /**
   * delete: the row goes to the archive tab first, under its key and this ISO instant. However often it is offered, it
   * stands there once.
   */
  archive: v.optional(v.string()),
});
export type Offer = v.InferOutput<typeof Offer>;

/**
 * What became of an offered cell.
 * - applied: written; `readback` is what the cell shows now
 * - changed: the cell no longer showed its base, nothing was written
 * - formula: the cell holds a formula or is part of one's result, nothing was written (I14)
 * - protected, invalid: Sheets refused the write, or to delete the row (protected range; data validation, or as `reason` says)
 * - unsafe: the value became something else (a formula) and was taken back at once (I17)
 * - unkept: the archive tab could not take the row, so it was not deleted
 * - gone: the row or the column is not there (update, delete), or the key is already there (insert)
 * - misplaced: another key stands in the row that was written; put back where still untouched (I3)
 */
export const cellOutcomes = [
  'applied',
  'changed',
  'formula',
  'protected',
  'invalid',
  'unsafe',
  'unkept',
  'gone',
  'misplaced',
] as const;
export type CellOutcome = (typeof cellOutcomes)[number];

/**
 * What became of an offer. For insert and delete every cell has the same outcome unless Sheets refused some. A deleted
 * row's cells in columns that are not synced stand here, too, as far as they showed anything: `readback` is what went.
 */
export const OfferResult = v.object({
  offer: v.string(),
  cells: v.record(
    v.string(),
    v.object({ outcome: v.picklist(cellOutcomes), readback: CellSchema, reason: v.optional(v.string()) }),
  ),
});
export type OfferResult = v.InferOutput<typeof OfferResult>;
