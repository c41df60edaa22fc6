import { readFile } from 'node:fs/promises';
import { ablate } from './ablate.ts';
import { BundleLab } from './bundle-lab.ts';
import { readOptions, type SimOptions } from './options.ts';
import { runNaive } from './naive/run-naive.ts';
import { playSchedule } from './play.ts';
import { blindSpots, summarise, type Summary } from './report.ts';
import { runWorkers } from './run-workers.ts';
import type { SimStep } from './schedule.ts';
import { restartsServer } from './schedule-links.ts';
import { openMortalWorld, openWorld, startServer } from './server.ts';
import { soak } from './soak.ts';
import { runTypes } from './types/run-types.ts';

const options = readOptions(process.argv.slice(2));
if ('print' in options) {
  (options.exit === 0 ? console.log : console.error)(options.print);
  process.exit(options.exit);
}
const { faults } = options;
const range = { from: options.from, seeds: options.seeds, faults, profile: options.profile, bundle: options.bundle };

const server = await startServer();
try {
  process.exitCode = await run(options);
} finally {
  await server.stop();
}

async function run(options: SimOptions): Promise<number> {
  if (options.replay !== undefined) {
    const steps = JSON.parse(await readFile(options.replay, 'utf8')) as SimStep[];
    const own = restartsServer(steps) ? await openMortalWorld() : null;
    const world = own?.world ?? (await openWorld(await server.database()));
    const lab = options.bundle ? await BundleLab.open() : null;
    const { violations } = await playSchedule(world, steps, {}, lab);
    await lab?.close();
    await (own ?? world).close();
    console.log(violations.length === 0 ? 'No rule was violated.' : violations.join('\n'));
    return violations.length === 0 ? 0 : 1;
  }
  if (options.ablate) {
    return ablate(await server.database(), { ...range, seeds: Math.min(range.seeds, 500) }, options);
  }
  if (options.soak) {
    const { violations, told } = await soak(await server.database(), { ...options, seed: options.from });
    console.log(told);
    return violations.length === 0 ? 0 : 1;
  }
  if (options.naive) return runNaive(await server.database(), range);
  if (options.types) return runTypes(await server.database(), { cases: 10_000, seed: options.from });
  const databases = await Promise.all(Array.from({ length: options.workers }, () => server.database()));
  const summary: Summary = await runWorkers(databases, range, { shrink: options.shrink, quiet: options.json });
  console.log(options.json ? JSON.stringify(summary) : summarise(summary));
  const missed = blindSpots(summary, faults);
  if (missed.length > 0) console.error(`Never reached, so not tested: ${missed.join(', ')}.`);
  return summary.failures.length + missed.length === 0 ? 0 : 1;
}
