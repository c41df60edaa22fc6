import { isBlank, isError, sameCell, type Cell } from '../../../shared/cell.ts';
import type { ColumnKind } from '../../../shared/mapping.ts';
import type { StoredColumn } from '../../../drizzle/schema/index.ts';
import type { Codec, Encoded } from './codec.ts';
import { dateCodec, intervalCodec, timeCodec, timestampCodec, timetzCodec } from './dates.ts';
import { jsonCodec } from './json.ts';
import { arrayCodec, bitsCodec, bytesCodec, enumCodec, networkCodec, rangeCodec, uuidCodec } from './literals.ts';
import { decimalCodec, floatCodec, integerCodec, moneyCodec } from './numbers.ts';
import { booleanCodec, otherCodec, textCodec } from './texts.ts';
import { timestamptzCodec } from './timestamptz.ts';

export type { Encoded } from './codec.ts';

/** One codec a kind; a kind without one does not compile. docs/types.md has a row for each. */
export const codecs: Record<ColumnKind, Codec> = {
  text: textCodec,
  citext: textCodec,
  integer: integerCodec,
  decimal: decimalCodec,
  money: moneyCodec,
  float: floatCodec,
  boolean: booleanCodec,
  date: dateCodec,
  time: timeCodec,
  timetz: timetzCodec,
  timestamp: timestampCodec,
  timestamptz: timestamptzCodec,
  interval: intervalCodec,
  uuid: uuidCodec,
  json: jsonCodec,
  bytes: bytesCodec,
  network: networkCodec,
  bits: bitsCodec,
  array: arrayCodec,
  enum: enumCodec,
  range: rangeCodec,
  other: otherCodec,
};

const isText = ({ kind }: StoredColumn): boolean => kind === 'text' || kind === 'citext';

/**
 * What an emptied cell of the column becomes in the table: as a person chose, or NULL, but the empty text in a text
 * column that takes no NULL and has no default to fall back on.
 */
export function emptyText(column: StoredColumn): '' | null {
  if (!isText(column)) return null;
  if (column.empty !== undefined) return column.empty === 'blank' ? '' : null;
  return column.notNull && !column.hasDefault ? '' : null;
}

/** Postgres text for a cell. Errors are refused before anything asks here (I14). */
export function toTable(column: StoredColumn, cell: Cell, zone: string): Encoded {
  if (isBlank(cell) || cell === null) return { text: emptyText(column) };
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
  return encoded.text === text || (codecs[column.kind].sameText?.(encoded.text, text, column) ?? false);
}

/** What may be typed into the column, with an example: `must be …`. For values that only the database could judge. */
export function expectation(column: StoredColumn): string {
  return `must be ${codecs[column.kind].expects(column)}`;
}
