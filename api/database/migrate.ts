import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql, TransactionSql } from 'postgres';
import { StartError } from '../start-error.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url));

/** Any number, the same in every version. */
const MIGRATION_LOCK = 7_263_263_360;

/**
 * Brings the schema `tandem` to the newest migration; they only ever roll forward. Servers that start together take
 * turns: inside one transaction with a transaction-level lock, which holds behind connection poolers too, and so that a
 * migration that fails leaves nothing behind.
 * @throws StartError if a newer Tandem was here
 */
export async function migrateDatabase(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
    await refuseNewer(tx);
    // Drizzle's migrator wants a client: inside a transaction its own begin becomes a savepoint. Options of its own,
    // because Drizzle changes what it is given.
    const client = Object.assign(tx, { options: { parsers: {}, serializers: {} }, begin: tx.savepoint.bind(tx) });
    await migrate(drizzle(client as unknown as Sql), {
      migrationsFolder: MIGRATIONS,
      migrationsSchema: 'tandem',
      migrationsTable: 'migration',
    });
  });
}

/** An older program on a newer schema would write rows that the newer one misreads. */
async function refuseNewer(tx: TransactionSql): Promise<void> {
  const journal = JSON.parse(await readFile(join(MIGRATIONS, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  const [table] = await tx`select 1 from pg_tables where schemaname = 'tandem' and tablename = 'migration'`;
  if (table === undefined) return;
  const [applied] = await tx<{ newest: string | null }[]>`select max(created_at)::text as newest from tandem.migration`;
  if (Number(applied?.newest ?? 0) > newest) {
    throw new StartError(
      'This database was used by a newer version of Tandem. Update Tandem here, or restore a backup from before.',
    );
  }
}
