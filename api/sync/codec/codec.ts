import type { Cell } from '../../../shared/cell.ts';
import type { StoredColumn } from '../../../drizzle/schema/index.ts';

/** What a cell becomes on its way into a column: Postgres text input, or why it can't (a sentence without a name). */
export type Encoded = { text: string | null } | { refused: string };

/** What a codec may depend on besides the value. */
export interface CodecContext {
  column: StoredColumn;
  /** IANA zone of the spreadsheet: civil times on the sheet are in it. */
  zone: string;
}

/**
 * Translates one kind of column between the sheet's cells and Postgres text. Neither function sees empty cells or NULL:
 * those are the same for every kind (see index.ts).
 */
export interface Codec {
  /** What may be typed, with an example: follows “must be”. */
  expects(column: StoredColumn): string;
  toTable(cell: Exclude<Cell, null>, context: CodecContext): Encoded;
  toSheet(text: string, context: CodecContext): Cell;
  /** Whether two texts of this kind mean the same value; by default only equal texts do. */
  sameText?(left: string, right: string, column: StoredColumn): boolean;
}

/** The column's type as it was declared, domains resolved: `numeric(12,2)`, `character varying(5)`. */
export function declaredType({ baseType, type }: StoredColumn): string {
  return baseType ?? type;
}

/** Numbers in the parentheses of a declared type: `[12, 2]` of `numeric(12,2)`. */
export function typeModifiers(column: StoredColumn): number[] {
  const found = /\((-?\d+)(?:,(-?\d+))?\)/.exec(declaredType(column));
  return found ? found.slice(1).flatMap((part: string | undefined) => (part === undefined ? [] : [Number(part)])) : [];
}
