import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connectDatabase } from '../../../api/database/connect.ts';
import { migrateDatabase } from '../../../api/database/migrate.ts';
import { socketAddress, startThrowAway } from './throw-away-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's server, database `postgres`. */
    postgresUrl: string;
    /** The same over its Unix socket. */
    postgresSocketUrl: string;
  }
}

/** Migrated once; every test's database is a copy of it. */
export const TEMPLATE = 'tandem_template';

/** One real server for the run, in the temporary folder and without fsync; vitest calls this before the tests. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'tandem-test-'));
  const server = await startThrowAway(home);
  const at = (database: string) => server.url.replace(/\/tandem$/, `/${database}`);
  const admin = connectDatabase(at('postgres'), { max: 1 });
  await admin.sql`create database ${admin.sql(TEMPLATE)}`;
  const template = connectDatabase(at(TEMPLATE), { max: 1 });
  await migrateDatabase(template.sql);
  await template.close();
  await admin.close();
  project.provide('postgresUrl', at('postgres'));
  project.provide('postgresSocketUrl', socketAddress(server, 'postgres'));
  return async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  };
}
