import type { Locale } from './locale.ts';
import { partsOf } from './serial.ts';

/** The `type` of NumberFormat in the Sheets API. */
export type FormatType = 'TEXT' | 'NUMBER' | 'PERCENT' | 'CURRENCY' | 'DATE' | 'TIME' | 'DATE_TIME' | 'SCIENTIFIC';

type Part =
  | { kind: 'literal'; text: string }
  | { kind: 'digits'; text: string }
  | { kind: 'date'; text: string }
  | { kind: 'text' }
  | { kind: 'general' };

interface Section {
  parts: Part[];
  date: boolean;
  percent: number;
  thousands: boolean;
  /** `0.00E+00` */
  exponent: number | null;
  whole: string;
  fraction: string;
}

const cache = new Map<string, Section[]>();

/** Kind of a number format, read from its first section; null for automatic ('' or General). */
export function formatType(format: string | undefined): FormatType | null {
  if (!format || /^general$/i.test(format)) return null;
  const section = sectionsOf(format)[0]!;
  if (section.parts.some((part) => part.kind === 'text')) return 'TEXT';
  if (section.date) {
    const letters = section.parts
      .map((part) => (part.kind === 'date' ? part.text.replace(/[[\]]/g, '') : ''))
      .join(' ');
    const time = /[hs]|am|a\/p/i.test(letters);
    const day = /[yd]/i.test(letters) || (/m/i.test(letters) && !time);
    return day && time ? 'DATE_TIME' : time ? 'TIME' : 'DATE';
  }
  if (section.percent) return 'PERCENT';
  if (section.exponent !== null) return 'SCIENTIFIC';
  if (section.parts.some((part) => part.kind === 'literal' && /\p{Sc}/u.test(part.text))) return 'CURRENCY';
  return 'NUMBER';
}

/** Whether a number under this format is a date, a time or both: what getValues answers as a Date. */
export function isDateFormat(format: string | undefined): boolean {
  const type = formatType(format);
  return type === 'DATE' || type === 'TIME' || type === 'DATE_TIME';
}

