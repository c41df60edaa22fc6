import { Applications } from '../applications.ts';
import { readTruth } from '../invariants.ts';
import { Oracle } from '../oracle.ts';
import { Person } from '../person.ts';
import { playSchedule } from '../play.ts';
import type { Range } from '../run-workers.ts';
import { makeSchedule, type SimStep } from '../schedule.ts';
import { openWorld } from '../server.ts';
import type { World } from '../world.ts';
import { NaiveSync } from './naive-sync.ts';

interface Score {
  written: number;
  lost: number;
  differing: number;
  endless: number;
}

/** Plays the same edits through the naive design and through Tandem, and prints what became of them. */
export async function runNaive(database: string, { from, seeds, faults }: Range): Promise<number> {
  const world = await openWorld(database);
  const naive: Score = { written: 0, lost: 0, differing: 0, endless: 0 };
  const details = { dropped: 0, failed: 0 };
  let violated = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    // A column that is gone would end the naive design for good: left out, so that the rest can be compared.
    const steps = makeSchedule(seed, new Set(faults)).filter(
      (step) => step.do !== 'setup' && !(step.do === 'application' && step.act === 'dropColumn'),
    );
    await playNaive(world, steps, naive, details);
    if ((await playSchedule(world, steps)).violations.length > 0) violated++;
  }
  await world.close();
  console.log(`${seeds} schedules, ${naive.written} values written by people and applications.`);
  console.log(
    `Naive design: ${naive.lost} values lost without a trace (${details.dropped} row changes taken for echoes, ` +
      `${details.failed} refused and forgotten), ${naive.differing} rows differ at rest, ` +
      `${naive.endless} schedules never come to rest.`,
  );
  console.log(`Tandem: ${violated} schedules in which a value was lost, a row differed unannounced, or a loop ran.`);
  return violated;
}

async function playNaive(
  world: World,
  steps: readonly SimStep[],
  score: Score,
  details: { dropped: number; failed: number },
): Promise<void> {
  await world.reset();
  let counter = 0;
  const fresh = () => ++counter;
  const oracle = new Oracle();
  const person = new Person(world, oracle, fresh);
  const applications = new Applications(world, oracle, person, fresh);
  const sync = new NaiveSync(world);
  await sync.observe(true);
  for (const step of steps) {
    if (step.do === 'person') await person.act(step.act, step.n, step.m);
    else if (step.do === 'application') await applications.act(step.act, step.n, step.m);
    else if (step.do === 'start') {
      // It would wait for the lock as long as the application holds it.
      await applications.commitLate();
      await sync.sync();
    } else if (step.do === 'step') world.clock.advance(150 * step.effects);
    else if (step.do === 'clock') world.clock.advance(step.seconds * 1000);
    else continue;
    if (step.do === 'person' || step.do === 'application') await sync.observe();
  }
  await applications.commitLate();
  person.repair();
  let last = 0;
  for (let cycle = 0; cycle < 8; cycle++) {
    world.clock.advance(130_000);
    last = sync.writes;
    await sync.sync();
  }
  const truth = await readTruth(world);
  const onSheet = new Set(truth.sheet.flatMap(({ cells }) => Object.values(cells)));
  const inTable = new Set([...truth.table.values()].flatMap((cells) => Object.values(cells)));
  for (const { value, side, superseded } of oracle.intents.values()) {
    score.written++;
    const delivered =
      side === 'sheet'
        ? sync.deliveredToTable.has(value) || inTable.has(value)
        : sync.deliveredToSheet.has(value) || onSheet.has(value);
    if (!superseded && !delivered) score.lost++;
  }
  const shown = new Map(truth.sheet.map((row) => [row.key ?? '?', row.cells]));
  for (const key of new Set([...shown.keys(), ...truth.table.keys()])) {
    const [left, right] = [shown.get(key), truth.table.get(key)];
    if (!left || !right || ['c2', 'c3', 'c4'].some((id) => (left[id] ?? null) !== right[id])) score.differing++;
  }
  if (sync.writes > last) score.endless++;
  details.dropped += sync.dropped;
  details.failed += sync.failed;
}
