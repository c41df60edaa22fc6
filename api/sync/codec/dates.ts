import { isDate, type Cell } from '../../../shared/cell.ts';
import type { Codec, CodecContext } from './codec.ts';
import {
  civilText,
  INFINITE,
  infinity,
  isFine,
  isSheetYear,
  isShown,
  momentCell,
  parseMoment,
  parseTime,
  sheetTime,
  zoneOf,
} from './civil.ts';
import { literal } from './texts.ts';

/** Dates and times without a zone: what the sheet shows is what the table holds, wherever either of them is. */

export const NOT_A_MOMENT = 'must be a date and time, such as 2024-02-29 13:05';
const NOT_A_DATE = 'must be a date, such as 2024-02-29';

/** A day as a date cell where Sheets surely keeps it as that, else as its text. */
function civilCell(text: string, date: string, time: string, { column, zone }: CodecContext): Cell {
  const year = Number(date.slice(0, date.indexOf('-')));
  // Keys must show all that tells rows apart.
  if (!isSheetYear(year) || (column.key && isFine(time))) return text;
  const cell = momentCell(date, time);
  const civil = zoneOf(zone);
  return civil === null || !isShown(cell.date, civil) ? text : cell;
}

export const dateCodec: Codec = {
  expects: () => 'a date, such as 2024-02-29',
  toTable(cell) {
    const text = civilText(cell);
    if (INFINITE.test(text)) return { text: infinity(text) };
    const parsed = parseMoment(text);
    if (parsed === null || parsed.offset !== null) return { refused: NOT_A_DATE };
    if (parsed.time !== null && parsed.time !== '00:00:00') return { refused: 'must be a date without a time of day' };
    return { text: parsed.date + (parsed.bc ? ' BC' : '') };
  },
  toSheet: (text, context) => (/^\d{4}-\d\d-\d\d$/.test(text) ? civilCell(text, text, '00:00:00', context) : text),
};

const NOT_A_TIME = 'must be a time of day, such as 13:05';

export const timeCodec: Codec = {
  expects: () => 'a time of day, such as 13:05',
  toTable(cell) {
    const parsed = parseTime(civilText(cell));
    return parsed === null || parsed.offset !== null ? { refused: NOT_A_TIME } : { text: parsed.time };
  },
  toSheet: (text, { column }) =>
    text.startsWith('24') || (column.key && isFine(text)) ? text : { date: sheetTime(text) },
};

/** Always text: a time cell has no room for the offset, and without it the value is another. */
export const timetzCodec: Codec = {
  expects: () => 'a time of day with its offset, such as 13:05:00+02',
  toTable(cell) {
    const parsed = parseTime(civilText(cell));
    if (parsed === null || parsed.offset === null) {
      return { refused: 'must be a time of day with its offset, such as 13:05:00+02' };
    }
    return { text: parsed.time + parsed.offset };
  },
  toSheet: (text) => text,
};

export const timestampCodec: Codec = {
  expects: () => 'a date and time, such as 2024-02-29 13:05',
  toTable(cell) {
    const text = civilText(cell);
    if (INFINITE.test(text)) return { text: infinity(text) };
    const parsed = parseMoment(text);
    if (parsed === null || parsed.offset !== null) return { refused: NOT_A_MOMENT };
    return { text: `${parsed.date} ${parsed.time ?? '00:00:00'}${parsed.bc ? ' BC' : ''}` };
  },
  toSheet(text, context) {
    const [, date, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/.exec(text) ?? [];
    return date === undefined ? text : civilCell(text, date, time!, context);
  },
};

const NOT_AN_INTERVAL = 'must be a length of time, such as 1 day 02:30:00';

/** Hours and minutes typed as `30:15` are a date cell of the first days of 1900: at most ten years are meant so. */
const LAST_DURATION = 1910;
const DAY_ZERO_MS = Date.UTC(1899, 11, 30);

/** Always text, as Postgres writes it: months, days and hours are three things, which no cell keeps apart. */
export const intervalCodec: Codec = {
  expects: () => 'a length of time, such as 1 day 02:30:00',
  toTable(cell) {
    if (isDate(cell)) return durationText(cell.date);
    const text = civilText(cell);
    // A bare number would be seconds to Postgres, and days or hours to whoever typed it.
    return /[a-z:]/i.test(text) && /\d/.test(text) ? literal(text) : { refused: NOT_AN_INTERVAL };
  },
  toSheet: (text) => text,
};

function durationText(civil: string) {
  const clock = parseTime(civil);
  if (clock !== null) return { text: clock.time };
  const parsed = parseMoment(civil);
  if (parsed === null || parsed.bc || Number(parsed.date.slice(0, 4)) >= LAST_DURATION) {
    return { refused: NOT_AN_INTERVAL };
  }
  const days = Math.round((Date.parse(`${parsed.date}T00:00:00Z`) - DAY_ZERO_MS) / 86_400_000);
  if (days < 0) return { refused: NOT_AN_INTERVAL };
  const [hour = '0', ...rest] = (parsed.time ?? '00:00:00').split(':');
  return { text: [String(days * 24 + Number(hour)), ...rest].join(':') };
}
