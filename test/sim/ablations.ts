import type { MessageName } from '../../shared/cycle/effects.ts';
import type { World } from './world.ts';

/**
 * A rule of the protocol taken away. It is done from outside, on messages, on the host's effects and in the database, so
 * that the product has no switch that could be thrown by mistake.
 */
export interface Ablation {
  /** Runs begin although another is under way. */
  documentLock?: true;
  /** The cells are not looked at again before the write: the scan's reading is taken for the re-check. */
  recheck?: true;
  /** The look back after a write shows what was meant to be written: nothing has moved. */
  repair?: true;
  /** Nothing is written as text on purpose. */
  asText?: true;
  /** Columns that are not on the sheet are read as blanks. */
  missingColumns?: true;
  /** After one refused write of a message all others of it count as refused. */
  bisect?: true;
  /** No write-ahead note. */
  note?: true;
  /** Only on this kind of table. */
  profile?: string;
  /** May change the message. */
  beforeDelivery?: (world: World, name: MessageName, message: Record<string, unknown>) => Promise<void>;
  afterDelivery?: (world: World) => Promise<void>;
  /** Statements that take the rule out of the database, and put it back. */
  off?: string;
  on?: string;
}

interface Fence {
  epoch: number;
  seq: number;
  run: string | null;
  fingerprint: string;
}

async function fenceOf(world: World): Promise<Fence> {
  const [fence] = await world.sql<Fence[]>`
    SELECT epoch::float8 AS epoch, last_seq AS seq, open_run AS run, map_fingerprint AS fingerprint FROM tandem.link`;
  return fence!;
}

/** Drops every journal entry that `condition` names. */
const forget = (condition: string): Pick<Ablation, 'off' | 'on'> => ({
  off: `
    CREATE FUNCTION tandem.ablated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER ablated BEFORE INSERT ON tandem.journal FOR EACH ROW WHEN (${condition})
      EXECUTE FUNCTION tandem.ablated()`,
  on: 'DROP FUNCTION tandem.ablated() CASCADE',
});

export const ablations: Record<string, Ablation> = {
  'epoch fence': {
    beforeDelivery: async (world, _name, message) => {
      const { epoch, seq, run } = await fenceOf(world);
      if (message['ifEpoch'] !== undefined) message['ifEpoch'] = epoch;
      else if (message['epoch'] !== epoch) Object.assign(message, { epoch, seq: seq + 1, run });
    },
  },
  'sequence and replay': {
    beforeDelivery: async (world, _name, message) => {
      const { epoch, seq, run } = await fenceOf(world);
      if (message['epoch'] === epoch && message['run'] === run) message['seq'] = seq + 1;
      // The same opening message again: dealt with again, not answered from the store.
      if (message['ifEpoch'] === epoch - 1 && message['run'] === run && seq === 1) message['ifEpoch'] = epoch;
    },
  },
  'document lock': { documentLock: true },
  're-check before the write': { recheck: true },
  'look back after the write': { repair: true },
  'text as text': { asText: true },
  'suspended columns': { missingColumns: true },
  'bisecting a refused chunk': { bisect: true },
  'quarantine of what went astray': {
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem.link SET last_scan = (last_scan::jsonb - 'astray' - 'overlooked')::json`;
    },
  },
  'remembered twins': {
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem."row" SET twins = false WHERE twins`;
    },
  },
  'writing a form back once': {
    beforeDelivery: async (world, name) => {
      if (name === 'sync') await world.sql`UPDATE tandem."row" SET write_back = 'due' WHERE write_back = 'done'`;
    },
  },
  'guard against mass deletes': {
    // As if the link had far more rows than it has.
    beforeDelivery: async (world, name) => {
      if (name !== 'sync') return;
      await world.sql`
        INSERT INTO tandem."row" (link, key, key_hash, a)
        SELECT l.id, 'filler ' || i, 0, '{}' FROM tandem.link l, generate_series(1, 400) i`;
    },
    afterDelivery: async (world) => {
      await world.sql`DELETE FROM tandem."row" WHERE key LIKE 'filler %'`;
    },
  },
  'lease between hosts': {
    beforeDelivery: async (world) => {
      await world.sql`UPDATE tandem.link SET lease_host = NULL, lease_run = NULL, lease_until = NULL`;
    },
  },
  'write-ahead note': { note: true },
  'remembered offers': {
    afterDelivery: async (world) => {
      await world.sql`DELETE FROM tandem.offer`;
    },
  },
  'journal of what lost': forget(`NEW.op = 'lost'`),
  'journal of writes': forget(`NEW.op IN ('insert', 'update')`),
  'two scans and the grace': {
    beforeDelivery: async (world, name) => {
      if (name !== 'sync') return;
      await world.sql`
        UPDATE tandem."row" SET absent_scan = absent_scan - 1, absent_at = absent_at - interval '1 hour',
               absent_run = 'another' WHERE absent_at IS NOT NULL`;
    },
  },
  'consuming changes by delete': {
    // A cursor in its place: what committed late, behind ids that were seen already, is skipped.
    beforeDelivery: async (world) => {
      await world.sql`DELETE FROM tandem.change WHERE id <= ${world.cursor}`;
      const [seen] = await world.sql<{ id: number | null }[]>`SELECT max(id)::float8 AS id FROM tandem.change`;
      world.cursor = Math.max(world.cursor, seen?.id ?? 0);
    },
  },
  'capturing keys that are gone': {
    profile: 'plain',
    off: `
      CREATE FUNCTION tandem.ablated() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RETURN CASE WHEN EXISTS (SELECT 1 FROM public.item WHERE id::text = NEW.key[1]) THEN NEW END; END $$;
      CREATE TRIGGER ablated BEFORE INSERT ON tandem.change FOR EACH ROW WHEN (NEW.key IS NOT NULL)
        EXECUTE FUNCTION tandem.ablated()`,
    on: 'DROP FUNCTION tandem.ablated() CASCADE',
  },
  'capture of TRUNCATE': {
    off: `
      CREATE FUNCTION tandem.ablated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER ablated BEFORE INSERT ON tandem.change FOR EACH ROW WHEN (NEW.key IS NULL)
        EXECUTE FUNCTION tandem.ablated()`,
    on: 'DROP FUNCTION tandem.ablated() CASCADE',
  },
  'mapping fingerprint': {
    beforeDelivery: async (world, _name, message) => {
      message['mapFingerprint'] = (await fenceOf(world)).fingerprint;
    },
  },
};
