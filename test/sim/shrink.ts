import type { BundleLab } from './bundle-lab.ts';
import { playSchedule } from './play.ts';
import type { SimStep } from './schedule.ts';
import type { World } from './world.ts';

/** The rule a violation is about: shrinking must not slide from one bug to another. */
export const ruleOf = (violation: string): string => /^\[[^\]]+\]/.exec(violation)?.[0] ?? violation.slice(0, 30);

/** Plays a schedule and answers what it violates. */
type Play = (steps: SimStep[]) => Promise<string[]>;

/** Leaves out steps as long as the same rule stays violated (delta debugging). */
export async function shrink(
  world: World,
  steps: readonly SimStep[],
  violations: readonly string[],
  lab: BundleLab | null = null,
  play: Play = async (candidate) => (await playSchedule(world, candidate, {}, lab)).violations,
): Promise<{ steps: SimStep[]; violations: string[] }> {
  const rule = ruleOf(violations[0]!);
  let best = { steps: [...steps], violations: [...violations] };
  const fails = async (candidate: SimStep[]): Promise<boolean> => {
    const found = await play(candidate);
    if (!found.some((violation) => ruleOf(violation) === rule)) return false;
    best = { steps: candidate, violations: found };
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1;) {
    let left = false;
    for (let at = 0; at < best.steps.length;) {
      const candidate = [...best.steps.slice(0, at), ...best.steps.slice(at + size)];
      if (candidate.length < best.steps.length && (await fails(candidate))) left = true;
      else at += size;
    }
    if (size === 1 && !left) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return best;
}
