import { Writable } from 'node:stream';
import { generateKeyPair } from 'jose';
import type { Context } from '../../../api/context.ts';
import { createApp, type Api } from '../../../api/app.ts';
import { createLog } from '../../../api/log.ts';
import { freshDatabase, type FreshDatabase } from './fresh-database.ts';
import { TestClock } from './test-clock.ts';
import { createTestIdentity, type TestIdentity } from './test-identity.ts';

export const ADMIN = { sub: 'admin-1', email: 'admin@example.com' };
export const PERSON = { sub: 'person-1', email: 'person@example.com' };

export interface TestApp {
  app: Api;
  database: FreshDatabase;
  clock: TestClock;
  identity: TestIdentity;
  /** Lines logged so far, parsed. */
  logged: Record<string, unknown>[];
  /** Sends a request as `who` (null: without a token); a body is sent as JSON. */
  request(
    method: string,
    path: string,
    options?: { as?: { sub: string; email?: string } | null; body?: unknown },
  ): Promise<Response>;
  /** A context for calling verbs directly. */
  context(who?: { sub: string; email?: string }): Context;
  close(): Promise<void>;
}

/** Of the issuer whose word every app here takes: a pair takes as long as a short test. */
let issuerKeys: ReturnType<typeof generateKeyPair> | null = null;

/** The whole API over a database of its own, without a socket. {@link ADMIN} is its only admin. */
export async function createTestApp(): Promise<TestApp> {
  const database = await freshDatabase();
  const clock = new TestClock();
  const identity = await createTestIdentity(() => clock.now(), (issuerKeys ??= generateKeyPair('RS256')));
  const logged: Record<string, unknown>[] = [];
  const log = createLog(
    'trace',
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        for (const line of chunk.toString('utf8').trim().split('\n'))
          logged.push(JSON.parse(line) as Record<string, unknown>);
        done();
      },
    }),
  );
  const { sql, db } = database;
  const app = createApp({ sql, db, clock, log, identity: identity.verify, admins: [ADMIN.email] });
  return {
    app,
    database,
    clock,
    identity,
    logged,
    request: async (method, path, { as = ADMIN, body } = {}) => {
      const headers: Record<string, string> = {};
      if (as !== null) headers['authorization'] = `Bearer ${await identity.token({ email_verified: true, ...as })}`;
      if (body !== undefined) headers['content-type'] = 'application/json';
      return app.request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    },
    context: (who = ADMIN) => ({
      sql,
      db,
      clock,
      log,
      caller: { sub: who.sub, email: who.email ?? null, admin: who.sub === ADMIN.sub },
    }),
    close: () => database.drop(),
  };
}
