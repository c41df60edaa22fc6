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
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** A canonical key as a person knows it: composite keys are JSON on the wire. */
export function showKey(key: string): string {
  if (!key.startsWith('["')) return key;
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts.join(' · ') : key;
  } catch {
    return key;
  }
}

/** How often the schedule runs. */
export function every(minutes: number): string {
  if (minutes === 1) return 'every minute';
  return minutes === 60 ? 'every hour' : `every ${minutes} minutes`;
}
