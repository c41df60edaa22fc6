import type { PutBack, SheetReading } from './effects.ts';

type Columns = SheetReading['columns'];

/** Whether two looks at a tab found the same columns in the same places. */
export function sameColumns(left: Columns, right: Columns): boolean {
  return left.length === right.length && left.every((column, index) => isSame(column, right[index]!));
}

/** Whether no column has moved between two looks, of which one may be at the headers alone. */
export function standAsBefore(before: Columns, now: Columns): boolean {
  return sameColumns(withoutBareEnd(before), withoutBareEnd(now));
}

/**
 * Where the column that stood at a position stands now: there, while no column has moved; else where its mark and its
 * header are, if they stood above one column alone and do so now. Null where nothing tells.
 */
export function columnNow(before: Columns, position: number, now: Columns): number | null {
  if (standAsBefore(before, now)) return position;
  const [was, is] = [withoutBareEnd(before), withoutBareEnd(now)];
  const column = was[position - 1];
  if (column === undefined) return null;
  const at = (columns: Columns) => columns.flatMap((one, index) => (isSame(one, column) ? [index + 1] : []));
  const found = at(is);
  return at(was).length === 1 && found.length === 1 ? found[0]! : null;
}

/** The cells to put back where their columns stand now; those whose column nothing tells are left out. */
export function inColumnsNow(cells: readonly PutBack[], before: Columns, now: Columns): PutBack[] {
  return cells.flatMap((cell) => {
    const position = columnNow(before, cell.position, now);
    return position === null ? [] : [{ ...cell, position }];
  });
}

function isSame(left: Columns[number], right: Columns[number]): boolean {
  return left.header === right.header && left.id === right.id;
}

/** A look at the headers alone does not see how far columns without one go. */
function withoutBareEnd(columns: Columns): Columns {
  const ends = columns.map(({ header, id }, index) => (header !== '' || id !== null ? index + 1 : 0));
  return columns.slice(0, Math.max(0, ...ends));
}
