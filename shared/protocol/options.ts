import * as v from 'valibot';
import { columnKinds, directions } from '../mapping.ts';
import { RowFilter } from '../row-filter.ts';

const Name = v.pipe(v.string(), v.minLength(1));

/** A foreign key of the linked table, with what can be taken from the table it refers to. */
export const RelatedChoice = v.object({
  /** Its columns in the linked table, by name. */
  via: v.array(v.string()),
  /** The other table, with its schema where that is not `public`. */
  table: v.string(),
  columns: v.array(v.object({ name: v.string(), type: v.string() })),
});
export type RelatedChoice = v.InferOutput<typeof RelatedChoice>;

/** GET /v1/links/:id/options: how each column travels and is shown, which rows belong on the sheet, what locks them. */
export const LinkOptions = v.object({
  kind: v.picklist(['sync', 'replace']),
  columns: v.array(
    v.object({
      id: v.string(),
      header: v.string(),
      column: v.string(),
      kind: v.picklist(columnKinds),
      key: v.boolean(),
      direction: v.picklist(directions),
      /** Directions that could be chosen; one alone where there is no choice. */
      directions: v.array(v.picklist(directions)),
      /** Foreign keys: the column of the other table that is shown in place of the key, and those that could be. */
      label: v.nullable(v.string()),
      labelChoices: v.array(v.string()),
      /** Taken from another table, read-only. */
      related: v.boolean(),
    }),
  ),
  /** Columns of the table, for the filter. */
  tableColumns: v.array(v.object({ name: v.string(), type: v.string(), kind: v.picklist(columnKinds) })),
  filter: v.nullable(RowFilter),
  /** Columns of the table that lock a row while any is true, and those that could be: true or false. */
  locks: v.array(v.string()),
  lockChoices: v.array(v.string()),
  relatedChoices: v.array(RelatedChoice),
  /** Rows that were on the sheet and have left it with the filter. */
  outside: v.number(),
});
export type LinkOptions = v.InferOutput<typeof LinkOptions>;

/** PATCH /v1/links/:id/options: what is not named stays. */
export const OptionsRequest = v.object({
  /** By column id; label null: the key itself is shown. */
  columns: v.optional(
    v.record(
      v.string(),
      v.object({
        direction: v.optional(v.picklist(directions)),
        label: v.optional(v.nullable(Name)),
      }),
    ),
  ),
  /** null: every row of the table belongs on the sheet. */
  filter: v.optional(v.nullable(RowFilter)),
  locks: v.optional(v.pipe(v.array(Name), v.maxLength(20))),
});
export type OptionsRequest = v.InferOutput<typeof OptionsRequest>;

/** GET /v1/links/:id/choices?column=c3: what may be typed into a column that refers to another table. */
export const ColumnChoices = v.object({
  /** Labels, or keys where no label is shown; in order. */
  choices: v.array(v.string()),
  /** There are more than these. */
  more: v.boolean(),
});
export type ColumnChoices = v.InferOutput<typeof ColumnChoices>;
