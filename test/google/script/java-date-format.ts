import { DateTime } from 'luxon';
import { ServiceError } from './service-error.ts';

/**
 * Dates by patterns of java.text.SimpleDateFormat, which Utilities.formatDate and parseDate take. luxon does the time
 * zones; its tokens differ from Java's in the letters mapped here.
 */
const TOKEN = /'([^']|'')*'|''|([A-Za-z])\2*|[^A-Za-z']+/g;

function checkZone(zone: string): string {
  const fixed = /^GMT([+-]\d{1,2}):?(\d{2})?$/.exec(zone);
  if (fixed) return `UTC${fixed[1]}${fixed[2] ? `:${fixed[2]}` : ''}`;
  if (!DateTime.utc().setZone(zone).isValid)
    throw new ServiceError(`Invalid argument: timeZone. Should be of type: String`);
  return zone;
}

export function formatDate(ms: number, zone: string, pattern: string): string {
  const time = DateTime.fromMillis(ms, { zone: checkZone(zone), locale: 'en-US' });
  return pattern.replace(TOKEN, (token) => {
    if (token === "''") return "'";
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (!/^[A-Za-z]/.test(token)) return token;
    return formatToken(time, token);
  });
}

function formatToken(time: DateTime, token: string): string {
  const n = token.length;
  const pad = (value: number): string => String(value).padStart(n, '0');
  switch (token[0]) {
    case 'G':
      return time.year > 0 ? 'AD' : 'BC';
    case 'y':
      return n === 2 ? String(time.year % 100).padStart(2, '0') : pad(time.year);
    case 'Y':
      return pad(time.localWeekYear);
    case 'M':
    case 'L':
      return n >= 4 ? time.toFormat('LLLL') : n === 3 ? time.toFormat('LLL') : pad(time.month);
    case 'w':
      return pad(time.localWeekNumber);
    case 'D':
      return pad(time.ordinal);
    case 'd':
      return pad(time.day);
    case 'E':
      return time.toFormat(n >= 4 ? 'EEEE' : 'EEE');
    case 'u':
      return pad(time.weekday);
    case 'a':
      return time.hour < 12 ? 'AM' : 'PM';
    case 'H':
      return pad(time.hour);
    case 'k':
      return pad(time.hour === 0 ? 24 : time.hour);
    case 'K':
      return pad(time.hour % 12);
    case 'h':
      return pad(time.hour % 12 === 0 ? 12 : time.hour % 12);
    case 'm':
      return pad(time.minute);
    case 's':
      return pad(time.second);
    case 'S':
      return pad(time.millisecond);
    case 'z':
      return time.offset === 0 && /^(UTC|GMT|Etc\/)/.test(time.zoneName ?? '')
        ? 'GMT'
        : time.toFormat(n >= 4 ? 'ZZZZZ' : 'ZZZZ');
    case 'Z':
      return time.toFormat('ZZZ');
    case 'X':
      return time.offset === 0
        ? 'Z'
        : time.toFormat(n === 1 ? 'ZZ' : n === 2 ? 'ZZZ' : 'ZZ').slice(0, n === 1 ? 3 : undefined);
    default:
      throw new ServiceError(`Invalid argument: format. Illegal pattern character '${token[0]}'`);
  }
}

/** Java letters → luxon's, where a number of them means the same. */
const LUXON: Record<string, string> = {
  y: 'y',
  M: 'L',
  d: 'd',
  H: 'H',
  h: 'h',
  m: 'm',
  s: 's',
  S: 'S',
  a: 'a',
  E: 'E',
  D: 'o',
};

export function parseDate(text: string, zone: string, pattern: string): number {
  const format = pattern.replace(TOKEN, (token) => {
    if (token === "''") return "''";
    if (token.startsWith("'") || !/^[A-Za-z]/.test(token)) return token;
    if (token[0] === 'Z') return 'ZZZ';
    if (token[0] === 'X') return 'ZZ';
    if (token[0] === 'z') return 'z';
    const letter = LUXON[token[0]!];
    if (!letter) throw new ServiceError(`Invalid argument: format. Illegal pattern character '${token[0]}'`);
    if (letter === 'y') return token.length === 2 ? 'yy' : token.length === 4 ? 'yyyy' : 'y';
    if (letter === 'S') return token.length === 3 ? 'SSS' : 'S';
    if (letter === 'a') return 'a';
    if (letter === 'E') return token.length >= 4 ? 'EEEE' : 'EEE';
    return letter.repeat(letter === 'L' ? token.length : Math.min(token.length, 2));
  });
  // Java reads fractional zones in any of these spellings; a bare "Z" means UTC.
  const normal = format.includes('ZZ') ? text.replace(/Z$/, format.endsWith('ZZZ') ? '+0000' : '+00:00') : text;
  const time = DateTime.fromFormat(normal, format, { zone: checkZone(zone), locale: 'en-US' });
  if (!time.isValid) throw new ServiceError(`Invalid argument: date. Unparseable date: "${text}"`);
  return time.toMillis();
}
