import { isDate, isError, type Cell } from '../../shared/cell.ts';
import type { TableType } from '../../shared/protocol/table-types.ts';

/** What would become of a cell in a column of a type: kept as it is, told apart from what it was, or refused. */
export type Fit = 'kept' | 'altered' | 'refused';

/** A sheet keeps 15 digits of a number: from here on some may be lost already. */
const LONG_NUMBER = 1e15;

const WHOLE = /^[+-]?\d{1,18}(\.0*)?$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
const DAY = /^\d{4}-(\d\d)-(\d\d)$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?))?$/;
const CLOCK = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/;
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const YES_NO = /^(true|false|1|0)$/i;

/** `007`, which as a number would be another text. `0` and `0.5` are what they say. */
const LEADING_ZERO = /^[+-]?0\d/;

export function hasLeadingZeros(cell: Cell): cell is string {
  return typeof cell === 'string' && LEADING_ZERO.test(cell.trim());
}

export function isLongNumber(cell: Cell): cell is number {
  return typeof cell === 'number' && Math.abs(cell) >= LONG_NUMBER;
}

/**
 * Judges a filled cell for a type of column that Tandem makes, as the hub will: a person sees what a type would refuse
 * before there is a table. Where the hub takes more (`infinity`, years before Christ) this says refused; a test holds
 * the two together. An error is no value: it waits, whatever the type.
 */
export function fitOf(type: TableType, cell: Exclude<Cell, null>): Fit {
  if (isError(cell)) return 'kept';
  const text = typeof cell === 'string' ? cell.trim() : isDate(cell) ? cell.date : null;
  switch (type) {
    case 'text':
      return isLongNumber(cell) ? 'refused' : 'kept';
    case 'bigint':
      if (typeof cell === 'number') return Number.isInteger(cell) && !isLongNumber(cell) ? 'kept' : 'refused';
      return textFit(cell, WHOLE);
    case 'numeric':
      return typeof cell === 'number' ? 'kept' : textFit(cell, DECIMAL);
    case 'boolean':
      return typeof cell === 'boolean' || (!isDate(cell) && YES_NO.test(String(cell).trim())) ? 'kept' : 'refused';
    case 'date': {
      const match = text === null ? null : MOMENT.exec(text);
      return match && isDay(match[1]!) && (match[2] ?? '00:00').replace(/[0:.]/g, '') === '' ? 'kept' : 'refused';
    }
    case 'timestamp': {
      const match = text === null ? null : MOMENT.exec(text);
      return match && isDay(match[1]!) && (match[2] === undefined || CLOCK.test(match[2])) ? 'kept' : 'refused';
    }
    case 'time':
      return text !== null && CLOCK.test(text) ? 'kept' : 'refused';
    case 'uuid':
      return typeof cell === 'string' && UUID.test(cell.trim()) ? 'kept' : 'refused';
  }
}

function textFit(cell: Exclude<Cell, null>, pattern: RegExp): Fit {
  if (typeof cell !== 'string' || !pattern.test(cell.trim())) return 'refused';
  return hasLeadingZeros(cell) ? 'altered' : 'kept';
}

function isDay(text: string): boolean {
  const match = DAY.exec(text);
  if (!match || text.startsWith('0000')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(match[2]);
}
