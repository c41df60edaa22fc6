/** What a cell holds, as in Sheets. A date is a number (see serial.ts) whose number format is a date format. */
export type Value = null | number | string | boolean | CellError;

/** An error value such as `#REF!`. Never equal to the text `#REF!`. */
export interface CellError {
  readonly error: ErrorCode;
}

export type ErrorCode = '#NULL!' | '#DIV/0!' | '#VALUE!' | '#REF!' | '#NAME?' | '#NUM!' | '#N/A' | '#ERROR!';

const errors = new Map<ErrorCode, CellError>();

/** The one shared object of an error code. */
export function errorValue(code: ErrorCode): CellError {
  let error = errors.get(code);
  if (!error) errors.set(code, (error = Object.freeze({ error: code })));
  return error;
}

export function isError(value: unknown): value is CellError {
  return typeof value === 'object' && value !== null && 'error' in value;
}

/** Equality of cell contents: numbers by value, errors by code. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  return isError(a) && isError(b) && a.error === b.error;
}

const rank = (value: Value): number =>
  typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : typeof value === 'boolean' ? 2 : 3;

/**
 * Order of a sort in Sheets: numbers (dates among them), then text without regard to case, then FALSE, TRUE, then
 * errors; a descending sort turns that round. Blanks are not compared: they come last in either direction.
 */
export function compareValues(a: Value, b: Value): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return 0;
}

const collator = new Intl.Collator('en', { sensitivity: 'accent' });
