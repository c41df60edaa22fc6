import { listedKinds } from './listed-adversities.ts';
import { adversities, faultKinds, type FaultKind, type SimStep } from './schedule.ts';

/** A run this long must reach every adversity. */
const COVERAGE_SEEDS = 10_000;

export interface Failure {
  seed: number;
  violations: string[];
  /** Shrunk, where that was asked for. */
  steps?: SimStep[];
}

export interface Summary {
  schedules: number;
  failures: Failure[];
  intents: number;
  windowLosses: number;
  seconds: number;
  /** Milliseconds of all workers by where they went, waits included. */
  spent: Record<string, number>;
  /** Milliseconds of processor time of all workers: a busy machine does not change it much. */
  cpu: number;
  coverage: Record<string, number>;
}

/** What chose a range of schedules besides its seeds. */
export interface Choice {
  faults: readonly FaultKind[];
  /** One kind of table for all of them; each seed chooses its own unless given. */
  profile?: string | undefined;
  /** The built add-on is the host. */
  bundle?: boolean;
}

/** The same seed makes another schedule with another host, kind of table or kinds of trouble: all are said. */
export function describeFailure({ seed, violations, steps }: Failure, choice: Choice): string {
  const lines = [`Seed ${seed}:`, ...violations.slice(0, 8).map((text) => `  ${text}`)];
  if (steps) lines.push(`  Shrunk to ${steps.length} steps:`, ...steps.map((step) => `    ${JSON.stringify(step)}`));
  const { faults, profile, bundle } = choice;
  const all = faultKinds.every((kind) => faults.includes(kind));
  const again = [
    ...(bundle ? ['--bundle'] : []),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(all ? [] : ['--faults', faults.join(',')]),
    `--from ${seed} --seeds 1 --shrink`,
  ];
  lines.push(`  Play it again: npm run sim -- ${again.join(' ')}`);
  return lines.join('\n');
}

/** Adversities by kind, wherever in a run they struck: `person:type@send` counts for `person:type`. */
export function coverageByKind(coverage: Readonly<Record<string, number>>): [string, number][] {
  const kinds = new Map<string, number>();
  for (const [what, times] of Object.entries(coverage)) {
    const kind = what.split('@')[0]!;
    kinds.set(kind, (kinds.get(kind) ?? 0) + times);
  }
  return [...kinds].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** Adversities that no schedule reached, of those the schedules can play and those the protocol must stand. */
export function unreached(coverage: Readonly<Record<string, number>>): string[] {
  const reached = new Set([...coverageByKind(coverage).map(([kind]) => kind), ...Object.keys(coverage)]);
  return [...new Set([...adversities, ...listedKinds])].filter((kind) => !reached.has(kind));
}

/** What a long run with all faults should have reached and did not: it is not tested at all. */
export function blindSpots({ schedules, coverage }: Summary, faults: readonly FaultKind[]): string[] {
  return schedules >= COVERAGE_SEEDS && faults.length === faultKinds.length ? unreached(coverage) : [];
}

export function summarise(summary: Summary): string {
  const { schedules, failures, intents, windowLosses, seconds, spent, cpu, coverage } = summary;
  const total = Object.values(spent).reduce((sum, ms) => sum + ms, 0) || 1;
  return [
    '',
    'Adversities reached:',
    ...coverageByKind(coverage).map(([kind, times]) => `  ${String(times).padStart(7)}  ${kind}`),
    ...unreached(coverage).map((kind) => `        0  ${kind}`),
    `A schedule costs ${Math.round(total / schedules)} ms, ${Math.round(cpu / schedules)} of them processor time of its own beside PostgreSQL’s: ${Object.entries(
      spent,
    )
      .map(([what, ms]) => `${what} ${Math.round((100 * ms) / total)} %`)
      .join(', ')}. ${(schedules / seconds).toFixed(1)} schedules/s.`,
    `${schedules} schedules, ${intents} values written, ${windowLosses} of them met the write window, ${failures.length} schedules violated a rule.`,
  ].join('\n');
}
