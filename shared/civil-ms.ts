/** Day of a time-only cell: serial 0 of a spreadsheet. */
const DAY_ZERO = '1899-12-30';

/** Years -270,554 to 274,493: a little less than JavaScript keeps, since zones and spans are added. */
const LAST = 8.6e15;

/** Whether an instant, or a civil time in milliseconds since 1970, is a date at all; a number under a date format may be none. */
export function isDateMs(ms: number): boolean {
  return Math.abs(ms) <= LAST;
}

/**
 * Milliseconds since 1970 that a clock in UTC showing this civil time would stand at; a bare time stands on 1899-12-30.
 * @throws RangeError for text that is not a civil time as in `{ date }` cells
 */
export function civilMs(civil: string): number {
  const full = /^\d\d:/.test(civil) ? `${DAY_ZERO}T${civil}` : civil;
  const parts = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?$/.exec(full);
  if (!parts) throw new RangeError(`Not a civil time: ${civil}`);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = parts;
  const date = new Date(0);
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  return date.getTime();
}
