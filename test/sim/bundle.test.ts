import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { BundleLab } from './bundle-lab.ts';
import { playSchedule } from './play.ts';
import { faultKinds, makeSchedule, type SimStep } from './schedule.ts';
import { migratedDatabase, openWorld } from './server.ts';
import type { World } from './world.ts';

/** Seeds of every run of the tests; `npm run sim -- --bundle` plays as many as you like. */
const SEEDS = [1, 2, 3, 4];

/** The header row goes between the values and the formulas of the re-check: every row to delete stands one higher. */
const HEADERS_GO: SimStep[] = [
  { do: 'application', act: 'delete', n: 264236, m: 1042898 },
  { do: 'person', act: 'cutPaste', n: 75572, m: 219189 },
  { do: 'person', act: 'addRow', n: 455859, m: 783808 },
  { do: 'person', act: 'deleteRow', n: 20036, m: 679211 },
  { do: 'start' },
  { do: 'step', effects: 4 },
  { do: 'person', act: 'deleteRow', n: 289838, m: 242500 },
  { do: 'person', act: 'addRow', n: 467148, m: 232921 },
  { do: 'step', effects: 5 },
  { do: 'step', effects: 4 },
  { do: 'person', act: 'type', n: 476746, m: 621738 },
  { do: 'fault', fault: { kind: 'late' } },
  { do: 'step', effects: 5 },
  { do: 'step', effects: 1 },
  { do: 'person', act: 'deleteHeader', n: 733520, m: 698086 },
];

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

it('[I3] deletes no other row where the header row goes just before (seed 330020)', async () => {
  expect((await playSchedule(world, HEADERS_GO, {}, lab)).violations).toEqual([]);
});
