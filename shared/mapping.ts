import * as v from 'valibot';
import { cellHash } from './digest.ts';

/**
 * What kind of values a mapped column holds, as far as a host needs to know it: to canonicalise keys and to decide how a
 * value is written so that Sheets does not reinterpret it. The database's own type stays with the hub.
 */
export const columnKinds = [
  'text',
  'citext',
  'integer',
  'decimal',
  'money',
  'float',
  'boolean',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'json',
  'bytes',
  'network',
  'bits',
  'array',
  'enum',
  'range',
  'other',
] as const;
export type ColumnKind = (typeof columnKinds)[number];

/** Whether the sheet only ever shows values of the kind: nobody could tell a slip from a value of an unknown type. */
export function isReadOnlyKind(kind: ColumnKind): boolean {
  return kind === 'other';
}

/** Which way values of a column travel. */
export const directions = ['both', 'toTable', 'toSheet'] as const;
export type Direction = (typeof directions)[number];

/** One column of a tab tied to one column of a table. */
export const MappedColumn = v.object({
  /** Stable id, also the value of the developer metadata on the sheet's column: `c1`, `c2`, … */
  id: v.string(),
  /** Header text last seen above the column. For finding a column whose metadata was lost, and for messages. */
  header: v.string(),
  /** Name of the table's column. */
  column: v.string(),
  kind: v.picklist(columnKinds),
  direction: v.picklist(directions),
  /** Part of the row key. Key columns are compared in mapping order. */
  key: v.boolean(),
  /** Key column that the table fills by itself (identity, sequence, generated id): a row without one gets one reserved. */
  madeByTable: v.optional(v.boolean()),
  /** A new row is not complete while this cell is empty (NOT NULL without default). */
  required: v.boolean(),
  /** Why the column is left alone on both sides for now (I13); absent while it is in use. */
  suspended: v.optional(v.string()),
});
export type MappedColumn = v.InferOutput<typeof MappedColumn>;

/** The columns of a link, in the order that row hashes and composite keys use. */
export const Mapping = v.object({
  /** The whole tab takes the place of the table's contents; absent for a link that syncs row by row. */
  kind: v.optional(v.picklist(['replace'])),
  fingerprint: v.string(),
  columns: v.array(MappedColumn),
});
export type Mapping = v.InferOutput<typeof Mapping>;

/** Columns that are in use: not suspended. */
export function activeColumns(mapping: Mapping): MappedColumn[] {
  return mapping.columns.filter((column) => column.suspended === undefined);
}

export function keyColumns(mapping: Mapping): MappedColumn[] {
  return mapping.columns.filter((column) => column.key);
}

/**
 * Identity of a mapping as the protocol sees it: column ids, kinds, directions, key and suspension; not header text and
 * not positions, so renaming or moving a column changes nothing.
 */
export function mappingFingerprint(columns: readonly MappedColumn[]): string {
  return cellHash(
    columns
      .map((c) =>
        [
          c.id,
          c.column,
          c.kind,
          c.direction,
          c.key ? (c.madeByTable ? 'made' : 'k') : '',
          c.suspended === undefined ? '' : 'off',
        ].join(':'),
      )
      .join('|'),
  );
}
