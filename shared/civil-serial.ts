import { civilMs, isDateMs } from './civil-ms.ts';

/** Civil time as Sheets keeps it: days since 1899-12-30, whatever the timezone. */

const DAY_MS = 86_400_000;
const DAY_ZERO = Date.UTC(1899, 11, 30);

/** Whether a serial is a date at all. */
export function isDateSerial(serial: number): boolean {
  return isDateMs(DAY_ZERO + serial * DAY_MS);
}

/**
 * `2024-02-29`, `2024-02-29T13:05:00`, or `13:05:00` below day 1; milliseconds only where there are any.
 * @throws RangeError for what {@link isDateSerial} refuses
 */
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
  return (civilMs(civil) - DAY_ZERO) / DAY_MS;
}