/** Automatic format: up to ten decimals, exponents from 1E+15 on. */
export function renderGeneral(value: number, locale: Locale): string {
  if (!Number.isFinite(value)) return '#NUM!';
  const size = Math.abs(value);
  let text: string;
  if (size !== 0 && (size >= 1e15 || size < 1e-9)) {
    const [mantissa, exponent] = value.toExponential(5).split('e') as [string, string];
    const power = Number(exponent);
    text = `${String(Number(mantissa))}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  } else {
    text = plain(Number(value.toPrecision(15)), 10);
  }
  return text.replace('.', locale.decimal);
}

/** Decimal notation without exponent, at most `decimals` places, no trailing zeros. */
function plain(value: number, decimals: number): string {
  const fixed = value.toFixed(decimals);
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') || '0' : fixed;
}

/** Text of a number under a number format. */
export function renderNumber(value: number, format: string, locale: Locale): string {
  const sections = sectionsOf(format);
  const negative = value < 0 && sections.length > 1;
  const section = negative ? sections[1]! : value === 0 && sections.length > 2 ? sections[2]! : sections[0]!;
  if (section.date) return renderDate(value, section, locale);
  const shown = negative ? -value : value;
  if (section.parts.some((part) => part.kind === 'text')) return renderGeneral(shown, locale);
  return renderDigits(shown, section, locale);
}

/** Text of a text value: the section with `@`, where the format has one. */
export function renderText(value: string, format: string): string {
  const section = sectionsOf(format).find((s) => s.parts.some((part) => part.kind === 'text'));
  if (!section) return value;
  return section.parts
    .map((part) => (part.kind === 'text' ? value : part.kind === 'literal' ? part.text : ''))
    .join('');
}

function renderDigits(value: number, section: Section, locale: Locale): string {
  let sign = value < 0 ? '-' : '';
  const scaled = Math.abs(value) * 100 ** section.percent;
  const places = section.fraction.length;
  let exponentText = '';
  let fixed: string;
  if (section.exponent !== null) {
    const [mantissa, exponent] = scaled.toExponential(places).split('e') as [string, string];
    fixed = mantissa;
    const power = Number(exponent);
    exponentText = `E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(section.exponent, '0')}`;
  } else {
    fixed = roundHalfUp(scaled, places);
  }
  let [whole, fraction = ''] = fixed.split('.') as [string, string?];
  const least = section.fraction.replace(/[^0]+$/, '').length;
  while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  whole = whole.padStart([...section.whole].filter((c) => c === '0').length, '0');
  if (whole === '0' && !section.whole.includes('0')) whole = '';
  if (section.thousands) whole = whole.replace(/\B(?=(\d{3})+$)/g, locale.group);
  if (/^[0.,]*$/.test(whole + fraction)) sign = '';
  const number = whole + (fraction ? locale.decimal + fraction : '') + exponentText;
  let placed = false;
  const body = section.parts
    .map((part) => {
      if (part.kind === 'literal') return part.text;
      if (part.kind === 'general') return renderGeneral(Math.abs(value), locale);
      if (part.kind !== 'digits' || placed) return '';
      placed = true;
      return number;
    })
    .join('');
  return sign + body;
}

function roundHalfUp(value: number, places: number): string {
  // 1.005 is a little less than it looks: round the shortest decimal form, as Sheets shows it.
  const shifted = Number(`${String(value).includes('e') ? value.toFixed(20) : String(value)}e${places}`);
  return Number.isFinite(shifted) && shifted < 1e21
    ? (Math.round(shifted) / 10 ** places).toFixed(places)
    : String(value);
}

function renderDate(serial: number, section: Section, locale: Locale): string {
  const parts = partsOf(serial);
  const half = section.parts.some((part) => part.kind === 'date' && /^(am\/pm|a\/p)$/i.test(part.text));
  const two = (n: number): string => String(n).padStart(2, '0');
  return section.parts
    .map((part, index) => {
      if (part.kind === 'literal') return part.text;
      if (part.kind !== 'date') return part.kind === 'digits' ? '' : '';
      const token = part.text;
      const lower = token.toLowerCase();
      const hour = half ? parts.hour % 12 || 12 : parts.hour;
      if (lower.startsWith('[')) return elapsed(serial, lower);
      if (/^y/.test(lower)) return token.length <= 2 ? two(parts.year % 100) : String(parts.year).padStart(4, '0');
      if (/^d/.test(lower)) return dayText(parts.day, parts.weekday, token.length, locale);
      if (/^h/.test(lower)) return token.length > 1 ? two(hour) : String(hour);
      if (/^s/.test(lower)) return token.length > 1 ? two(parts.second) : String(parts.second);
      if (/^a/.test(lower)) {
        const text = lower === 'a/p' ? (parts.hour < 12 ? 'a' : 'p') : parts.hour < 12 ? 'AM' : 'PM';
        return text;
      }
      if (/^0/.test(lower)) return String(parts.millisecond).padStart(3, '0').slice(0, token.length);
      const minutes = isMinutes(section.parts, index);
      const n = minutes ? parts.minute : parts.month;
      if (token.length === 1) return String(n);
      if (token.length === 2 || minutes) return two(n);
      const name = locale.months[parts.month - 1]!;
      return token.length === 3 ? name.slice(0, 3) : token.length === 5 ? name.slice(0, 1) : name;
    })
    .join('');
}

function dayText(day: number, weekday: number, length: number, locale: Locale): string {
  if (length === 1) return String(day);
  if (length === 2) return String(day).padStart(2, '0');
  const name = locale.weekdays[weekday]!;
  return length === 3 ? name.slice(0, locale.code === 'de_DE' ? 2 : 3) : name;
}

function elapsed(serial: number, token: string): string {
  const seconds = Math.round(serial * 86_400);
  const unit = token[1] === 'h' ? 3600 : token[1] === 'm' ? 60 : 1;
  return String(Math.floor(seconds / unit)).padStart(token.length - 2, '0');
}

/** `m` next to hours or seconds means minutes. */
function isMinutes(parts: Part[], index: number): boolean {
  const near = (step: number): string => {
    for (let i = index + step; i >= 0 && i < parts.length; i += step) {
      const part = parts[i]!;
      if (part.kind === 'date') return part.text.toLowerCase().replace('[', '')[0]!;
    }
    return '';
  };
  return near(-1) === 'h' || near(1) === 's';
}

/** Splits a format into sections and those into parts; parsed once per format text. */
function sectionsOf(format: string): Section[] {
  let sections = cache.get(format);
  if (!sections) cache.set(format, (sections = splitSections(format).map(parseSection)));
  return sections;
}

function splitSections(format: string): string[] {
  return format.match(/(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\[])+/g) ?? [format];
}

const TOKEN =
  /"([^"]*)"|\\(.)|(\[(?:h+|m+|s+)\])|\[\$([^\]-]*)(?:-[^\]]*)?\]|(\[[^\]]*\])|(general)|(am\/pm|a\/p|y+|m+|d+|h+|s+(?:\.0+)?)|([0#?][0#?,]*(?:\.[0#?]+)?(?:E[+-]0+)?|\.[0#?]+)|(%)|(@)|_(.)|(.)/gi;

function parseSection(text: string): Section {
  const section: Section = {
    parts: [],
    date: false,
    percent: 0,
    thousands: false,
    exponent: null,
    whole: '',
    fraction: '',
  };
  for (const match of text.matchAll(TOKEN)) {
    const [, quoted, escaped, duration, currency, colour, general, date, digits, percent, at, skip, other] = match;
    const literal = quoted ?? escaped ?? currency ?? (skip === undefined ? undefined : ' ') ?? other;
    if (literal !== undefined) section.parts.push({ kind: 'literal', text: literal });
    else if (colour !== undefined) continue;
    else if (general !== undefined) section.parts.push({ kind: 'general' });
    else if (at !== undefined) section.parts.push({ kind: 'text' });
    else if (percent !== undefined) {
      section.percent++;
      section.parts.push({ kind: 'literal', text: '%' });
    } else if (duration !== undefined || date !== undefined) {
      section.date = true;
      const [head, millis] = (duration ?? date!).split('.') as [string, string?];
      section.parts.push({ kind: 'date', text: head });
      if (millis) section.parts.push({ kind: 'literal', text: '.' }, { kind: 'date', text: millis });
    } else if (digits !== undefined) {
      const [, body, fraction = '', exponent] = /^([0#?,]*)(?:\.([0#?]+))?(?:E[+-](0+))?$/i.exec(digits)!;
      section.thousands ||= body!.includes(',');
      section.whole += body!.replaceAll(',', '');
      section.fraction += fraction;
      if (exponent) section.exponent = exponent.length;
      section.parts.push({ kind: 'digits', text: digits });
    }
  }
  return section;
}
