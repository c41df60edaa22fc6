import { now } from './google/clock.ts';
import { logError } from './google/log.ts';
import { documentProperties } from './google/properties.ts';
import { Memory, type TriggerTime } from './memory.ts';

/**
 * What triggers may run a day. Google lets those of one person run for 90 minutes, or six hours in a Workspace, and then
 * lets none run any more, until 24 hours after the first did: a large tab, looked at every minute, would use that up by
 * noon and rest until the next day. So runs are put off before, evenly: what was edited waits for the next that may run.
 */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Milliseconds: at once, and in a whole day. Some is left for what is not seen from inside: starting, and runs put off. */
const LIMITS = {
  consumer: { atOnce: 30 * MINUTE_MS, aDay: 75 * MINUTE_MS },
  workspace: { atOnce: 180 * MINUTE_MS, aDay: 330 * MINUTE_MS },
};

/** Addresses outside of these belong to a Workspace. Whose is not told has the smaller limit. */
const CONSUMER = /@(gmail|googlemail)\.com$/i;

export function mayRun(time: TriggerTime | null, owner: string | null, at: number): boolean {
  if (time === null || isOver(time, at)) return true;
  const { atOnce, aDay } = LIMITS[owner === null || CONSUMER.test(owner) ? 'consumer' : 'workspace'];
  return time.spent < atOnce + ((aDay - atOnce) * (at - time.since)) / DAY_MS;
}

export function addRun(time: TriggerTime | null, from: number, to: number): TriggerTime {
  if (time === null || isOver(time, from)) return { since: from, spent: to - from };
  return { since: time.since, spent: time.spent + to - from };
}

function isOver({ since }: TriggerTime, at: number): boolean {
  return at - since >= DAY_MS || at < since;
}

function count(from: number): void {
  try {
    const memory = new Memory(documentProperties());
    memory.rememberTriggerTime(addRun(memory.triggerTime(), from, now()));
  } catch (error) {
    // No room, or no calls left for today: the run itself is done, or has its own error to tell.
    logError(error);
  }
}

/** Does a trigger's work, unless triggers have run for too long today. */
export function withinTime(memory: Memory, work: () => void): void {
  const from = now();
  if (!mayRun(memory.triggerTime(), memory.schedule()?.owner ?? null, from)) return;
  try {
    work();
  } finally {
    count(from);
  }
}
