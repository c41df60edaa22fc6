import type { Caller } from '../context.ts';
import type { LinkRecord } from '../links/link-record.ts';
import type { ShapeColumn, TableShape } from '../links/table-shape.ts';

/**
 * Columns of the linked table that a caller may be told of and may choose for its filter, locks and deleted rows.
 *
 * An admin decides what of the database a tab shows. Everybody else who may see the link, its creator included once they
 * are no admin any more, works with the columns that it syncs and those that were chosen for it so far: a filter on
 * another column would tell its values row by row, and a soft delete would write it.
 */
export function knownColumns(caller: Caller, link: LinkRecord, { columns }: TableShape): ShapeColumn[] {
  if (caller.admin) return columns;
  const known = new Set([
    ...link.columns.flatMap(({ attnum, related }) => (related === undefined ? [attnum] : [])),
    ...(link.filter?.conditions ?? []).map(({ attnum }) => attnum),
    ...link.lockAttnums,
    ...(link.softDeleteAttnum === null ? [] : [link.softDeleteAttnum]),
  ]);
  return columns.filter(({ attnum }) => known.has(attnum));
}

/** What a person reads who names a column that is not among them; whether the table has it is not told. */
export const onlyShown = (name: string): string =>
  `This tab shows no column "${name}". Only an admin can choose other columns of the table.`;
