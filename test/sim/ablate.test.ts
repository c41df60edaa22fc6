import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { violationsWithout } from './ablation/play-without.ts';
import { ablatedRules } from './ablation/rules.ts';
import { ablationSchedules } from './ablation/schedules.ts';
import { migratedDatabase, openWorld } from './server.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(await migratedDatabase(inject('postgresUrl'), `sim_ablation_${process.pid}`));
});
afterAll(() => world.close());

it.each(ablatedRules.filter(({ kept }) => kept === undefined))(
  'shows what happens without: $name ($rules)',
  async (without) => {
    const steps = ablationSchedules[without.name]!;
    expect(await violationsWithout(world, steps, {})).toEqual([]);
    expect(await violationsWithout(world, steps, without)).not.toEqual([]);
  },
);

it('has a schedule for each rule, or a reason why none shows it', () => {
  const shown = ablatedRules.filter(({ kept }) => kept === undefined).map(({ name }) => name);
  expect(Object.keys(ablationSchedules).sort()).toEqual(shown.sort());
});
