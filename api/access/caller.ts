import type { Caller } from '../context.ts';
import type { Identity } from './identity.ts';

/**
 * The caller an identity stands for. `admins` lists subs and email addresses; an address counts only if the issuer
 * verified it, so that nobody becomes an admin by claiming one.
 */
export function toCaller(identity: Identity, admins: readonly string[]): Caller {
  const admin = admins.some((entry) =>
    entry.includes('@') ? entry.toLowerCase() === identity.email : entry === identity.sub,
  );
  return { ...identity, admin };
}
