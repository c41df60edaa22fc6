import type { Cell, Cells } from '../../../shared/cell.ts';
import { lanes } from '../../../shared/digest.ts';
import type { PushedRow } from '../../../shared/protocol/push.ts';
import { scanSheet } from '../../../shared/cycle/scan.ts';
import { readSheet } from '../sheet-effects.ts';
import type { World } from '../world.ts';
import type { AblatedRule } from './ablation.ts';

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

/** Rows as the sheet shows them now. */
const scanNow = (world: World) => scanSheet(readSheet(world.tab, false), world.link.mapping);

/** Keys of the offers that the ack under way is about. */
let acknowledged: string[] = [];

/** Rules about what a message may say and what becomes of it. */
export const ofMessages: AblatedRule[] = [
  {
    name: 'epoch fence',
    rules: 'R1, I5',
    beforeDelivery: async (world, _name, message) => {
      const { epoch, seq, run } = await fenceOf(world);
      if (message['ifEpoch'] !== undefined) message['ifEpoch'] = epoch;
      else if (message['epoch'] !== epoch) Object.assign(message, { epoch, seq: seq + 1, run });
    },
  },
  {
    name: 'sequence and replay',
    rules: 'R2, I4',
    beforeDelivery: async (world, _name, message) => {
      const { epoch, seq, run } = await fenceOf(world);
      if (message['epoch'] === epoch && message['run'] === run) message['seq'] = seq + 1;
      // The same opening message again: dealt with again, not answered from the store.
      if (message['ifEpoch'] === epoch - 1 && message['run'] === run && seq === 1) message['ifEpoch'] = epoch;
    },
  },
  { name: 'refusing a copied spreadsheet', rules: 'R3', copies: true, theme: { faults: ['memory'] } },
  {
    name: 'mapping fingerprint',
    rules: 'I4',
    beforeDelivery: async (world, _name, message) => {
      message['mapFingerprint'] = (await fenceOf(world)).fingerprint;
    },
  },
  {
    name: 'what was seen is what was dealt with',
    rules: 'R6',
    // The row as it stands when the acknowledgement arrives passes for what was read back and dealt with.
    beforeDelivery: async (world, name, message) => {
      acknowledged = [];
      if (name !== 'ack') return;
      const ids = (message['results'] as { offer: string }[]).map(({ offer }) => offer);
      const rows = await world.sql<{ key: string }[]>`
        SELECT key FROM tandem.offer WHERE id::text IN (SELECT json_array_elements_text(${JSON.stringify(ids)}::text::json))`;
      acknowledged = rows.map(({ key }) => key);
    },
    afterDelivery: async (world, name) => {
      if (name !== 'ack' || acknowledged.length === 0) return;
      const { rows } = scanNow(world);
      for (const key of acknowledged) {
        const row = rows.get(key);
        if (row === undefined) continue;
        const [high, low] = lanes(row.hash);
        await world.sql`UPDATE tandem."row" SET seen_hi = ${high}, seen_lo = ${low}
                         WHERE key = ${key} AND seen_hi IS NOT NULL`;
      }
    },
  },
  {
    name: 'errors are no values',
    rules: 'I14',
    theme: { faults: ['errors'] },
    beforeDelivery: (_world, name, message) => {
      if (name === 'push') for (const row of message['rows'] as PushedRow[]) row.cells = withErrorsAsText(row.cells);
      return Promise.resolve();
    },
  },
  {
    name: 'holding edited keys',
    rules: 'R35',
    // No value of this kind of table is unique, by which the new row would be refused all the same.
    theme: { faults: ['identity', 'people'], acts: ['editKey'], profile: 'numbers', setup: { firstSync: null } },
    // What is new and what is missing are not told together: neither can be taken for the other's.
    beforeDelivery: (_world, name, message) => {
      if (name === 'push' && (message['rows'] as PushedRow[]).length > 0) message['missing'] = [];
      return Promise.resolve();
    },
  },
  {
    name: 'a key is reserved before its row is written',
    rules: 'R25',
    theme: { faults: ['kill', 'network', 'structure'], profile: 'generatedKey', setup: { firstSync: null } },
    // The row is inserted when its key is made, as a plain insert that answers the key would do it.
    afterDelivery: async (world, name, _message, reply) => {
      const keys = (reply as { keys?: Cells[] } | null)?.keys;
      if (name !== 'reserveKeys' || keys === undefined) return;
      const { table, values } = world.profile;
      const [key] = world.profile.keys;
      for (const [index, { cells }] of scanNow(world).keyless.entries()) {
        const made = keys[index]?.[key!.id];
        if (made === undefined) continue;
        const texts = values.map(({ id }) => cells[id] ?? null);
        if (texts.some((cell) => typeof cell === 'object' && cell !== null)) continue;
        await world.sql
          .unsafe(
            `INSERT INTO ${table} (${[key!, ...values].map((column) => column.name).join(', ')})
             VALUES (${[key!, ...values].map((column, n) => `$${n + 1}::text::${column.type.split(' ')[0]}`).join(', ')})`,
            [made, ...texts].map((cell) => (cell === null ? null : String(cell as string | number))),
          )
          .catch(() => {});
      }
    },
  },
];

function withErrorsAsText(cells: Cells): Cells {
  const textOf = (cell: Cell): Cell =>
    typeof cell === 'object' && cell !== null && 'error' in cell ? cell.error : cell;
  return Object.fromEntries(Object.entries(cells).map(([id, cell]) => [id, textOf(cell)]));
}
