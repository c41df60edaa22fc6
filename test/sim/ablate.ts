import type { AblatedRule } from './ablation/ablation.ts';
import { scheduleFor, violationsWithout } from './ablation/play-without.ts';
import { ablatedRules } from './ablation/rules.ts';
import type { SimOptions } from './options.ts';
import type { Range } from './run-workers.ts';
import type { SimStep } from './schedule.ts';
import { openWorld } from './server.ts';
import { shrink } from './shrink.ts';
import type { World } from './world.ts';

interface Noticed {
  seed: number;
  steps: SimStep[];
  violations: string[];
}

/**
 * Takes the rules away one by one and prints at which seed the absence of each is noticed, and by which invariant.
 * Answers how many rules nothing missed and no reason is given for.
 */
export async function ablate(
  database: string,
  range: Range,
  { rule, shrink: shrinking }: Pick<SimOptions, 'rule' | 'shrink'>,
): Promise<number> {
  const world = await openWorld(database);
  let unexplained = 0;
  for (const without of ablatedRules) {
    if (!without.name.includes(rule)) continue;
    const since = performance.now();
    const noticed = await notice(world, range, without);
    const seconds = `${((performance.now() - since) / 1000).toFixed(0)} s`;
    const title = `${without.name} (${without.rules})`;
    if (noticed === null) {
      if (without.kept === undefined) unexplained++;
      console.log(
        `${title}: not missed in ${range.seeds} schedules, ${seconds}: ${without.kept ?? 'nobody knows why'}`,
      );
      continue;
    }
    console.log(`${title}: seed ${noticed.seed}, ${seconds}: ${noticed.violations[0]}`);
    if (!shrinking) continue;
    const play = (steps: SimStep[]) => onlyWithout(world, steps, without);
    const { steps, violations } = await shrink(world, noticed.steps, noticed.violations, null, play);
    console.log(`  ${violations[0]}\n${steps.map((step) => `    ${JSON.stringify(step)},`).join('\n')}`);
  }
  await world.close();
  return unexplained;
}

/** The first schedule of the range that violates something without the rule. */
async function notice(world: World, { from, seeds, faults }: Range, without: AblatedRule): Promise<Noticed | null> {
  for (let seed = from; seed < from + seeds; seed++) {
    const steps = scheduleFor(seed, faults, without);
    const violations = await onlyWithout(world, steps, without);
    if (violations.length > 0) return { seed, steps, violations };
  }
  return null;
}

/** What a schedule violates without the rule, each time it is played, and never with it: else nothing is proved. */
async function onlyWithout(world: World, steps: readonly SimStep[], without: AblatedRule): Promise<string[]> {
  const found = await violationsWithout(world, steps, without);
  if (found.length === 0) return [];
  if ((await violationsWithout(world, steps, {})).length > 0) return [];
  return violationsWithout(world, steps, without);
}
