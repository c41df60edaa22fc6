import { deliver } from './hub.ts';
import { answerAtOnce, stepOf, touchSheet } from './host.ts';
import { vanished } from './oracle.ts';
import type { Scenario } from './rules.ts';
import { decode, tagOf, type Run, type State } from './state.ts';

/** Clean cycles until one has nothing to do; more than this is a loop. */
const CYCLES = 9;

/** With nothing under way: cycles run undisturbed, and both sides must come to rest and agree. Null: they did. */
export function checkQuiet(text: string, scenario: Scenario): string | null {
  const state = decode(text);
  // Whoever had it is gone.
  state.lease = null;
  for (let n = 0; ; n++) {
    if (n === CYCLES) return '[I7] no rest after nine undisturbed cycles';
    const before = JSON.stringify([state.sheet, state.table]);
    const report = cleanCycle(state, scenario, 1000 + n);
    if (state.bad !== null) return state.bad;
    // A missing row is deleted by the second scan that misses it, so one idle cycle is not yet rest.
    const idle = before === JSON.stringify([state.sheet, state.table]) && report.pushed === 0;
    if (idle && !Object.values(state.rows).some((row) => typeof row.absentScan === 'number')) break;
  }
  return disagreement(state);
}

function cleanCycle(state: State, scenario: Scenario, id: number): { pushed: number } {
  const run: Run = { id, trail: [] };
  for (;;) {
    const { effect, report } = stepOf(run);
    if (effect === null) return { pushed: report!.pushed };
    const answered = answerAtOnce(state, scenario, run, effect);
    if (answered !== null) run.trail.push(answered.answer);
    else if (effect.do === 'send')
      run.trail.push(deliver(state, scenario, 'script', effect.name as 'sync', effect.message));
    else run.trail.push(touchSheet(state, scenario, run, effect));
  }
}

function disagreement(state: State): string | null {
  const keys = new Set([...state.sheet.flatMap(([key]) => key ?? []), ...Object.keys(state.table)]);
  const shown = new Set<number>();
  for (const [, value] of state.sheet) if (value !== null) shown.add(tagOf(value));
  for (const value of Object.values(state.table)) shown.add(tagOf(value));
  for (const key of keys) {
    const copies = state.sheet.filter(([one]) => one === key);
    if (copies.length > 1 || state.rows[key]?.status === 'held') continue;
    const [, value] = copies[0] ?? [null, undefined];
    if (value !== state.table[key]) return '[I6] the sides rest apart, and nobody is told';
  }
  return vanished(state, shown);
}
