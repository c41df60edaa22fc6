import { parseArgs } from 'node:util';
import { playSchedule, type Played } from './play.ts';
import { faultKinds, makeSchedule, type FaultKind } from './schedule.ts';
import { openWorld, startServer } from './server.ts';
import { shrink } from './shrink.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    faults: { type: 'string', default: faultKinds.join(',') },
    shrink: { type: 'boolean', default: false },
    stop: { type: 'boolean', default: false },
  },
});
const faults = new Set(values.faults.split(',').filter(Boolean) as FaultKind[]);
const server = await startServer();
const world = await openWorld(await server.database());
const started = performance.now();
const coverage = new Map<string, number>();
let failed = 0;
let windowLosses = 0;
let intents = 0;
const from = Number(values.from);
const count = Number(values.seeds);
for (let seed = from; seed < from + count; seed++) {
  const steps = makeSchedule(seed, faults);
  let played: Played;
  try {
    played = await playSchedule(world, steps);
  } catch (error) {
    console.log(`seed ${seed} broke the simulation:`, error);
    failed++;
    world.tableTouched = true;
    continue;
  }
  for (const [what, times] of played.coverage) coverage.set(what, (coverage.get(what) ?? 0) + times);
  windowLosses += played.windowLosses;
  intents += played.intents;
  if (played.violations.length === 0) continue;
  failed++;
  console.log(`seed ${seed}: ${played.violations.slice(0, 6).join('\n   ')}`);
  if (values.shrink) {
    const small = await shrink(world, steps, played.violations);
    console.log(`  shrunk to ${small.steps.length} steps: ${small.violations.join('; ')}`);
    for (const step of small.steps) console.log(`    ${JSON.stringify(step)}`);
  }
  if (values.stop) break;
}
const seconds = (performance.now() - started) / 1000;
console.log(
  [...coverage]
    .sort()
    .map(([what, times]) => `${what} ${times}`)
    .join(', '),
);
console.log(
  `${count} schedules, ${failed} failed, ${intents} intents, ${windowLosses} in the write window, ${(count / seconds).toFixed(2)} schedules/s`,
);
await world.close();
await server.stop();
