import { FixedOffsetZone, IANAZone } from 'luxon';
import { isDate, type Cell } from '../../../shared/cell.ts';
import { CivilTime } from '../../../shared/civil-time.ts';

/** What a cell says about a day and a time, in Postgres' spelling. */
export interface Civil {
  /** `2024-02-29`; with `bc` the year before Christ. */
  date: string;
  /** `13:05:00`, `13:05:00.25`; null where only a day was given. */
  time: string | null;
  /** `+02`, `-03:30`; null where none was given. */
  offset: string | null;
  bc: boolean;
}

const DAY = String.raw`(\d{4,6})-(\d\d)-(\d\d)`;
const CLOCK = String.raw`(\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?)`;
const OFFSET = String.raw`(Z|[+-]\d{1,2}(?::?\d\d(?::\d\d)?)?)`;
const MOMENT = new RegExp(`^(-?)${DAY}(?:[T ]${CLOCK})?(?: ?${OFFSET})?( BC)?$`, 'i');
const TIME = new RegExp(`^${CLOCK}(?: ?${OFFSET})?$`, 'i');

/** Text of a cell that is a date or was typed as text; numbers and booleans say nothing about time. */
export function civilText(cell: Cell): string {
  return isDate(cell) ? cell.date : typeof cell === 'string' ? cell.trim() : '';
}

export const INFINITE = /^[+-]?infinity$/i;

/** `infinity` as Postgres writes it. */
export function infinity(text: string): string {
  return text.startsWith('-') ? '-infinity' : 'infinity';
}

/** A day, with or without a time; null where the text is none, or names a day or a time that does not exist. */
export function parseMoment(text: string): Civil | null {
  const match = MOMENT.exec(text);
  if (!match) return null;
  const [, sign, y, month, day, clock, offset, era] = match;
  // An ISO year -0001 is 2 BC; in a cell's date form years before Christ have a sign.
  const bc = era !== undefined || sign === '-';
  const year = sign === '-' ? Number(y) + 1 : Number(y);
  if (year === 0 || (era !== undefined && sign === '-')) return null;
  if (Number(day) < 1 || Number(day) > daysIn(bc ? 1 - year : year, Number(month))) return null;
  const time = clock === undefined ? null : postgresTime(clock);
  if (clock !== undefined && time === null) return null;
  const zone = offset === undefined ? null : postgresOffset(offset);
  if (offset !== undefined && (zone === null || time === null)) return null;
  return { date: `${String(year).padStart(4, '0')}-${month}-${day}`, time, offset: zone, bc };
}

export function parseTime(text: string): { time: string; offset: string | null } | null {
  const match = TIME.exec(text);
  const time = match && postgresTime(match[1]!);
  if (!match || time === null) return null;
  const offset = match[2] === undefined ? null : postgresOffset(match[2]);
  return match[2] !== undefined && offset === null ? null : { time, offset };
}

/** Days of a month; 0 for a month that does not exist. Year 0 is 1 BC. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** `9:05` as `09:05:00`; fractions lose trailing zeros, as Postgres writes them. Null where there is no such time. */
function postgresTime(clock: string): string | null {
  const [whole = '', fraction = ''] = clock.split('.');
  const [hour = '', minute = '', second = '00'] = whole.split(':');
  const kept = fraction.replace(/0+$/, '');
  const midnight = Number(hour) === 24 && Number(minute) === 0 && Number(second) === 0 && kept === '';
  if ((Number(hour) > 23 && !midnight) || Number(minute) > 59 || Number(second) > 59) return null;
  return `${hour.padStart(2, '0')}:${minute}:${second}${kept === '' ? '' : `.${kept}`}`;
}

/** `+2`, `+0200`, `+02:00` and `Z` in Postgres' form; null beyond its 15:59:59. */
function postgresOffset(offset: string): string | null {
  if (/^z$/i.test(offset)) return '+00';
  const [, sign, hours, minutes = '00', seconds = '00'] = /^([+-])(\d{1,2}):?(\d\d)?:?(\d\d)?$/.exec(offset) ?? [];
  if (hours === undefined || Number(hours) > 15 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const tail = seconds !== '00' ? `:${minutes}:${seconds}` : minutes === '00' ? '' : `:${minutes}`;
  return `${sign}${hours.padStart(2, '0')}${tail}`;
}

/** Sheets keep milliseconds: `13:05:00.123` of `13:05:00.123456`, and no zeros that say nothing. */
export function sheetTime(time: string): string {
  const [whole = '', fraction = ''] = time.split('.');
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  return millis === '000' ? whole : `${whole}.${millis}`;
}

/** Whether a time is finer than a sheet can show. */
export const isFine = (time: string): boolean => (time.split('.')[1] ?? '').length > 3;

/** A moment as a cell. Midnight is the date alone: that is what a sheet shows for it, and how it is read back. */
export function momentCell(date: string, time: string): { date: string } {
  const shown = sheetTime(time);
  return { date: shown === '00:00:00' ? date : `${date}T${shown}` };
}

/**
 * Days that a cell can hold as a date without doubt. Before 1900 nobody could confirm that Sheets keeps dates, and
 * 1899-12-30 with a time is how it keeps a time of day; its calendar ends with the year 9999.
 */
export const isSheetYear = (year: number): boolean => year >= 1900 && year <= 9999;

const zones = new Map<string, CivilTime | null>();

/** Civil time of a zone; null where this server does not know it. */
export function zoneOf(name: string): CivilTime | null {
  let zone = zones.get(name);
  if (zone === undefined) {
    // A zone that Google does not know by name it calls "a custom time zone such as GMT-07:00".
    const fixed = FixedOffsetZone.parseSpecifier(name.replace(/^GMT/, 'UTC')) as FixedOffsetZone | null;
    const known = fixed ?? IANAZone.create(name);
    zone = known.isValid
      ? new CivilTime((instant) =>
          new Date(instant + Math.round(known.offset(instant) * 60_000)).toISOString().slice(0, -1),
        )
      : null;
    // Names come from outside: as many as there are zones, not more.
    if (zones.size < 1000) zones.set(name, zone);
  }
  return zone;
}

/**
 * Whether clocks in the spreadsheet's zone ever show this civil time. Apps Script writes and reads dates as instants, so
 * one that a clock change skips would come back as an edit nobody made.
 */
export function isShown(civil: string, zone: CivilTime): boolean {
  return zone.fromInstant(zone.toInstant(civil)) === civil;
}
