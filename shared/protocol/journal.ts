import * as v from 'valibot';
import { CellSchema, CellsSchema } from './cell.ts';

/** One entry of a link's history; see drizzle/schema/journal.ts for what each operation means. */
export const HistoryEntry = v.object({
  /** Grows with time. */
  id: v.number(),
  /** ISO instant on the hub's clock. */
  at: v.string(),
  run: v.nullable(v.string()),
  op: v.picklist(['insert', 'update', 'delete', 'lost', 'held']),
  side: v.picklist(['sheet', 'table']),
  key: v.string(),
  /** Column id and its header; null for a whole row, whose cells then stand in `before` or `after` by column id. */
  column: v.nullable(v.string()),
  header: v.nullable(v.string()),
  before: v.union([CellSchema, CellsSchema]),
  after: v.union([CellSchema, CellsSchema]),
  cause: v.string(),
  actor: v.nullable(v.string()),
  /** A later entry took this one back. */
  undone: v.boolean(),
});
export type HistoryEntry = v.InferOutput<typeof HistoryEntry>;

/** GET /v1/links/:id/journal: newest first. */
export const HistoryPage = v.object({
  entries: v.array(HistoryEntry),
  /** `before` of the next page; null where this is the last one. */
  next: v.nullable(v.number()),
});
export type HistoryPage = v.InferOutput<typeof HistoryPage>;

/** What an undo would do: nothing is written. */
export const UndoPreview = v.object({
  /** Values, or rows, that would be put back; and those that stand so already. */
  undone: v.number(),
  already: v.number(),
  /** The changes it would make in the table, at most 100: whole rows have no column. */
  changes: v.array(
    v.object({
      op: v.picklist(['insert', 'update', 'delete']),
      key: v.string(),
      header: v.nullable(v.string()),
      before: CellSchema,
      after: CellSchema,
    }),
  ),
  /** What would be left as it is, and why. */
  refused: v.array(
    v.object({
      entry: v.nullable(v.number()),
      key: v.string(),
      /** Header. */
      column: v.nullable(v.string()),
      reason: v.string(),
    }),
  ),
  /** Entries that could not be tried in the time; an undo goes on to them. */
  left: v.number(),
});
export type UndoPreview = v.InferOutput<typeof UndoPreview>;
