import type { Cell } from '../../shared/cell.ts';
import { showCell } from '../../shared/cell.ts';

/** `1 row`, `1,204 rows`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** How long ago an ISO instant was, as people say it. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${count(minutes, 'minute')} ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${count(hours, 'hour')} ago`;
  return `${count(Math.round(hours / 24), 'day')} ago`;
}

/** A value on one line of the sidebar. */
export function shortCell(cell: Cell, limit = 40): string {
  const text = showCell(cell);
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  // Half a character would show as a box.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** How often the schedule runs. */
export function every(minutes: number): string {
  if (minutes === 1) return 'every minute';
  return minutes === 60 ? 'every hour' : `every ${minutes} minutes`;
}

/** When an ISO instant was, on the clock of a timezone: `14:03`, `yesterday, 14:03`, `12 Nov, 14:03`, `12 Nov 2025, 14:03`. */
export function when(iso: string, timeZone: string, now: number): string {
  const parts = civilParts(Date.parse(iso), timeZone);
  const today = civilParts(now, timeZone);
  const time = `${parts.hour}:${parts.minute}`;
  const days = Math.round((dayOf(today) - dayOf(parts)) / 86_400_000);
  if (days === 0) return time;
  if (days === 1) return `yesterday, ${time}`;
  const date = `${Number(parts.day)} ${MONTHS[Number(parts.month) - 1]}`;
  return parts.year === today.year ? `${date}, ${time}` : `${date} ${parts.year}, ${time}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface CivilParts {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
}

function dayOf({ year, month, day }: CivilParts): number {
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function civilParts(at: number, timeZone: string): CivilParts {
  let format: Intl.DateTimeFormat;
  const shape = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  try {
    format = new Intl.DateTimeFormat('en-GB', { ...shape, timeZone });
  } catch {
    // A zone that this browser does not know: its own clock is better than none.
    format = new Intl.DateTimeFormat('en-GB', shape);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value])) as unknown as CivilParts;
}
