import { playSchedule } from './play.ts';
import type { PlayedSeed, Task } from './run-workers.ts';
import { BundleLab } from './bundle-lab.ts';
import { makeSchedule } from './schedule.ts';
import { restartsServer } from './schedule-links.ts';
import { openMortalWorld, openWorld } from './server.ts';
import { shrink } from './shrink.ts';

// Whoever started the run is gone.
const abandoned = () => process.exit(1);
process.once('disconnect', abandoned);

process.once('message', (task: Task) => {
  void playRange(task).then(
    () => {
      process.removeListener('disconnect', abandoned);
      process.disconnect();
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

/** Plays every `stride`-th seed from `from` to before `seeds`, which is the end of the whole range. */
async function playRange({
  database,
  from,
  seeds,
  stride,
  faults,
  profile,
  bundle,
  shrink: shrinking,
}: Task): Promise<void> {
  const shared = await openWorld(database);
  // Made where the first schedule wants it: to most, a server that nobody else uses would be dear.
  let mortal: Awaited<ReturnType<typeof openMortalWorld>> | null = null;
  const lab = bundle ? await BundleLab.open() : null;
  for (let seed = from; seed < seeds; seed += stride) {
    const steps = makeSchedule(seed, new Set(faults), profile, bundle);
    if (restartsServer(steps)) mortal ??= await openMortalWorld();
    const world = restartsServer(steps) ? mortal!.world : shared;
    world.spent = {};
    const before = process.cpuUsage();
    const cpu = () => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    try {
      const played = await playSchedule(world, steps, {}, lab);
      const told: PlayedSeed = {
        intents: played.intents,
        windowLosses: played.windowLosses,
        coverage: Object.fromEntries(played.coverage),
        spent: { ...world.spent },
        cpu: cpu(),
      };
      if (played.violations.length > 0) {
        told.failure = { seed, violations: played.violations };
        if (shrinking) Object.assign(told.failure, await shrink(world, steps, played.violations, lab));
      }
      process.send!(told);
    } catch (error) {
      // The simulation itself broke: that is a failure of the seed, too.
      const violations = [
        `the simulation broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ];
      const failure = { seed, violations };
      const told: PlayedSeed = { intents: 0, windowLosses: 0, coverage: {}, spent: {}, cpu: cpu(), failure };
      process.send!(told);
      world.tableTouched = true;
    }
  }
  await lab?.close();
  await shared.close();
  await mortal?.close();
}
