import type { Account } from '../accounts/people.ts';
import { ServiceError } from './service-error.ts';

/** Daily quotas. Source: developers.google.com/apps-script/guides/services/quotas. */
const daily = {
  urlfetch: { consumer: 20_000, workspace: 100_000 },
  properties: { consumer: 50_000, workspace: 500_000 },
  /** Milliseconds that triggers may run. */
  triggerTime: { consumer: 90 * 60_000, workspace: 6 * 3_600_000 },
} as const;

export type Quota = keyof typeof daily;

/** Whole days since 1970, counted from midnight Pacific time as Google resets its quotas. */
function pacificDay(now: number): string {
  return dayFormat.format(now);
}
const dayFormat = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' });

/** What each person has used today, over all scripts. */
export class Quotas {
  readonly #used = new Map<string, number>();
  /** Overrides for tests, whatever the account. */
  readonly limits: Partial<Record<Quota, number>> = {};

  constructor(readonly now: () => number) {}

  used(account: Account, quota: Quota): number {
    return this.#used.get(this.#key(account, quota)) ?? 0;
  }

  limit(account: Account, quota: Quota): number {
    return this.limits[quota] ?? daily[quota][account.kind];
  }

  /** Counts without refusing. */
  add(account: Account, quota: Quota, amount: number): void {
    this.#used.set(this.#key(account, quota), this.used(account, quota) + amount);
  }

  exhausted(account: Account, quota: Quota): boolean {
    return this.used(account, quota) >= this.limit(account, quota);
  }

  take(account: Account, quota: Quota, amount = 1): void {
    if (this.used(account, quota) + amount > this.limit(account, quota)) {
      throw new ServiceError(`Service invoked too many times for one day: ${quota}.`);
    }
    this.add(account, quota, amount);
  }

  #day = { key: '', until: 0 };

  #key(account: Account, quota: Quota): string {
    const now = this.now();
    // The formatter is slow; a quarter of an hour never straddles midnight unnoticed for longer than that.
    if (now >= this.#day.until || now < this.#day.until - 900_000) {
      this.#day = { key: pacificDay(now), until: now - (now % 900_000) + 900_000 };
    }
    return `${this.#day.key} ${account.sub} ${quota}`;
  }
}
