import type { Sql } from 'postgres';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { Snapshot } from '../google/workbook/snapshot.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { fillTable, type Profile } from './profiles.ts';

export const INITIAL_ROWS = 12;

/** One kind of table and its linked tab, as it stood after its first sync. */
export interface Stage {
  workbook: Workbook;
  tabId: number;
  link: LinkInfo;
  linkedSheet: Snapshot | null;
  /** As it stood before that, once a schedule has begun there. */
  newSheet: Snapshot | null;
  /** The table was changed by DDL: it is made anew for the next schedule. */
  touched: boolean;
  /** Another tab that is linked to the same table; not there while the link is in preview. */
  second?: Stage;
}

/** The linked table and those it refers to. */
export function ownTables({ table, others = [] }: Profile): string[] {
  return [table, ...others.map(({ name }) => name)];
}

const saved = ({ table }: Profile, name: string, unstarted: boolean): string =>
  `saved_${table}."${name.replaceAll('"', '')} ${unstarted ? 'new' : 'linked'}"`;

/** Function that brings all tables back to how {@link saveStage} found them. */
export const restoreOf = (profile: Profile, unstarted: boolean): string => saved(profile, 'restore', unstarted);

/**
 * Keeps Tandem's tables as they are, with the link in preview or running, and makes the function that brings them and the
 * linked table back to this. It is for a session without triggers.
 */
export async function saveStage(
  sql: Sql,
  profile: Profile,
  tables: readonly string[],
  unstarted: boolean,
): Promise<void> {
  const back: string[] = [];
  for (const table of tables) {
    const { count } = await sql.unsafe(`SELECT 1 FROM ${table} LIMIT 1`);
    if (count === 0) continue;
    const copy = saved(profile, table, unstarted);
    await sql.unsafe(`CREATE TABLE ${copy} AS TABLE ${table}`);
    back.push(`INSERT INTO ${table} SELECT * FROM ${copy}`);
  }
  const empty = [...ownTables(profile), ...tables].map((table) => `DELETE FROM ${table}`);
  // In PL/pgSQL, whose statements keep their plans. What only answers something is PERFORMed there.
  const fill = fillTable(profile, INITIAL_ROWS).replaceAll('; SELECT ', '; PERFORM ');
  await sql.unsafe(`
    CREATE FUNCTION ${restoreOf(profile, unstarted)}() RETURNS void LANGUAGE plpgsql AS
      $restore$ BEGIN ${[...empty, fill, ...back].join('; ')}; END $restore$`);
}

/** Drops the capture functions of tables that are gone: thousands of them would slow the catalogue down. */
export const DROP_IDLE_CAPTURE = `
  DO $$ DECLARE idle regprocedure; BEGIN
    FOR idle IN SELECT p.oid FROM pg_proc p
                 WHERE p.pronamespace = 'tandem'::regnamespace AND p.proname LIKE 'tandem\\_capture\\_%'
                   AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid::text = split_part(p.proname, '_', 3))
    LOOP EXECUTE 'DROP FUNCTION ' || idle; END LOOP;
  END $$;`;
