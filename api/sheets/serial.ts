/** Civil time as Sheets keeps it: days since 1899-12-30, whatever the timezone. */

const DAY_MS = 86_400_000;
const DAY_ZERO = Date.UTC(1899, 11, 30);

/** `2024-02-29`, `2024-02-29T13:05:00`, or `13:05:00` below day 1; milliseconds only where there are any. */
export function serialToCivil(serial: number): string {
  // A double keeps 50,000 days to about 1e-11 days: a microsecond. Rounded to the millisecond that is exact.
  const text = new Date(DAY_ZERO + Math.round(serial * DAY_MS)).toISOString().replace(/^\+/, '').replace('Z', '');
  const [day, time] = text.split('T') as [string, string];
  const clock = time.replace(/\.000$/, '');
  if (day === '1899-12-30') return clock;
  return clock === '00:00:00' ? day : `${day}T${clock}`;
}

/** @throws RangeError for text of any other form */
export function civilToSerial(civil: string): number {
  const full = /^\d\d:/.test(civil) ? `1899-12-30T${civil}` : civil;
  const parts = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?$/.exec(full);
  if (!parts) throw new RangeError(`Not a civil time: ${civil}`);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = parts;
  const date = new Date(0);
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  return (date.getTime() - DAY_ZERO) / DAY_MS;
}
