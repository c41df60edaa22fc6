import * as v from 'valibot';
import { columnKinds } from '../mapping.ts';
import { RelatedChoice } from './options.ts';

/** GET /v1/tables/:schema/:name/rules: what a table accepts, as far as a sheet can say so beforehand. */
export const TableRules = v.object({
  columns: v.array(
    v.object({
      name: v.string(),
      /** All values it takes, where they are few: of its type or check, or the keys another table has now. */
      choices: v.nullable(v.object({ from: v.picklist(['type', 'reference']), values: v.array(v.string()) })),
      /** The column of another table whose values it takes, and the columns there that could be shown in its place. */
      refersTo: v.nullable(
        v.object({ schema: v.string(), name: v.string(), column: v.string(), labels: v.array(v.string()) }),
      ),
      /** NOT NULL, and the database has no value of its own. */
      required: v.boolean(),
      /** In characters. */
      maxLength: v.nullable(v.number()),
    }),
  ),
  /** Foreign keys, with what can be taken from the table each refers to. */
  related: v.array(RelatedChoice),
});
export type TableRules = v.InferOutput<typeof TableRules>;

/**
 * GET /v1/links/:id/rules: how the columns of a link are to look in a sheet, and what may be typed into them. For
 * everybody who may use the link.
 */
export const LinkRules = v.object({
  /** Of all that drop-downs and length rules are made from: it changes when one of them would. */
  choices: v.string(),
  columns: v.array(
    v.object({
      id: v.string(),
      header: v.string(),
      /** Of the values as they are shown: a label is text, whatever its key is. */
      kind: v.picklist(columnKinds),
      /** As `format_type` writes it. */
      type: v.string(),
      comment: v.nullable(v.string()),
      key: v.boolean(),
      hasDefault: v.boolean(),
      /** Computed by the database. */
      generated: v.boolean(),
      /** The table that a related column is taken from. */
      from: v.nullable(v.string()),
      required: v.boolean(),
      /** In characters. */
      maxLength: v.nullable(v.number()),
      /** All that it takes, as it is typed, where a drop-down can hold them. */
      choices: v.nullable(v.array(v.string())),
      /** The table that a foreign key refers to, and the column there by which it is shown. */
      refersTo: v.nullable(v.object({ name: v.string(), by: v.string() })),
    }),
  ),
});
export type LinkRules = v.InferOutput<typeof LinkRules>;
