import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { playSchedule } from './play.ts';
import { faultKinds, makeSchedule } from './schedule.ts';
import { migratedDatabase, openWorld } from './server.ts';
import type { World } from './world.ts';

const BATCH = 10;

/** Tests that the invariants hold in the schedules of these seeds, ten a test; `npm run sim` plays as many as you like. */
export function holdSeeds(first: number, last: number): void {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(await migratedDatabase(inject('postgresSocketUrl'), `sim_seeds_${first}_${process.pid}`));
  });
  afterAll(() => world.close());

  for (let from = first; from <= last; from += BATCH) {
    const to = from + BATCH - 1;
    it(`[I1] [I3] [I4] [I5] [I6] [I7] [I9] [I11] [I12] [I13] [I14] [I16] [I17] [I18] [R16] hold in schedules ${from} to ${to}`, async () => {
      const violations: string[] = [];
      for (let seed = from; seed <= to; seed++) {
        const played = await playSchedule(world, makeSchedule(seed, new Set(faultKinds)));
        violations.push(
          ...played.violations.map((text) => `npm run sim -- --from ${seed} --seeds 1 --shrink: ${text}`),
        );
      }
      expect(violations).toEqual([]);
    });
  }
}
