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

const DAY = 86_400_000;

/** What each person has used, over all scripts. A count starts anew 24 hours after its first request (same page). */
export class Quotas {
  readonly #used = new Map<string, { amount: number; since: number }>();
  /** Overrides for tests, whatever the account. */
  readonly limits: Partial<Record<Quota, number>> = {};

  constructor(readonly now: () => number) {}

  used(account: Account, quota: Quota): number {
    return this.#count(account, quota).amount;
  }

  limit(account: Account, quota: Quota): number {
    return this.limits[quota] ?? daily[quota][account.kind];
  }

  /** Counts without refusing. */
  add(account: Account, quota: Quota, amount: number): void {
    this.#count(account, quota).amount += amount;
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

  #count(account: Account, quota: Quota): { amount: number; since: number } {
    const key = `${account.sub} ${quota}`;
    const now = this.now();
    let count = this.#used.get(key);
    if (!count || (count.amount > 0 && now - count.since >= DAY)) count = { amount: 0, since: now };
    if (count.amount === 0) count.since = now;
    this.#used.set(key, count);
    return count;
  }
}
