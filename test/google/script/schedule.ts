import { DateTime } from 'luxon';
import { ServiceError } from './service-error.ts';

/** When a time-driven trigger fires. Times of day are of the script's zone unless `zone` says otherwise. */
export type Schedule =
  | { every: 'minutes'; n: number }
  | { every: 'hours'; n: number }
  | { every: 'days' | 'weeks'; n: number; hour: number; minute: number; weekday?: number; zone?: string }
  | { every: 'month'; day: number; hour: number; minute: number; zone?: string }
  | { every: 'once'; after: number }
  | { every: 'once'; at: number };

const MINUTES = [1, 5, 10, 15, 30];
const HOURS = [1, 2, 4, 6, 8, 12];

/** Refuses what ClockTriggerBuilder refuses. */
export function checkSchedule(schedule: Schedule): void {
  if (schedule.every === 'minutes' && !MINUTES.includes(schedule.n)) {
    throw new ServiceError('The value you passed to everyMinutes was invalid. It must be one of 1, 5, 10, 15 or 30.');
  }
  if (schedule.every === 'hours' && !HOURS.includes(schedule.n)) {
    throw new ServiceError('The value you passed to everyHours was invalid. It must be one of 1, 2, 4, 6, 8 or 12.');
  }
}

/** When it fires next after `now`; null for a one-time trigger that has fired. */
export function nextTime(schedule: Schedule, now: number, first: boolean, scriptZone: string): number | null {
  switch (schedule.every) {
    case 'minutes':
      return now + schedule.n * 60_000;
    case 'hours':
      return now + schedule.n * 3_600_000;
    case 'once':
      if (!first) return null;
      return 'after' in schedule ? now + schedule.after : Math.max(schedule.at, now);
    case 'month': {
      const zone = schedule.zone ?? scriptZone;
      const at = { day: schedule.day, hour: schedule.hour, minute: schedule.minute, second: 0, millisecond: 0 };
      for (let month = DateTime.fromMillis(now, { zone }).startOf('month'); ; month = month.plus({ months: 1 })) {
        const time = month.set(at);
        // The 31st does not occur in every month.
        if (time.day === schedule.day && time.toMillis() > now) return time.toMillis();
      }
    }
    case 'days':
    case 'weeks': {
      const time = DateTime.fromMillis(now, { zone: schedule.zone ?? scriptZone });
      let next = time.set({ hour: schedule.hour, minute: schedule.minute, second: 0, millisecond: 0 });
      if (schedule.weekday !== undefined) next = next.set({ weekday: schedule.weekday as 1 });
      const step = schedule.every === 'weeks' ? { weeks: first ? 1 : schedule.n } : { days: first ? 1 : schedule.n };
      while (next.toMillis() <= now) next = next.plus(step);
      return next.toMillis();
    }
  }
}
