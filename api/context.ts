import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import type * as schema from '../drizzle/schema/index.ts';

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
  log: Logger;
}
