import { playSchedule } from '../play.ts';
import { makeSchedule, type FaultKind, type SimStep } from '../schedule.ts';
import type { World } from '../world.ts';
import type { Ablation } from './ablation.ts';

/** The schedule of a seed, of the kind that shows the rule. */
export function scheduleFor(seed: number, faults: readonly FaultKind[], { theme = {} }: Ablation): SimStep[] {
  // No rule is about a server that goes away whole, and a schedule with one is dear.
  const kinds = new Set((theme.faults ?? faults).filter((kind) => kind !== 'server'));
  return makeSchedule(seed, kinds, theme.profile, false, theme.acts).flatMap((step): SimStep[] => {
    if (step.do !== 'setup') return [step];
    const latest: SimStep[] = theme.latest === undefined ? [] : [{ do: 'latest', fallback: theme.latest }];
    return [{ ...step, ...theme.setup }, ...latest];
  });
}

/** What a schedule violates without a rule, or with all of them ({}). */
export async function violationsWithout(world: World, steps: readonly SimStep[], without: Ablation): Promise<string[]> {
  world.cursor = 0;
  world.mortality.spreads = without.bisect ?? false;
  if (without.off) {
    // What later schedules begin with is made with every rule in force.
    const setup = steps.find((step) => step.do === 'setup');
    await world.reset(false, setup?.profile);
    await world.sql.unsafe(without.off);
  }
  try {
    return (await playSchedule(world, steps, without)).violations;
  } catch (error) {
    world.tableTouched = true;
    return [`the cycle broke: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    world.mortality.spreads = false;
    if (without.on) await world.sql.unsafe(without.on);
  }
}
