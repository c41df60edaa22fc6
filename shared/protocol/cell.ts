import * as v from 'valibot';
import { CELL_CHARS } from '../limits.ts';
import type { Cell } from '../cell.ts';
import { unstorable } from '../text-format.ts';

/** Schema of {@link Cell}. Numbers must be finite; text is at most what a cell holds. */
export const CellSchema: v.GenericSchema<Cell> = v.union([
  v.null(),
  v.boolean(),
  v.pipe(v.number(), v.finite()),
  v.pipe(v.string(), v.maxLength(CELL_CHARS)),
  v.strictObject({
    date: v.pipe(
      v.string(),
      v.regex(/^(-?\d{4,6}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?|\d\d:\d\d:\d\d(\.\d{1,6})?)$/),
    ),
  }),
  v.strictObject({ error: v.pipe(v.string(), v.maxLength(200)) }),
]);

/** Cells of a row by column id. */
export const CellsSchema = v.record(v.string(), CellSchema);

/** 16 hex digits: see digest.ts. */
export const HashSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** Of a text that the hub keeps as it is. */
export const storable = v.check((text: string) => !unstorable(text), 'text without a NUL or half a character');

/** Canonical row key: see row-key.ts. */
export const KeySchema = v.pipe(v.string(), v.minLength(1), v.maxLength(CELL_CHARS), storable);

/** IANA name of a spreadsheet's timezone. */
export const TimeZoneSchema = v.pipe(v.string(), v.maxLength(100), storable);
