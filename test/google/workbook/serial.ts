import { DateTime } from 'luxon';

/**
 * Dates as Sheets keeps them: days since 1899-12-30, the time as the fraction of the day. Wall clock of the
 * spreadsheet's time zone; no zone is applied here.
 */
const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1899, 11, 30);

export interface DateParts {
  year: number;
  /** 1–12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** 0 = Sunday */
  weekday: number;
}

/** Serial of a wall-clock date, or null when there is no such day (2023-02-30) or time (25:00). */
export function serialOf(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  millisecond = 0,
): number | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  const ms = new Date(Date.UTC(2000, month - 1, day)).setUTCFullYear(year, month - 1, day);
  const date = new Date(ms);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1) return null;
  return (ms - EPOCH_MS) / DAY_MS + (hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond) / DAY_MS;
}

/** The wall-clock parts of a serial, rounded to the millisecond. */
export function partsOf(serial: number): DateParts {
  const date = new Date(EPOCH_MS + Math.round(serial * DAY_MS));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
  };
}

/** Serial of the wall clock that `zone` shows at an instant (ms since 1970 UTC); the zone may be a fixed one, `GMT-07:00`. */
export function serialAt(instant: number, zone: string): number {
  const { offset } = DateTime.fromMillis(instant, { zone: zone.replace(/^GMT(?=[+-])/, 'UTC') });
  return (instant + offset * 60_000 - EPOCH_MS) / DAY_MS;
}
