import type { Locale } from './locale.ts';
import { partsOf, serialOf } from './serial.ts';

export interface ParsedDate {
  serial: number;
  numberFormat: string;
}

/**
 * Reads dates, times and both as Sheets reads typed input, or answers null.
 * `today` (a serial) gives the year that a date without one belongs to.
 */
export function parseDate(text: string, locale: Locale, today: () => number): ParsedDate | null {
  if (text.length > 40 || !/\d/.test(text)) return null;
  const time = parseTime(text);
  if (time) return time;
  const whole = parseDay(text, locale, today);
  if (whole) return whole;
  // An ISO timestamp with `T` is text to Sheets.
  const split = /^(.*\S)\s+(\d{1,2}:\d{2}.*)$/.exec(text);
  if (!split) return null;
  const day = parseDay(split[1]!.replace(/,$/, ''), locale, today);
  const clock = parseTime(split[2]!);
  if (!day || !clock || clock.serial >= 1) return null;
  return { serial: day.serial + clock.serial, numberFormat: `${day.numberFormat} ${clock.numberFormat}` };
}

/** `3:04`, `13:04:05.250`, `3:04 PM`; more than 24 hours is a duration. */
function parseTime(text: string): ParsedDate | null {
  const match = /^(\d{1,4}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?\s*(am|pm|a|p)?$/i.exec(text);
  if (!match) return null;
  const [, h, m, s, fraction, half] = match;
  let hour = Number(h);
  const minute = Number(m);
  const second = Number(s ?? 0) + Number(fraction ?? 0);
  if (minute > 59 || second >= 60) return null;
  const seconds = s === undefined ? '' : ':ss';
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
    return { serial: (hour * 3600 + minute * 60 + second) / 86_400, numberFormat: `h:mm${seconds} AM/PM` };
  }
  const serial = (hour * 3600 + minute * 60 + second) / 86_400;
  if (hour > 23) return { serial, numberFormat: `[h]:mm${seconds}` };
  return { serial, numberFormat: `${h!.length > 1 ? 'HH' : 'h'}:mm${seconds}` };
}

function parseDay(text: string, locale: Locale, today: () => number): ParsedDate | null {
  return parseIso(text) ?? parseNumeric(text, locale, today) ?? parseNamed(text, locale, today);
}

function dated(year: number, month: number, day: number, numberFormat: string): ParsedDate | null {
  if (year < 1900 && year > 99) return year < 1 ? null : answer(serialOf(year, month, day), numberFormat);
  return answer(serialOf(fullYear(year), month, day), numberFormat);
}

function answer(serial: number | null, numberFormat: string): ParsedDate | null {
  return serial === null ? null : { serial, numberFormat };
}

/** Two-digit years: 00–29 are 2000s, 30–99 are 1900s. */
function fullYear(year: number): number {
  return year > 99 ? year : year < 30 ? 2000 + year : 1900 + year;
}

/** Year first, whatever the locale: `2020-01-31`, `2020/1/31`. */
function parseIso(text: string): ParsedDate | null {
  const match = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (!match) return null;
  const [, year, separator, month, day] = match;
  const padded = month!.length === 2 && day!.length === 2;
  const format = padded ? ['yyyy', 'MM', 'dd'] : ['yyyy', 'M', 'd'];
  return dated(Number(year), Number(month), Number(day), format.join(separator));
}

/** `1/31/2020`, `1-2`, `31.01.2020`, in the order of the locale. */
function parseNumeric(text: string, locale: Locale, today: () => number): ParsedDate | null {
  const match = /^(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(\.?)$/.exec(text);
  if (!match) return null;
  const [, first, separator, second, year, tail] = match;
  const german = locale.dateOrder === 'dmy';
  if (!(locale.dateSeparators + (german ? '/-' : '')).includes(separator!)) return null;
  if (tail && !(german && separator === '.' && year === undefined)) return null;
  const [day, month] = german ? [first!, second!] : [second!, first!];
  const d = german && day.length === 2 ? 'dd' : 'd';
  const m = german && month.length === 2 ? 'MM' : 'M';
  const parts = german ? [d, m] : ['M', 'd'];
  if (year !== undefined) parts.push(year.length === 2 ? 'yy' : 'yyyy');
  const format = year?.length === 4 && separator === locale.dateSeparators[0] && !german ? locale.dateFormat : null;
  const numericYear = year === undefined ? partsOf(today()).year : Number(year);
  return dated(numericYear, Number(month), Number(day), format ?? parts.join(separator) + tail);
}

/** `Jan 31, 2020`, `31 January 2020`, `31-Jan-20`, `31. Januar 2020`; also without the year or the day. */
function parseNamed(text: string, locale: Locale, today: () => number): ParsedDate | null {
  const monthFirst = /^(\p{L}{3,})\.?\s+(\d{1,2})(?:(?:,\s*|\s+)(\d{4}))?$/u.exec(text);
  const dayFirst = /^(\d{1,2})\.?[\s-]+(\p{L}{3,})\.?(?:[\s,-]+(\d{4}|\d{2}))?$/u.exec(text);
  const monthOnly = /^(\p{L}{3,})\.?\s+(\d{4})$/u.exec(text);
  const [name, day, year] = monthFirst
    ? [monthFirst[1]!, monthFirst[2]!, monthFirst[3]]
    : dayFirst
      ? [dayFirst[2]!, dayFirst[1]!, dayFirst[3]]
      : [monthOnly?.[1] ?? '', '1', monthOnly?.[2]];
  if (!name) return null;
  const month = locale.months.findIndex((m) => {
    const [full, given] = [m.toLowerCase(), name.toLowerCase()];
    return full === given || full.slice(0, 3) === given;
  });
  if (month < 0) return null;
  const long = name.length > 3 ? 'MMMM' : 'MMM';
  const yearPart = year === undefined ? '' : year.length === 2 ? 'yy' : 'yyyy';
  const format = monthOnly
    ? `${long} yyyy`
    : monthFirst
      ? `${long} d${yearPart && `, ${yearPart}`}`
      : ['d', long, ...(yearPart ? [yearPart] : [])].join(text.includes('-') ? '-' : ' ');
  return dated(year === undefined ? partsOf(today()).year : Number(year), month + 1, Number(day), format);
}
