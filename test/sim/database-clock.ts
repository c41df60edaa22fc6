import { connectDatabase } from '../../api/database/connect.ts';

/**
 * Lets a simulation set the clock by which captured changes and edits are compared: functions of the system's names in a
 * schema that every session of the database searches first. They answer the real time until a sequence was set (in
 * milliseconds since 1970), which is no transaction's.
 */
export async function prepareClock(url: string): Promise<void> {
  const { sql, close } = connectDatabase(url, { max: 1 });
  const functions = ['clock_timestamp', 'now'].map(
    (name) => `
      CREATE OR REPLACE FUNCTION public.${name}() RETURNS timestamptz LANGUAGE sql AS $$
        SELECT CASE WHEN is_called THEN to_timestamp(last_value / 1000.0) ELSE pg_catalog.${name}() END FROM public.sim_now
      $$;`,
  );
  await sql.unsafe(`
    CREATE SEQUENCE IF NOT EXISTS public.sim_now MINVALUE 0 START 0;
    ${functions.join('')}
    ALTER TABLE tandem.change ALTER COLUMN at SET DEFAULT public.clock_timestamp();
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$`);
  await close(1);
}
