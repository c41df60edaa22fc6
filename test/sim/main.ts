import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ablate } from './ablate.ts';

import { runNaive } from './naive/run-naive.ts';
import { playSchedule } from './play.ts';
import { coverageByKind, summarise, type Summary } from './report.ts';
import { runWorkers } from './run-workers.ts';
import { adversities, faultKinds, type FaultKind, type SimStep } from './schedule.ts';
import { openWorld, startServer } from './server.ts';

/**
 * npm run sim -- --seeds N --from S [--faults kill,network,…] [--workers W] [--shrink] [--json]
 * npm run sim -- --replay steps.json    plays a shrunk list of steps again
 * npm run sim -- --ablate               takes the rules away one by one: each must be missed
 * npm run sim -- --naive                plays the naive design as a control
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    faults: { type: 'string', default: faultKinds.join(',') },
    workers: { type: 'string', default: '1' },
    shrink: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    replay: { type: 'string' },
    profile: { type: 'string' },
    ablate: { type: 'boolean', default: false },
    naive: { type: 'boolean', default: false },
  },
});

/** A run this long must reach every adversity. */
const COVERAGE_SEEDS = 10_000;

const unknown = values.faults.split(',').filter((kind) => kind !== '' && !faultKinds.includes(kind as FaultKind));
if (unknown.length > 0) {
  console.error(`There is no fault "${unknown[0]}". Choose from: ${faultKinds.join(', ')}.`);
  process.exit(2);
}
const faults = values.faults.split(',').filter(Boolean) as FaultKind[];
const range = { from: Number(values.from), seeds: Number(values.seeds), faults, profile: values.profile };

const server = await startServer();
try {
  process.exitCode = await run();
} finally {
  await server.stop();
}

async function run(): Promise<number> {
  if (values.replay !== undefined) {
    const steps = JSON.parse(await readFile(values.replay, 'utf8')) as SimStep[];
    const world = await openWorld(await server.database());
    const { violations } = await playSchedule(world, steps);
    await world.close();
    console.log(violations.length === 0 ? 'No rule was violated.' : violations.join('\n'));
    return violations.length === 0 ? 0 : 1;
  }
  if (values.ablate) return ablate(await server.database(), { ...range, seeds: Math.min(range.seeds, 500) });

  if (values.naive) return runNaive(await server.database(), range);
  const databases = await Promise.all(Array.from({ length: Number(values.workers) }, () => server.database()));
  const summary: Summary = await runWorkers(databases, range, { shrink: values.shrink, quiet: values.json });
  console.log(values.json ? JSON.stringify(summary) : summarise(summary));
  const kinds = new Set(coverageByKind(summary.coverage).map(([kind]) => kind));
  const unreached = adversities.filter((kind) => !kinds.has(kind));
  if (unreached.length > 0 && !values.json) console.log(`Never reached: ${unreached.join(', ')}.`);
  // What so many schedules never reach is not tested at all.
  const blind = summary.schedules >= COVERAGE_SEEDS && faults.length === faultKinds.length && unreached.length > 0;
  return summary.failures.length === 0 && !blind ? 0 : 1;
}
