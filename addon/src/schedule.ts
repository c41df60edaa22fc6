import { now } from './google/clock.ts';
import { runnerEmail } from './google/identity.ts';
import { documentProperties } from './google/properties.ts';
import { installTriggers, ownTriggers, removeTriggers } from './google/triggers.ts';
import { Memory, type Heartbeat } from './memory.ts';
import { mayRun } from './trigger-time.ts';

/** Whether and how syncing runs by itself. */
export interface ScheduleState {
  /**
   * - off: nobody has set it up
   * - running: this person's triggers are all there, or another's were seen at work lately
   * - broken: this person owns the schedule and a trigger is missing
   * - late: no run was seen for much longer than the schedule says
   */
  health: 'off' | 'running' | 'broken' | 'late';
  everyMinutes: number | null;
  /** Whose triggers they are; null where Google does not tell. */
  owner: string | null;
  ownedByMe: boolean;
  /** Runs are put off now, or they would use up what Google grants a day (trigger-time.ts). */
  putOff: boolean;
  last: Heartbeat | null;
}

const SLACK_MINUTES = 5;

export function scheduleState(memory: Memory): ScheduleState {
  const schedule = memory.schedule();
  const last = memory.heartbeat();
  if (!schedule) return { health: 'off', everyMinutes: null, owner: null, ownedByMe: false, putOff: false, last };
  const { everyMinutes, owner, trigger } = schedule;
  const own = ownTriggers();
  const ownedByMe = owner === null ? own.tick === trigger : owner === runnerEmail();
  // Another person's triggers cannot be seen: only their signs of life can.
  const complete = !ownedByMe || (own.edit && own.change && own.tick === trigger);
  const quietMinutes = last ? (now() - Date.parse(last.at)) / 60_000 : 0;
  const patience = 2 * everyMinutes + SLACK_MINUTES;
  const mightRun = (minutesAgo: number): boolean => mayRun(memory.triggerTime(), owner, now() - minutesAgo * 60_000);
  // Put off is not late, nor is the run that is due once it may come again.
  const late = quietMinutes > patience && mightRun(patience) && mightRun(0);
  const health = !complete ? 'broken' : late ? 'late' : 'running';
  return { health, everyMinutes, owner, ownedByMe, putOff: !mightRun(0), last };
}

/** Makes the triggers anew as the person at the sidebar, who becomes the owner. */
export function repairSchedule(memory: Memory): void {
  const { everyMinutes, tick } = installTriggers();
  const owner = runnerEmail();
  // Whoever takes over has a day's time of their own.
  if (owner !== memory.schedule()?.owner) memory.rememberTriggerTime({ since: now(), spent: 0 });
  memory.rememberSchedule({ everyMinutes, trigger: tick, owner });
  memory.rememberHeartbeat({ at: new Date(now()).toISOString(), outcome: 'done', message: null });
}

/** Sets the schedule up if nobody has. */
export function ensureSchedule(): void {
  const memory = new Memory(documentProperties());
  const { health } = scheduleState(memory);
  if (health === 'off' || health === 'broken') repairSchedule(memory);
}

/** Takes the schedule away with the last link. */
export function endSchedule(memory: Memory): void {
  if (memory.links().length > 0) return;
  removeTriggers();
  memory.rememberSchedule(null);
}
