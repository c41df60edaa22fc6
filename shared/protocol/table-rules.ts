import * as v from 'valibot';

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
});
export type TableRules = v.InferOutput<typeof TableRules>;
