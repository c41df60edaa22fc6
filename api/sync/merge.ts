import { isError, sameCell, type Cell } from '../../shared/cell.ts';
import type { Direction } from '../../shared/mapping.ts';
import type { Encoded } from './codec/index.ts';

/**
 * One cell of one row on both sides. Undefined for `a` or `b` is *unknown*: it differs from everything.
 * `table` and `b` are Postgres text, `sheet` and `a` cells.
 */
export interface CellSides {
  sheet: Cell;
  a: Cell | undefined;
  table: string | null;
  b: string | null | undefined;
  direction: Direction;
  /** Who stays where both moved; `ask`: neither, until a person says. */
  winner: 'sheet' | 'table' | 'ask';
  /** How this column's values translate. */
  encode(cell: Cell): Encoded;
  same(cell: Cell, text: string | null): boolean;
}

/**
 * What to do about one cell.
 * - nothing: both sides as accounted for
 * - agree: A := sheet, B := table; nothing is written
 * - toTable: write `text`; with `lost` the table's own change gives way and is journaled
 * - toSheet: offer the table's value; with `lost` the sheet's own change gives way, is journaled, A := sheet and B is
 *   unknown until the offer is settled
 * - refuse: A and B stay; the cell is told why
 * - ask: both moved; A and B stay and neither side is written until a person decides
 */
export type CellDecision =
  | { do: 'nothing' }
  | { do: 'agree' }
  | { do: 'toTable'; text: string | null; lost: boolean }
  | { do: 'toSheet'; lost: boolean }
  | { do: 'ask' }
  | { do: 'refuse'; code: 'error_value' | 'invalid_value'; message: string };

/**
 * Per-cell three-way merge against what both sides last agreed on. Pure, and free of clocks: a cell moves only where
 * its side differs from what was accounted for, so an echo has nothing to say.
 */
export function mergeCell(sides: CellSides): CellDecision {
  const { sheet, a, table, b, direction, winner } = sides;
  const sheetMoved = a === undefined || !sameCell(sheet, a);
  const tableMoved = b === undefined || table !== b;
  if (!sheetMoved && !tableMoved) return { do: 'nothing' };
  // An error is no value: unknown on the sheet's side, whatever the table says (I14). One that was accounted for is text
  // of the table that reads like an error.
  if (isError(sheet) && sheetMoved) {
    return direction === 'toSheet'
      ? { do: 'toSheet', lost: false }
      : { do: 'refuse', code: 'error_value', message: `shows ${sheet.error}. Correct the cell; until then it is held` };
  }
  if (sides.same(sheet, table)) return { do: 'agree' };

  if (direction === 'toSheet') return { do: 'toSheet', lost: sheetMoved };
  if (direction === 'toTable') {
    // The table's own change of such a column is accounted for and left until the sheet has something to say.
    return sheetMoved ? write(sides, tableMoved) : { do: 'agree' };
  }
  if (!tableMoved) return write(sides, false);
  if (!sheetMoved) return { do: 'toSheet', lost: false };
  if (winner === 'ask') return { do: 'ask' };
  return winner === 'table' ? { do: 'toSheet', lost: true } : write(sides, true);
}

function write(sides: CellSides, lost: boolean): CellDecision {
  const encoded = sides.encode(sides.sheet);
  return 'refused' in encoded
    ? { do: 'refuse', code: 'invalid_value', message: encoded.refused }
    : { do: 'toTable', text: encoded.text, lost };
}
