import { scanSheet } from '../../../shared/cycle/scan.ts';
import { readSheet } from '../sheet-effects.ts';
import type { World } from '../world.ts';
import type { AblatedRule } from './ablation.ts';

/** As if the link had far more rows than it has: what is many of few rows is few of many. */
const padded = (names: readonly string[] | null): Pick<AblatedRule, 'beforeDelivery' | 'afterDelivery'> => ({
  beforeDelivery: async (world, name) => {
    if (names !== null && !names.includes(name)) return;
    await world.sql`
      INSERT INTO tandem."row" (link, key, key_hash, a)
      SELECT l.id, 'filler ' || i, 0, '{}' FROM tandem.link l, generate_series(1, 400) i`;
  },
  afterDelivery: async (world) => {
    await world.sql`DELETE FROM tandem."row" WHERE key LIKE 'filler %'`;
  },
});

/** A column of the link's as if it had another value, while the hub deals with a message. */
function pretending(
  column: 'filter' | 'lock_attnums',
  value: string,
): Pick<AblatedRule, 'beforeDelivery' | 'afterDelivery'> {
  let before: string | null = null;
  const type = column === 'filter' ? 'json' : 'int[]';
  return {
    beforeDelivery: async ({ sql }) => {
      const [link] = await sql<{ before: string | null }[]>`SELECT ${sql(column)}::text AS before FROM tandem.link`;
      before = link!.before;
      await sql`UPDATE tandem.link SET ${sql(column)} = ${sql.unsafe(value)}`;
    },
    afterDelivery: async ({ sql }) => {
      await sql`UPDATE tandem.link SET ${sql(column)} = ${before}::text::${sql.unsafe(type)}`;
    },
  };
}

async function forgetLease(world: World): Promise<void> {
  await world.sql`UPDATE tandem.link SET lease_host = NULL, lease_run = NULL, lease_until = NULL`;
}

/** Rows that the sheet does not show now are made out as missed long ago, by another run. */
async function ageAbsence(world: World): Promise<void> {
  await world.sql`
    UPDATE tandem."row" SET absent_scan = absent_scan - 1, absent_at = absent_at - interval '1 hour',
           absent_run = 'another' WHERE absent_at IS NOT NULL`;
}

/** Rules about what the hub keeps in mind. */
export const ofBooks: AblatedRule[] = [
  {
    name: 'quarantine of what went astray',
    rules: 'I3',
    theme: {
      faults: ['kill', 'structure'],
      acts: ['sort', 'updateMany'],
      setup: { fewValues: false, firstSync: null },
    },
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem.link SET last_scan = (last_scan::jsonb - 'astray' - 'overlooked' - 'unplaced')::json`;
    },
  },
  {
    name: 'remembered twins',
    rules: 'R20',
    theme: {
      faults: ['identity', 'deletes'],
      acts: ['pasteRow', 'deleteRow'],
      setup: { fewValues: false, firstSync: null, capitals: false },
    },
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem."row" SET twins = false WHERE twins`;
    },
  },
  {
    name: 'writing a form back once',
    rules: 'R19',
    kept: 'where the sheet shows the form it is offered no more, with or without; it ends the offers where a sheet makes something else of a value, which the local one never does',
    beforeDelivery: async (world, name) => {
      if (name === 'sync') await world.sql`UPDATE tandem."row" SET write_back = 'due' WHERE write_back = 'done'`;
    },
  },
  { name: 'guard against mass deletes', rules: 'I9', theme: automatic(), ...padded(['sync']) },
  {
    name: 'guard against mass removals',
    rules: 'R27',
    theme: { faults: ['deletes'], acts: ['truncate'] },
    ...padded(null),
  },
  {
    name: 'lease between hosts',
    rules: 'I16',
    theme: { faults: ['hosts', 'kill', 'network'] },
    beforeDelivery: forgetLease,
    afterDelivery: forgetLease,
  },
  {
    name: 'hint of a host that gave way',
    rules: 'R38',
    theme: { faults: ['hosts'] },
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem.link SET run_again = false`;
    },
  },
  {
    name: 'remembered offers',
    rules: 'R9',
    afterDelivery: async (world) => {
      await world.sql`DELETE FROM tandem.offer`;
    },
  },
  {
    name: 'two scans',
    rules: 'I9',
    theme: automatic(),
    beforeDelivery: async (world, name, message) => {
      const scan = message['scan'] as { complete: boolean } | undefined;
      if (name !== 'sync' || scan?.complete !== true) return;
      const { keyRows } = scanSheet(readSheet(world.tab, false), world.link.mapping);
      await world.sql`
        UPDATE tandem."row" SET absent_scan = 0, absent_at = '2000-01-01', absent_run = 'another',
               seen_hi = NULL, seen_lo = NULL
         WHERE a IS NOT NULL AND seen_hi IS NOT NULL
           AND key NOT IN (SELECT json_array_elements_text(${JSON.stringify([...keyRows.keys()])}::text::json))`;
      await ageAbsence(world);
    },
  },
  {
    name: 'grace between two scans',
    rules: 'I9',
    theme: automatic(),
    beforeDelivery: async (world, name) => {
      if (name === 'sync') await ageAbsence(world);
    },
  },
  {
    name: 'trying refused rows again',
    rules: 'R37',
    theme: { faults: ['errors'], acts: ['refused'] },
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem."row" SET retry_at = '3000-01-01' WHERE retry_at IS NOT NULL`;
    },
  },
  {
    name: 'proof that an edit is later',
    rules: 'R22',
    theme: { faults: [], latest: 'table', setup: { fewValues: false, firstSync: null } },
    // As if the last scan had shown just now that nothing was edited: beyond the slack that a scan is given.
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem.link SET scanned_at = clock_timestamp() + interval '61 seconds'`;
    },
  },
  {
    name: 'row filter',
    rules: 'R32',
    theme: { faults: [], profile: 'filtered', setup: { firstSync: null } },
    ...pretending('filter', 'NULL'),
  },
  {
    name: 'lock columns',
    rules: 'R33',
    theme: { faults: [], profile: 'locked', setup: { firstSync: null } },
    ...pretending('lock_attnums', `'{}'`),
  },
  {
    name: 'guard against a replacement by far fewer rows',
    rules: 'R34',
    theme: { faults: ['deletes'], acts: ['clearRows'], profile: 'replaced', setup: { firstSync: null } },
    // As if a person had agreed to whatever arrives.
    beforeDelivery: async (world, name, message) => {
      if (name !== 'replace' || message['tab'] !== undefined) return;
      await world.sql`
        UPDATE tandem.link
           SET replaced = jsonb_set(replaced::jsonb, '{confirmed}', last_scan::jsonb->'digest')::json`;
    },
  },
  {
    name: 'audit',
    rules: 'R24, I12',
    theme: { faults: ['schema'], acts: ['hidden'] },
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem.link SET audited_at = '3000-01-01'`;
    },
  },
];

function automatic(): NonNullable<AblatedRule['theme']> {
  return { faults: ['deletes'], acts: ['deleteRow'], setup: { missingMode: 'automatic', firstSync: null } };
}
