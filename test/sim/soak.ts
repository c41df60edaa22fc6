import { setTimeout as sleep } from 'node:timers/promises';
import { Applications } from './applications.ts';
import { checkInvariants } from './invariants.ts';
import { countWrites } from './link-checks.ts';
import { Network } from './network.ts';
import { Oracle } from './oracle.ts';
import { Person } from './person.ts';
import { Random } from './random.ts';
import { checkAtRest } from './rest-checks.ts';
import type { ApplicationAct, PersonAct } from './schedule.ts';
import { openWorld } from './server.ts';
import { SimHost, type Properties } from './sim-host.ts';

export interface SoakOptions {
  seed: number;
  minutes: number;
  /** By the wall clock; else by the simulated one, as fast as the machine can. */
  real: boolean;
}

export interface Soaked {
  violations: string[];
  /** Cells and rows that Tandem wrote for each cell edited. */
  writesPerCell: number;
  /** For people. */
  told: string;
}

/** What people and applications do, by weight. Nothing fails: what is asked is whether it ever comes to rest. */
const PERSON: readonly (readonly [PersonAct, number])[] = [
  ['type', 12],
  ['clear', 1],
  ['addRow', 1],
  ['sort', 0.5],
];
const APPLICATION: readonly (readonly [ApplicationAct, number])[] = [
  ['update', 12],
  ['updateMany', 1],
  ['backAndForth', 1],
  ['insert', 1],
];

/** Between two edits of a side. */
const EDIT_EVERY_MS = 2_000;
/** Between two full cycles, as the add-on's clock has it. */
const CYCLE_EVERY_MS = 60_000;
const REST_CYCLES = 2;
const NUMBERS = 1 << 20;

/**
 * Edits both sides without pause, with runs after each edit and every minute, then stops: both sides must be in step two
 * cycles later (I6), nothing may be written after that (I7), and k edits must have caused at most 4k writes (I8).
 */
export async function soak(database: string, options: SoakOptions): Promise<Soaked> {
  const world = await openWorld(database);
  await world.reset();
  const oracle = new Oracle();
  let counter = 0;
  const fresh = () => ++counter;
  const network = new Network(world);
  const properties: Properties = { memo: null, mapping: structuredClone(world.link.mapping) };
  const host = new SimHost(world, network, oracle, properties, 'soak');
  const person = new Person(world, oracle, fresh);
  const applications = new Applications(world, oracle, person, fresh);

  const random = new Random(options.seed);
  const numbers = () => [random.int(NUMBERS), random.int(NUMBERS)] as const;
  const began = performance.now();
  const start = world.clock.ms;
  const end = start + options.minutes * 60_000;
  let nextCycle = start;
  let edits = 0;
  while (world.clock.ms < end) {
    const pace = world.clock.ms + EDIT_EVERY_MS;
    if (random.chance(0.5)) {
      if (await person.act(random.weighted(PERSON), ...numbers())) edits += 1;
      // The edit's own run, unless one is under way.
      await host.start({ kind: 'rows', from: 2 + random.int(12), to: 14 });
    } else if (await applications.act(random.weighted(APPLICATION), ...numbers())) edits += 1;
    if (world.clock.ms >= nextCycle && (await host.start({ kind: 'full' }))) nextCycle += CYCLE_EVERY_MS;
    // Edits go on while a run is at work.
    for (let effects = random.int(8); effects > 0 && (await host.step()); effects--);
    if (options.real) await sleep(Math.max(0, began + (pace - start) - performance.now()));
    if (pace > world.clock.ms) world.clock.advance(pace - world.clock.ms);
  }
  await host.finish();

  const cycle = async (): Promise<void> => {
    world.clock.advance(CYCLE_EVERY_MS);
    await host.start({ kind: 'full' });
    await host.finish();
  };
  for (let n = 0; n < REST_CYCLES; n++) await cycle();
  const writes = await countWrites(world, host);
  await checkInvariants(world, oracle);
  await checkAtRest(world, oracle);
  for (let n = 0; n < REST_CYCLES; n++) await cycle();
  const later = await countWrites(world, host);
  // An edit of a person is one cell; of an application, the cells it wrote.
  const cells = oracle.written;
  if (writes.total > 4 * cells) oracle.violations.push(`[I8] ${cells} edits caused ${writes.total} writes`);
  if (later.total > writes.total) {
    oracle.violations.push(`[I7] ${later.total - writes.total} writes although nothing changed for two cycles`);
  }
  oracle.violations.push(...network.surprises);
  const seconds = Math.round((performance.now() - began) / 1000);
  const { violations } = oracle;
  const writesPerCell = writes.total / cells;
  const told = [
    `${options.minutes} ${options.real ? 'real' : 'simulated'} minutes in ${seconds} s: ${edits} edits of ${cells} cells, ${host.reports.length} runs.`,
    `Writes: ${writes.sheet} cells of the sheet, ${writes.table} rows of the table; ${writesPerCell.toFixed(2)} an edited cell (at most 4).`,
    `${REST_CYCLES} cycles after the last edit: ${violations.length === 0 ? 'in step, and nothing written since' : 'not in step'}.`,
    ...violations.slice(0, 20),
  ].join('\n');
  await world.close();
  return { violations, writesPerCell, told };
}
