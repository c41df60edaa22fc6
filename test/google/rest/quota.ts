import { ApiError } from './api-error.ts';

export interface QuotaLimits {
  /** Requests a minute, of the project and of one of its users. */
  readsPerMinute: number;
  readsPerMinutePerUser: number;
  writesPerMinute: number;
  writesPerMinutePerUser: number;
}

/** Google's own figures. */
export const GOOGLE_QUOTA: QuotaLimits = {
  readsPerMinute: 300,
  readsPerMinutePerUser: 60,
  writesPerMinute: 300,
  writesPerMinutePerUser: 60,
};

/** Counts requests by minute; a batch counts as one. */
export class Quota {
  limits: QuotaLimits;
  readonly #now: () => number;
  #minute = -1;
  #used = new Map<string, number>();

  constructor(limits: QuotaLimits, now: () => number) {
    this.limits = limits;
    this.#now = now;
  }

  /** @throws ApiError 429 when the budget of this minute is spent; a refused request does not count */
  take(kind: 'read' | 'write', user: string): void {
    const minute = Math.floor(this.#now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used.clear();
    }
    const { readsPerMinute, readsPerMinutePerUser, writesPerMinute, writesPerMinutePerUser } = this.limits;
    const metric = kind === 'read' ? 'Read' : 'Write';
    const budgets: [string, number, string][] = [
      [kind, kind === 'read' ? readsPerMinute : writesPerMinute, `${metric} requests per minute`],
      [
        `${kind} ${user}`,
        kind === 'read' ? readsPerMinutePerUser : writesPerMinutePerUser,
        `${metric} requests per minute per user`,
      ],
    ];
    for (const [key, limit, name] of budgets) {
      if ((this.#used.get(key) ?? 0) >= limit) throw exhausted(metric, name, limit);
    }
    for (const [key] of budgets) this.#used.set(key, (this.#used.get(key) ?? 0) + 1);
  }
}

function exhausted(metric: string, limitName: string, limit: number): ApiError {
  const service = 'sheets.googleapis.com';
  const consumer = 'projects/1';
  const code = limitName.replaceAll(/ requests| per| /g, '');
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `Quota exceeded for quota metric '${metric} requests' and limit '${limitName}' of service '${service}' for consumer 'project_number:1'.`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'RATE_LIMIT_EXCEEDED',
        domain: 'googleapis.com',
        metadata: {
          service,
          consumer,
          quota_metric: `${service}/${metric.toLowerCase()}_requests`,
          quota_limit: code,
          quota_limit_value: String(limit),
          quota_location: 'global',
        },
      },
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [
          {
            description: 'Request a higher quota limit.',
            url: 'https://cloud.google.com/docs/quota#requesting_higher_quota',
          },
        ],
      },
    ],
  );
}
