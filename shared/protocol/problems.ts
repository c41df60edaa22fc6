import * as v from 'valibot';
import { CellSchema } from './cell.ts';

/**
 * Why a row needs a person.
 * - conflict: a cell was changed on both sides and the policy asks
 * - refused: the table did not take a value
 * - missing: a complete scan did not find the row
 * - removed: the table deleted many rows at once, and the sheet still has them
 * - renamed: the key was perhaps edited
 * - held: neither side is touched, for another reason (`code` of the row says which)
 * - unfinished: a new row lacks cells that the table requires; it is perhaps still being typed
 */
export const problemKinds = ['conflict', 'refused', 'missing', 'removed', 'renamed', 'held', 'unfinished'] as const;
export type ProblemKind = (typeof problemKinds)[number];

/** A cell of such a row with a reason of its own. */
export const ProblemCell = v.object({
  /** Id of the column, and its header. */
  column: v.string(),
  header: v.string(),
  code: v.string(),
  message: v.string(),
  /** What the sheet shows; with code `conflict` also what the table has. */
  sheet: CellSchema,
  table: v.optional(CellSchema),
  /** A person has said which one stays; the next sync carries it out. */
  decided: v.optional(v.picklist(['sheet', 'table'])),
});
export type ProblemCell = v.InferOutput<typeof ProblemCell>;

export const ProblemRow = v.object({
  key: v.string(),
  kind: v.picklist(problemKinds),
  code: v.string(),
  message: v.string(),
  /** Header of the column to blame; null for the row as a whole. */
  column: v.nullable(v.string()),
  cells: v.array(ProblemCell),
  /** What the row held when it was last in step, to know it by: at most four cells. */
  values: v.array(v.object({ header: v.string(), value: CellSchema })),
});
export type ProblemRow = v.InferOutput<typeof ProblemRow>;

/** GET /v1/links/:id/problems: those that came last first. */
export const ProblemList = v.object({
  problems: v.array(ProblemRow),
  /** Keys that stand in several rows, at the last scan; `original` is the row that goes on syncing, if that can be told. */
  duplicates: v.array(v.object({ key: v.string(), rows: v.array(v.number()), original: v.nullable(v.number()) })),
  /** Rows without a usable key, at the last scan. */
  blankKeys: v.array(v.object({ row: v.number(), reason: v.string() })),
  /** How many of each there are; of the lists only the first are told. A scan tells TOLD_BLANK_KEYS (limits.ts) at most. */
  keyCounts: v.object({ duplicates: v.number(), blankKeys: v.number() }),
  /** `after` of the next page; null where this is the last one. */
  next: v.nullable(v.string()),
  counts: v.object(
    Object.fromEntries(problemKinds.map((kind) => [kind, v.number()])) as Record<
      ProblemKind,
      v.NumberSchema<undefined>
    >,
  ),
});
export type ProblemList = v.InferOutput<typeof ProblemList>;
