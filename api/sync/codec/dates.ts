import { DateTime } from 'luxon';
import { isDate, type Cell } from '../../../shared/cell.ts';
import type { Codec } from './codec.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?$/;
const TIME = /^\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/;

function civilText(cell: Cell): string {
  return isDate(cell) ? cell.date : typeof cell === 'string' ? cell.trim() : '';
}

function isRealDate(text: string): boolean {
  return DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** `13:05` and `13:05:00.000` become `13:05:00`; fractions lose trailing zeros, as Postgres writes them. */
function postgresTime(time: string): string {
  const [whole, fraction = ''] = (time.length === 5 ? `${time}:00` : time).split('.');
  const kept = fraction.replace(/0+$/, '');
  return kept === '' ? whole! : `${whole}.${kept}`;
}

/** Sheets keep milliseconds: finer fractions are cut, none are written as such. */
function sheetTime(time: string): string {
  const [whole, fraction = ''] = time.split('.');
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  return millis === '000' ? whole! : `${whole}.${millis}`;
}

/** Midnight is written as the date alone: that is what a sheet shows for it, and how it is read back. */
function sheetMoment(date: string, time: string): Cell {
  const shown = sheetTime(time);
  return { date: shown === '00:00:00' ? date : `${date}T${shown}` };
}

export const dateCodec: Codec = {
  toTable(cell) {
    const match = MOMENT.exec(civilText(cell));
    if (!match || !isRealDate(match[1]!)) return { refused: 'must be a date, such as 2024-02-29' };
    if (match[2] !== undefined && postgresTime(match[2]) !== '00:00:00') {
      return { refused: 'must be a date without a time of day' };
    }
    return { text: match[1]! };
  },
  toSheet: (text) => (DATE.test(text) ? { date: text } : text),
};

export const timeCodec: Codec = {
  toTable(cell) {
    const text = civilText(cell);
    return TIME.test(text) ? { text: postgresTime(text) } : { refused: 'must be a time of day, such as 13:05' };
  },
  toSheet: (text) => (TIME.test(text) && !text.startsWith('24') ? { date: sheetTime(text) } : text),
};

const NOT_A_MOMENT = 'must be a date and time, such as 2024-02-29 13:05';

export const timestampCodec: Codec = {
  toTable(cell) {
    const match = MOMENT.exec(civilText(cell));
    if (!match || !isRealDate(match[1]!)) return { refused: NOT_A_MOMENT };
    return { text: `${match[1]} ${postgresTime(match[2] ?? '00:00:00')}` };
  },
  toSheet(text) {
    const match = MOMENT.exec(text);
    return match ? sheetMoment(match[1]!, match[2] ?? '00:00:00') : text;
  },
};

/** An instant is shown, and typed, in the spreadsheet's timezone. */
export const timestamptzCodec: Codec = {
  toTable(cell, { zone }) {
    const match = MOMENT.exec(civilText(cell));
    if (!match || !isRealDate(match[1]!)) return { refused: NOT_A_MOMENT };
    const civil = `${match[1]}T${postgresTime(match[2] ?? '00:00:00')}`;
    const moment = DateTime.fromISO(civil, { zone });
    if (!moment.isValid) return { refused: NOT_A_MOMENT };
    if (moment.toFormat("yyyy-MM-dd'T'HH:mm") !== civil.slice(0, 16)) {
      return { refused: `does not exist in ${zone}: clocks are put forward there. Use an hour later` };
    }
    const utc = moment.toUTC();
    return { text: `${utc.toFormat('yyyy-MM-dd')} ${postgresTime(utc.toFormat('HH:mm:ss.SSS'))}+00` };
  },
  toSheet(text, { zone }) {
    const moment = DateTime.fromSQL(text.replace(/(\.\d{3})\d+/, '$1'), { setZone: true }).setZone(zone);
    if (!moment.isValid || moment.year > 9999 || moment.year < 1000) return text;
    return sheetMoment(moment.toFormat('yyyy-MM-dd'), moment.toFormat('HH:mm:ss.SSS'));
  },
};
