import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url));

/** Any number, the same in every version. */
const MIGRATION_LOCK = 7_263_263_360;

/**
 * Brings the schema `tandem` to the newest migration; they only ever roll forward. Servers that start together take
 * turns: inside one transaction with a transaction-level lock, which holds behind connection poolers too, and so that a
 * migration that fails leaves nothing behind.
 */
export async function migrateDatabase(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
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
