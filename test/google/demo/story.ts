import { countDifferences, describeDifferences } from './compare-sides.ts';
import type { Demo } from './boot.ts';
import { compareNow } from './stage.ts';
import { bulkUpdate } from './story/bulk-update.ts';
import { editOnBothSides } from './story/edit-on-both-sides.ts';
import { firstSync } from './story/first-sync.ts';
import { formulaColumn } from './story/formula-column.ts';
import { insertColumn } from './story/insert-column.ts';
import { insertRows } from './story/insert-rows.ts';
import { nothingChanged, tenMoreTicks } from './story/nothing-changed.ts';
import { refusedRow } from './story/refused-row.ts';
import { sortThenEdit } from './story/sort-then-edit.ts';
import type { Step } from './story/step.ts';
import { StoryTable } from './story/story-table.ts';
import { typedEdits } from './story/typed-edits.ts';

export const steps: readonly Step[] = [
  firstSync,
  typedEdits,
  bulkUpdate,
  insertRows,
  sortThenEdit,
  insertColumn,
  formulaColumn,
  editOnBothSides,
  refusedRow,
  nothingChanged,
  tenMoreTicks,
];

export interface StepOutcome {
  name: string;
  /** Fetches of the sheet's data range. */
  reads: number;
  /** Cells of the sheet whose content the add-on wrote. */
  writes: number;
  /** Calls from the add-on to the API. */
  calls: number;
  ok: boolean;
}

/** What `--json` prints as its last line. */
export interface StoryOutcome {
  inStep: boolean;
  rows: number;
  steps: StepOutcome[];
}

/** Plays every step; one that fails is said, and the next goes on from where it stopped. */
export async function playStory(demo: Demo, say: (line: string) => void): Promise<StoryOutcome> {
  const table = new StoryTable(demo);
  const outcomes: StepOutcome[] = [];
  const width = Math.max(...steps.map((step) => step.name.length));
  say(`${'step'.padEnd(width + 4)}  reads  writes  calls`);
  for (const step of steps) {
    const before = demo.counters.snapshot();
    const { ok, said } = await playStep(step, demo, table);
    const { reads, cellWrites: writes, calls } = demo.counters.since(before);
    const cost = { reads, writes, calls };
    const over = Object.entries(step.budget ?? {}).find(([name, most]) => cost[name as keyof typeof cost] > most);
    const outcome = { name: step.name, ...cost, ok: ok && over === undefined };
    outcomes.push(outcome);
    const numbers = `${String(reads).padStart(5)}  ${String(writes).padStart(6)}  ${String(calls).padStart(5)}`;
    say(`${outcome.ok ? 'ok  ' : 'FAIL'} ${step.name.padEnd(width)} ${numbers}  ${said}`);
    if (over !== undefined) say(`     more ${over[0]} than the ${over[1]} this step may cost`);
  }
  const comparison = await compareNow(demo);
  const inStep = comparison !== null && countDifferences(comparison) === 0;
  const rows = comparison?.rows ?? 0;
  say(
    inStep
      ? `Both sides agree: ${rows} rows, ${comparison.cells} cells compared one by one.`
      : `The sides differ: ${comparison === null ? 'nothing is linked' : describeDifferences(comparison)}.`,
  );
  return { inStep, rows, steps: outcomes };
}

async function playStep(step: Step, demo: Demo, table: StoryTable): Promise<{ ok: boolean; said: string }> {
  try {
    const said = await step.play(demo, table);
    const failure = demo.takeFailures()[0];
    if (failure !== undefined)
      return { ok: false, said: `The script's ${failure.fn} failed: ${failure.error.message}` };
    const comparison = await compareNow(demo);
    if (comparison === null) return { ok: false, said: 'Nothing is linked.' };
    if (countDifferences(comparison) > 0) return { ok: false, said: describeDifferences(comparison) };
    return { ok: true, said };
  } catch (error) {
    return { ok: false, said: error instanceof Error ? error.message : String(error) };
  }
}
