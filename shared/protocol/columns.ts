import * as v from 'valibot';
import { directions } from '../mapping.ts';
import { tableTypes } from './table-types.ts';

/** Something that became of a linked table's or tab's columns. */
export const SchemaEvent = v.object({
  id: v.number(),
  /** ISO instant on the hub's clock. */
  at: v.string(),
  /** Who asked for it; null: noticed by a sync. */
  actor: v.nullable(v.string()),
  /** A sentence. */
  what: v.string(),
});
export type SchemaEvent = v.InferOutput<typeof SchemaEvent>;

/** GET /v1/links/:id/columns: the columns of both sides, synced or not, and what became of them so far. */
export const ColumnsInfo = v.object({
  synced: v.array(
    v.object({
      id: v.string(),
      header: v.string(),
      column: v.string(),
      type: v.string(),
      direction: v.picklist(directions),
      key: v.boolean(),
      /** Whether the table has it. */
      present: v.boolean(),
      /** Why it is left alone for now, and which side is to blame; null while it is in use. */
      suspended: v.nullable(v.string()),
      suspendedBy: v.nullable(v.picklist(['sheet', 'table'])),
    }),
  ),
  /** Synced once; the table still has them, unless it dropped them by itself. */
  retired: v.array(v.object({ header: v.string(), column: v.string(), at: v.string() })),
  /** Columns of the table that are not synced; for who is no admin only those that block. */
  unmapped: v.array(
    v.object({
      name: v.string(),
      type: v.string(),
      /** A person has said that it stays out. */
      left: v.boolean(),
      /** The table requires it, so that no new row can be added without it. */
      blocking: v.boolean(),
      generated: v.boolean(),
    }),
  ),
  /** Headers of the sheet that a person has said stay out. */
  leftHeaders: v.array(v.string()),
  /** Whether the caller may change which columns are synced. */
  mayChange: v.boolean(),
  /** Newest first, at most 50. */
  log: v.array(SchemaEvent),
});
export type ColumnsInfo = v.InferOutput<typeof ColumnsInfo>;

const Name = v.pipe(v.string(), v.minLength(1));

/**
 * POST /v1/links/:id/columns: changes which columns a running link syncs. What is added is taken up as if both sides had
 * been empty so far: each value that is there travels as an edit. What is removed stays in the table and in the sheet.
 */
export const ChangeColumnsRequest = v.object({
  add: v.optional(
    v.pipe(
      v.array(
        v.object({
          header: Name,
          /**
           * A column the table has, the type of one to be made from the header, or a column of the table that a foreign
           * key (its columns: `via`) refers to.
           */
          to: v.union([
            v.strictObject({ column: Name }),
            v.strictObject({ create: v.picklist(tableTypes) }),
            v.strictObject({ related: v.object({ via: v.array(Name), column: Name }) }),
          ]),
          direction: v.optional(v.picklist(directions), 'both'),
        }),
      ),
      v.maxLength(500),
    ),
    [],
  ),
  /** Ids. */
  remove: v.optional(v.pipe(v.array(v.string()), v.maxLength(500)), []),
  /** Not to be offered again. */
  leave: v.optional(
    v.object({
      headers: v.pipe(v.array(v.string()), v.maxLength(500)),
      columns: v.pipe(v.array(v.string()), v.maxLength(2000)),
    }),
    { headers: [], columns: [] },
  ),
});
export type ChangeColumnsRequest = v.InferInput<typeof ChangeColumnsRequest>;
