import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connectDatabase, type Connection } from '../../../api/database/connect.ts';
import { TEMPLATE } from './start-postgres.ts';

export interface FreshDatabase {
  url: string;
  name: string;
  sql: Connection['sql'];
  db: Connection['db'];
  /** Closes `sql` and drops the database, whoever else is connected to it. */
  drop(): Promise<void>;
}

/** A migrated database of its own for a test, on the run's server. */
export async function freshDatabase(options: { max?: number } = {}): Promise<FreshDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = server.replace(/\/postgres$/, `/${name}`);
  await withAdmin(server, (sql) => sql`create database ${sql(name)} template ${sql(TEMPLATE)}`);
  const connection = connectDatabase(url, options);
  return {
    url,
    name,
    sql: connection.sql,
    db: connection.db,
    drop: async () => {
      await connection.close(1);
      await withAdmin(server, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
    },
  };
}

async function withAdmin(url: string, work: (sql: Connection['sql']) => Promise<unknown>): Promise<void> {
  const admin = connectDatabase(url, { max: 1 });
  try {
    await work(admin.sql);
  } finally {
    await admin.close(1);
  }
}
