import { TandemError } from '../../shared/protocol/error.ts';
import type { Caller } from '../context.ts';

/** Linking and looking at the database's tables need an admin. */
export function requireAdmin(caller: Caller): void {
  if (caller.admin) return;
  const who = caller.email ?? `the account ${caller.sub}`;
  throw new TandemError(
    'not_allowed',
    `Only an admin may do this. Ask the person who runs the Tandem server to add ${who} to TANDEM_ADMINS.`,
  );
}
