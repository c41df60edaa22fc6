import { ablations, type Ablation } from './ablations.ts';
import { playSchedule } from './play.ts';
import type { Range } from './run-workers.ts';
import { makeSchedule } from './schedule.ts';
import { openWorld } from './server.ts';
import type { World } from './world.ts';

/** Takes the rules away one by one; answers how many the simulation did not miss. */
export async function ablate(database: string, { from, seeds, faults }: Range, rule = ''): Promise<number> {
  const world = await openWorld(database);
  const play = (seed: number, without: Ablation) => violation(world, seed, faults, without);
  let unmissed = 0;
  for (const [name, without] of Object.entries(ablations)) {
    if (!name.includes(rule)) continue;
    let found: string | null = null;
    let seed = from;
    for (; found === null && seed < from + seeds; seed++) {
      if (without.off) await world.sql.unsafe(without.off);
      found = await play(seed, without);
      if (without.on) await world.sql.unsafe(without.on);
      // What fails with every rule in force proves nothing about this one.
      if (found !== null && (await play(seed, {})) !== null) found = null;
    }
    if (found === null) unmissed++;
    console.log(
      found === null
        ? `${name}: not missed in ${seeds} schedules`
        : `${name}: missed after ${seed - from} schedules (seed ${seed - 1}): ${found}`,
    );
  }
  await world.close();
  return unmissed;
}

/** The first rule that a seed violates, or null. */
async function violation(
  world: World,
  seed: number,
  faults: Range['faults'],
  without: Ablation,
): Promise<string | null> {
  world.cursor = 0;
  world.mortality.spreads = without.bisect ?? false;
  try {
    return (
      (await playSchedule(world, makeSchedule(seed, new Set(faults), without.profile), without)).violations[0] ?? null
    );
  } catch (error) {
    world.tableTouched = true;
    return `the cycle broke: ${error instanceof Error ? error.message : String(error)}`;
  }
}
