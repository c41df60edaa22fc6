import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { BundleLab } from './bundle-lab.ts';
import { playSchedule } from './play.ts';
import { faultKinds, makeSchedule } from './schedule.ts';
import { migratedDatabase, openWorld } from './server.ts';
import type { World } from './world.ts';

/** Seeds of every run of the tests; `npm run sim -- --bundle` plays as many as you like. */
const SEEDS = [1, 2, 3, 4];

let world: World;
let lab: BundleLab;
beforeAll(async () => {
  world = await openWorld(await migratedDatabase(inject('postgresSocketUrl'), `sim_bundle_${process.pid}`));
  lab = await BundleLab.open();
});
afterAll(async () => {
  await lab?.close();
  await world?.close();
});

it('[I6] [I14] [I16] [I17] [I18] hold with the built add-on as the host', async () => {
  const violations: string[] = [];
  let intents = 0;
  for (const seed of SEEDS) {
    const played = await playSchedule(world, makeSchedule(seed, new Set(faultKinds), 'plain', true), {}, lab);
    violations.push(
      ...played.violations.map((text) => `npm run sim -- --bundle --profile plain --from ${seed}: ${text}`),
    );
    intents += played.intents;
  }
  expect(violations).toEqual([]);
  expect(intents).toBeGreaterThan(20);
}, 120_000);
