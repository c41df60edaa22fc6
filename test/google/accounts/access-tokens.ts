import { randomBytes } from 'node:crypto';
import type { Account } from './people.ts';

interface Grant {
  account: Account;
  scopes: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  expires: number;
}

/** OAuth access tokens: opaque text that the REST face takes as `Authorization: Bearer …`, for an hour. */
export class AccessTokens {
  readonly #grants = new Map<string, Grant>();

  constructor(readonly now: () => number) {}

  issue(account: Account, scopes: Iterable<string>, lifetimeMs = 3_600_000): string {
    const token = `ya29.local-${randomBytes(24).toString('base64url')}`;
    this.#grants.set(token, { account, scopes: new Set(scopes), expires: this.now() + lifetimeMs });
    return token;
  }

  /** Who the token stands for; null for an unknown, revoked or expired one. */
  read(token: string): Omit<Grant, 'expires'> | null {
    const grant = this.#grants.get(token);
    if (!grant || grant.expires <= this.now()) return null;
    return grant;
  }

  revoke(token: string): void {
    this.#grants.delete(token);
  }
}
