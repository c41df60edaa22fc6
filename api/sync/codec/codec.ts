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
  toTable(cell: Exclude<Cell, null>, context: CodecContext): Encoded;
  toSheet(text: string, context: CodecContext): Cell;
  /** Whether two texts of this kind mean the same value; by default only equal texts do. */
  sameText?(left: string, right: string): boolean;
}
