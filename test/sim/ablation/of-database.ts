import type { AblatedRule, Ablation } from './ablation.ts';

/** Drops every row of a table of Tandem's that `condition` names. */
const forget = (table: string, condition: string): Pick<Ablation, 'off' | 'on'> => ({
  off: `
    CREATE FUNCTION tandem.ablated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER ablated BEFORE INSERT ON tandem.${table} FOR EACH ROW WHEN (${condition})
      EXECUTE FUNCTION tandem.ablated()`,
  on: 'DROP FUNCTION tandem.ablated() CASCADE',
});

/** Rules about what is captured of the table and kept of what was there. */
export const ofDatabase: AblatedRule[] = [
  { name: 'journal of what lost', rules: 'R7, I1', ...forget('journal', `NEW.op = 'lost'`) },
  { name: 'journal of writes', rules: 'I1', ...forget('journal', `NEW.op IN ('insert', 'update')`) },
  {
    name: 'deleted rows are kept',
    rules: 'R23',
    theme: { faults: ['deletes'], acts: ['deleteRow'], setup: { missingMode: 'automatic' } },
    ...forget('tombstone', 'true'),
  },
  {
    name: 'consuming changes by delete',
    rules: 'R8, I12',
    // A cursor in its place: what committed late, behind ids that were seen already, is skipped.
    beforeDelivery: async (world) => {
      await world.sql`DELETE FROM tandem.change WHERE id <= ${world.cursor}`;
      const [seen] = await world.sql<{ id: number | null }[]>`SELECT max(id)::float8 AS id FROM tandem.change`;
      world.cursor = Math.max(world.cursor, seen?.id ?? 0);
    },
  },
  {
    name: 'capturing keys that are gone',
    rules: 'R8, I12',
    theme: { profile: 'plain' },
    off: `
      CREATE FUNCTION tandem.ablated() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RETURN CASE WHEN EXISTS (SELECT 1 FROM public.item WHERE id::text = NEW.key[1]) THEN NEW END; END $$;
      CREATE TRIGGER ablated BEFORE INSERT ON tandem.change FOR EACH ROW WHEN (NEW.key IS NOT NULL)
        EXECUTE FUNCTION tandem.ablated()`,
    on: 'DROP FUNCTION tandem.ablated() CASCADE',
  },
  {
    name: 'capture of TRUNCATE',
    rules: 'R8, I12',
    theme: { faults: ['deletes'] },
    ...forget('change', 'NEW.key IS NULL'),
  },
];
