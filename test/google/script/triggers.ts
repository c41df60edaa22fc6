import { randomInt } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Account } from '../accounts/people.ts';
import type { EventSpec } from './engine/messages.ts';
import type { ScriptInstall } from './install.ts';
import type { ScriptRuntime } from './runtime.ts';
import { nextTime, type Schedule } from './schedule.ts';
import { ServiceError } from './service-error.ts';

export type TriggerEvent = 'CLOCK' | 'ON_OPEN' | 'ON_EDIT' | 'ON_CHANGE' | 'ON_FORM_SUBMIT';

/** An installable trigger. It runs as its creator, whoever sets it off. */
export interface Trigger {
  uid: string;
  handler: string;
  event: TriggerEvent;
  /** Spreadsheet the trigger listens to; '' for time-driven ones. */
  sourceId: string;
  creator: Account;
  install: ScriptInstall;
  schedule?: Schedule;
  /** Listed but never fires, as after a new deployment or in some test deployments. */
  disabled: boolean;
  /** When a time-driven one fires next, on the clock; null once it never does again. */
  dueAt: number | null;
  cancel?: () => void;
}

/** Source: Google's quota page. */
const TRIGGERS_PER_USER = 20;

const kindOf: Record<TriggerEvent, string> = {
  CLOCK: 'time-based',
  ON_OPEN: 'document open',
  ON_EDIT: 'document edit',
  ON_CHANGE: 'document change',
  ON_FORM_SUBMIT: 'form submit',
};

/** The installable triggers of all projects. */
export class Triggers {
  readonly #all = new Set<Trigger>();

  constructor(readonly runtime: ScriptRuntime) {}

  /** A project's triggers in a document that belong to one person; nobody sees another's. */
  of(install: ScriptInstall, creator: Account): Trigger[] {
    return [...this.#all].filter(
      (trigger) =>
        trigger.creator.sub === creator.sub &&
        (install.project.asAddon ? trigger.install === install : trigger.install.project === install.project),
    );
  }

  /** Those that listen to an event of a spreadsheet. */
  listening(event: TriggerEvent, sourceId: string): Trigger[] {
    return [...this.#all].filter((trigger) => trigger.event === event && trigger.sourceId === sourceId);
  }

  all(): Trigger[] {
    return [...this.#all];
  }

  create(
    wanted: Pick<Trigger, 'handler' | 'event' | 'sourceId' | 'creator' | 'install'> & { schedule?: Schedule },
  ): Trigger {
    const { install, creator } = wanted;
    const mine = [...this.#all].filter(
      (other) => other.creator.sub === creator.sub && other.install.project === install.project,
    );
    if (install.project.asAddon) {
      if (wanted.schedule && !hourly(wanted.schedule)) {
        throw new ServiceError('The recurrence interval for an Add-on trigger must be at least one hour.');
      }
      if (mine.some((other) => other.event === wanted.event && other.install === install)) {
        throw new ServiceError(
          `The Add-on has created too many ${kindOf[wanted.event]} triggers in this document for this Google user account.`,
        );
      }
    }
    if (mine.length >= TRIGGERS_PER_USER) {
      throw new ServiceError(
        'This script has too many triggers. Triggers must be deleted from the script before more can be added.',
      );
    }
    const trigger: Trigger = { ...wanted, uid: String(randomInt(2 ** 46, 2 ** 47)), disabled: false, dueAt: null };
    this.#all.add(trigger);
    this.#schedule(trigger, true);
    return trigger;
  }

  delete(uid: string): void {
    for (const trigger of this.#all) {
      if (trigger.uid !== uid) continue;
      trigger.cancel?.();
      this.#all.delete(trigger);
    }
  }

  /** Removes a person's triggers, as uninstalling does; their absence is the only sign. */
  deleteAll(install: ScriptInstall): void {
    for (const trigger of this.#all) if (trigger.install === install) this.delete(trigger.uid);
  }

  /** Runs a trigger's handler now. Failures go to the install's list, as Google mails them. */
  async fire(trigger: Trigger, event: Omit<EventSpec, 'authMode'>): Promise<void> {
    const { runtime } = this;
    const { install, creator } = trigger;
    if (trigger.disabled || !this.#all.has(trigger)) return;
    if (runtime.quotas.exhausted(creator, 'triggerTime')) {
      install.failed(trigger.handler, new ServiceError('Service using too much computer time for one day'));
      return;
    }
    const full: EventSpec = {
      ...event,
      authMode: 'FULL',
      fields: { ...event.fields, triggerUid: trigger.uid },
    };
    await install
      .start('trigger', 'FULL', { kind: 'event', fn: trigger.handler, event: full }, creator, creator)
      .catch(() => {
        // Already on the install's list.
      });
  }

  #schedule(trigger: Trigger, first: boolean): void {
    const { schedule } = trigger;
    if (!schedule) return;
    const { clock } = this.runtime;
    const time = nextTime(schedule, clock.now(), first, trigger.install.project.timeZone);
    trigger.dueAt = time;
    if (time === null) return;
    trigger.cancel = clock.at(time, () => {
      this.#schedule(trigger, false);
      void this.fire(trigger, clockEvent(clock.now(), trigger.install.project.timeZone));
    });
  }
}

function hourly(schedule: Schedule): boolean {
  return schedule.every !== 'minutes';
}

/** Source: the event objects guide, "Time-driven". Week and day count as luxon (ISO) does. */
function clockEvent(now: number, zone: string): Omit<EventSpec, 'authMode'> {
  const time = DateTime.fromMillis(now, { zone });
  return {
    fields: {
      year: time.year,
      month: time.month,
      'day-of-month': time.day,
      'day-of-week': time.weekday,
      'week-of-year': time.weekNumber,
      hour: time.hour,
      minute: time.minute,
      second: time.second,
      timezone: zone === 'Etc/GMT' ? 'UTC' : zone,
    },
  };
}
