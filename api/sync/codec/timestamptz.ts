import type { CivilTime } from '../../../shared/civil-time.ts';
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
  zoneOf,
} from './civil.ts';
import { NOT_A_MOMENT } from './dates.ts';

/**
 * Instants, shown and typed in the spreadsheet's timezone. What a cell of a date cannot say travels as text that carries
 * its offset: the second of the two hours that a clock put back shows twice, instants before 1900, and in a key those
 * finer than a millisecond.
 */

const INSTANT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?\+00$/;

export const timestamptzCodec: Codec = {
  expects: () => 'a date and time, such as 2024-02-29 13:05',
  toTable(cell, { zone }) {
    const text = civilText(cell);
    if (INFINITE.test(text)) return { text: infinity(text) };
    const parsed = parseMoment(text);
    if (parsed === null) return { refused: NOT_A_MOMENT };
    const era = parsed.bc ? ' BC' : '';
    const time = parsed.time ?? '00:00:00';
    if (parsed.offset !== null) return { text: `${parsed.date} ${time}${parsed.offset}${era}` };
    const civil = zoneOf(zone);
    if (civil === null) {
      return {
        refused: `needs its offset, such as 2024-02-29 13:05+01: the server does not know the timezone ${zone}`,
      };
    }
    // Before Christ, or after what instants of this language reach, no zone is asked.
    if (parsed.bc || parsed.date.length > 10)
      return { refused: `must name its offset, such as ${parsed.date} ${time}+00${era}` };
    if (time === '24:00:00') return { refused: NOT_A_MOMENT };
    const [whole, fraction = ''] = time.split('.') as [string, string?];
    const local = momentCell(parsed.date, whole).date;
    if (!isShown(local, civil)) {
      return { refused: `does not exist in ${zone}: clocks are put forward there. Use an hour later` };
    }
    const [day, clock] = new Date(civil.toInstant(local)).toISOString().slice(0, 19).split('T');
    return { text: `${day} ${clock}${fraction === '' ? '' : `.${fraction}`}+00` };
  },
  toSheet(text, context) {
    const [, day, clock, fraction = ''] = INSTANT.exec(text) ?? [];
    const civil = zoneOf(context.zone);
    if (day === undefined || civil === null) return text;
    return instantCell(text, Date.parse(`${day}T${clock}Z`), fraction, civil, context);
  },
  sameText: (left, right) => left === right || instantOf(left) === instantOf(right),
};

function instantCell(text: string, instant: number, fraction: string, civil: CivilTime, { column }: CodecContext) {
  const [date, clock = '00:00:00'] = civil.fromInstant(instant).split('T') as [string, string?];
  if (!/^\d{4}-/.test(date) || !isSheetYear(Number(date.slice(0, 4)))) return text;
  // Of two equal civil times a date cell means the first.
  const isSecond = civil.toInstant(momentCell(date, clock).date) !== instant;
  if (!isSecond && !(column.key && isFine(clock + fraction))) return momentCell(date, clock + fraction);
  return `${date} ${clock}${fraction}${offsetText(civilMsOf(date, clock) - instant)}`;
}

const civilMsOf = (date: string, clock: string): number => Date.parse(`${date}T${clock}Z`);

/** Offset in Postgres' form: `+01`, `-03:30`. */
function offsetText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${ms < 0 ? '-' : '+'}${two(h)}${m || s ? `:${two(m)}` : ''}${s ? `:${two(s)}` : ''}`;
}

/** The instant of a text with an offset, to the microsecond, in one spelling; the text itself where it is none. */
function instantOf(text: string): string {
  const parsed = parseMoment(text);
  if (parsed === null || parsed.offset === null || parsed.time === null || parsed.bc || parsed.date.length > 10)
    return text;
  const [, sign, h, m = '0', s = '0'] = /^([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/.exec(parsed.offset)!;
  const offset = (Number(h) * 3600 + Number(m) * 60 + Number(s)) * (sign === '-' ? -1000 : 1000);
  const [clock, fraction = ''] = parsed.time.split('.') as [string, string?];
  const day = Date.parse(`${parsed.date}T00:00:00Z`);
  const [hour, minute, second] = clock.split(':').map(Number) as [number, number, number];
  return `${day + (hour * 3600 + minute * 60 + second) * 1000 - offset}.${fraction}`;
}
