import { isBlank, isError, sameCell, type Cell } from '../../../shared/cell.ts';
import type { ColumnKind } from '../../../shared/mapping.ts';
import type { StoredColumn } from '../../../drizzle/schema/index.ts';
import type { Codec, Encoded } from './codec.ts';
import { dateCodec, timeCodec, timestampCodec, timestamptzCodec } from './dates.ts';
import { decimalCodec, floatCodec, integerCodec } from './numbers.ts';
import { booleanCodec, jsonCodec, otherCodec, textCodec, uuidCodec } from './texts.ts';

export type { Encoded } from './codec.ts';

/** One codec a kind; a kind without one does not compile. */
const codecs: Record<ColumnKind, Codec> = {
  text: textCodec,
  citext: textCodec,
  integer: integerCodec,
  decimal: decimalCodec,
  float: floatCodec,
  boolean: booleanCodec,
  date: dateCodec,
  time: timeCodec,
  timestamp: timestampCodec,
  timestamptz: timestamptzCodec,
  uuid: uuidCodec,
  json: jsonCodec,
  other: otherCodec,
};

const isText = (column: StoredColumn): boolean => column.kind === 'text' || column.kind === 'citext';

/**
 * Postgres text for a cell. An empty cell is NULL, or the empty text where a text column takes no NULL. Errors are
 * refused before anything asks here (I14).
 */
export function toTable(column: StoredColumn, cell: Cell, zone: string): Encoded {
  if (isBlank(cell) || cell === null) {
    return { text: isText(column) && column.notNull && !column.hasDefault ? '' : null };
  }
  if (isError(cell)) return { refused: `shows ${cell.error}` };
  return codecs[column.kind].toTable(cell, { column, zone });
}

/** The cell that shows a column's text on the sheet. NULL and the empty text are both an empty cell. */
export function toSheet(column: StoredColumn, text: string | null, zone: string): Cell {
  if (text === null || text === '') return null;
  const cell = codecs[column.kind].toSheet(text, { column, zone });
  return cell === '' ? null : cell;
}

/** Whether a cell and a table's text are one value: nothing needs to be written either way. */
export function sameValue(column: StoredColumn, cell: Cell, text: string | null, zone: string): boolean {
  if (isError(cell)) return false;
  if (sameCell(toSheet(column, text, zone), cell)) return true;
  if (text === null) return false;
  const encoded = toTable(column, cell, zone);
  if ('refused' in encoded || encoded.text === null) return false;
  return encoded.text === text || (codecs[column.kind].sameText?.(encoded.text, text) ?? false);
}
