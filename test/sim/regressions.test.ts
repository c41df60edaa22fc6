import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { playSchedule } from './play.ts';
import { hostRegressions } from './regressions-hosts.ts';
import { keyRegressions } from './regressions-keys.ts';
import { linkRegressions } from './regressions-links.ts';
import { rowRegressions } from './regressions-rows.ts';
import { valueRegressions } from './regressions-values.ts';
import { regressions } from './regressions.ts';
import { migratedDatabase, openWorld } from './server.ts';
import type { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(await migratedDatabase(inject('postgresSocketUrl'), `sim_regressions_${process.pid}`));
});
afterAll(() => world.close());

for (const { name, rule, steps } of [
  ...regressions,
  ...valueRegressions,
  ...keyRegressions,
  ...linkRegressions,
  ...rowRegressions,
  ...hostRegressions,
]) {
  it(`${rule} ${name}`, async () => {
    expect((await playSchedule(world, steps)).violations).toEqual([]);
  });
}
