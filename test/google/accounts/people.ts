import { createHash } from 'node:crypto';

/** A Google account. `sub` is what the API keys people on: stable, unlike the address. */
export interface Account {
  email: string;
  sub: string;
  /** Consumer accounts have lower quotas than Workspace ones. */
  kind: 'consumer' | 'workspace';
  /** Workspace domain; absent for consumer accounts. */
  domain?: string;
  /** Language as `Session.getActiveUserLocale` answers it. */
  locale: string;
}

export function createAccount(email: string, options: Partial<Omit<Account, 'email'>> = {}): Account {
  const domain = email.split('@')[1] ?? '';
  const consumer = options.kind ? options.kind === 'consumer' : domain === 'gmail.com';
  // 21 digits, as Google's are, and the same for the same address in every run.
  const digits = BigInt('0x' + createHash('sha256').update(email).digest('hex').slice(0, 20)).toString();
  return {
    email,
    sub: options.sub ?? '1' + digits.slice(0, 20).padStart(20, '0'),
    kind: consumer ? 'consumer' : 'workspace',
    ...(consumer ? {} : { domain: options.domain ?? domain }),
    locale: options.locale ?? 'en',
  };
}
