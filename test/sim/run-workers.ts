import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeFailure, type Choice, type Failure, type Summary } from './report.ts';

export interface Range extends Choice {
  from: number;
  seeds: number;
}

/** What a worker is told, and what it tells of each schedule. */
export interface Task extends Range {
  database: string;
  /** Every `stride`-th seed. */
  stride: number;
  shrink: boolean;
}
export interface PlayedSeed {
  failure?: Failure;
  intents: number;
  windowLosses: number;
  coverage: Record<string, number>;
  spent: Record<string, number>;
  /** Milliseconds of processor time of the worker. */
  cpu: number;
}

/** Plays a range of seeds in one process a database; failures are printed as they come. */
export async function runWorkers(
  databases: readonly string[],
  range: Range,
  options: { shrink: boolean; quiet: boolean },
): Promise<Summary> {
  const started = performance.now();
  const summary: Summary = {
    schedules: 0,
    failures: [],
    intents: 0,
    windowLosses: 0,
    seconds: 0,
    spent: {},
    cpu: 0,
    coverage: {},
  };
  const add = (into: Record<string, number>, from: Record<string, number>) => {
    for (const [what, times] of Object.entries(from)) into[what] = (into[what] ?? 0) + times;
  };
  await Promise.all(
    databases.map(
      (database, index) =>
        new Promise<void>((resolve, reject) => {
          const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)));
          const stride = databases.length;
          const task: Task = { ...range, from: range.from + index, database, stride, shrink: options.shrink };
          worker.on('message', (played: PlayedSeed) => {
            summary.schedules++;
            summary.intents += played.intents;
            summary.windowLosses += played.windowLosses;
            add(summary.coverage, played.coverage);
            add(summary.spent, played.spent);
            summary.cpu += played.cpu;
            if (!played.failure) return;
            summary.failures.push(played.failure);
            if (!options.quiet) console.log(describeFailure(played.failure, range));
          });
          worker.on('error', reject);
          worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
          // The range ends at the same seed for all of them.
          worker.send({ ...task, seeds: range.from + range.seeds });
        }),
    ),
  );
  summary.seconds = (performance.now() - started) / 1000;
  return summary;
}
