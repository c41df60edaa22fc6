import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Network } from './network.ts';
import { Oracle } from './oracle.ts';
import { migratedDatabase, openWorld } from './server.ts';
import { SimHost } from './sim-host.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(await migratedDatabase(inject('postgresSocketUrl'), `sim_note_${process.pid}`));
});
afterAll(() => world.close());

/** Column of `name`. */
const NAME = 2;

/**
 * A run dies after it wrote a change of the table; the next one after it opened its epoch, before it sent any cells; and
 * then somebody types over what was written. Another edit keeps the digest from telling what the first run did.
 */
async function typeOverWritten(without: { note?: true }): Promise<{ name: string; lost: number }> {
  await world.reset();
  const properties = { memo: null, mapping: structuredClone(world.link.mapping) };
  const host = new SimHost(world, new Network(world, without), new Oracle(), properties, 'run', without);
  const runUntil = async (effect: string) => {
    await host.start({ kind: 'full' });
    while (host.doing !== effect) await host.step();
    await host.step();
    host.kill();
  };
  const type = (row: number, value: string) => world.tab.setInput(row, NAME, value, { mode: 'user' });

  await world.sql`UPDATE item SET name = 'of the table' WHERE id = 1`;
  await runUntil('writeBlocks');
  expect(world.tab.value(2, NAME)).toBe('of the table');
  type(3, 'of another row');
  await runUntil('send');
  type(2, 'typed on top');
  for (let cycle = 0; cycle < 4; cycle++) {
    world.clock.advance(130_000);
    await host.start({ kind: 'full' });
    await host.finish();
  }
  const [found] = await world.sql<{ name: string; lost: number }[]>`
    SELECT name, (SELECT count(*)::int FROM tandem.journal WHERE op = 'lost') AS lost FROM item WHERE id = 1`;
  return found!;
}

it('[R11] with the note, what is typed on top of a written value is an edit', async () => {
  expect(await typeOverWritten({})).toEqual({ name: 'typed on top', lost: 0 });
});

it('[R11] without it nothing is lost unseen, but the same edit counts as a conflict', async () => {
  expect(await typeOverWritten({ note: true })).toEqual({ name: 'of the table', lost: 1 });
});
