import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import type * as schema from '../drizzle/schema/index.ts';
import type { HostKind } from './sync/lease.ts';

/** Who calls, as proved by the identity token. */
export interface Caller {
  /** Stable id of the person; links belong to it. */
  sub: string;
  /** Only if the issuer verified it. */
  email: string | null;
  admin: boolean;
}

/** Now, on the hub's clock: the only clock that decides anything (tests move it). */
export interface Clock {
  now(): Date;
}

/** What a verb is given: `verbNoun({ ctx, input })`. */
export interface Context {
  sql: Sql;
  db: PostgresJsDatabase<typeof schema>;
  clock: Clock;
  caller: Caller;
  /** Which kind of host sends cycles' messages; a script where nothing is said. */
  host?: HostKind;
  log: Logger;
}
