import { checkQuiet } from './quiet.ts';
import type { Scenario } from './rules.ts';
import { encode, initialState } from './state.ts';
import { successors } from './transitions.ts';

export interface Exploration {
  states: number;
  /** States with nothing under way, from which undisturbed cycles were run. */
  quiet: number;
  /** Every state within the bounds was visited. */
  complete: boolean;
  /** How often each violation was met. */
  violations: Map<string, number>;
  /** A shortest way to each violation. */
  traces: Map<string, string[]>;
}

export interface ExploreOptions {
  maxStates: number;
  /** Stop at the first violation: it is a shortest one. */
  stopAtFirst?: boolean;
}

/** Breadth first over every interleaving within the bounds, so that the first trace of a violation is a shortest one. */
export function explore(scenario: Scenario, { maxStates, stopAtFirst = false }: ExploreOptions): Exploration {
  const first = encode(initialState(scenario.bounds));
  const index = new Map<string, number>([[first, 0]]);
  const queue: (string | null)[] = [first];
  const parents: number[] = [-1];
  const labels: string[] = ['start'];
  const found: Exploration = { states: 0, quiet: 0, complete: true, violations: new Map(), traces: new Map() };
  const names = new Map<string, string>();
  const trace = (at: number): string[] => {
    const steps: string[] = [];
    for (let n = at; parents[n]! >= 0; n = parents[n]!) steps.push(labels[n]!);
    return steps.reverse();
  };
  const report = (violation: string, at: number) => {
    found.violations.set(violation, (found.violations.get(violation) ?? 0) + 1);
    if (!found.traces.has(violation)) found.traces.set(violation, trace(at));
  };
  for (let head = 0; head < queue.length; head++) {
    const text = queue[head];
    if (text === null || text === undefined) continue;
    queue[head] = null;
    if (text.includes('"runs":[],"late":[],"clipboard":null')) {
      found.quiet++;
      const violation = checkQuiet(text, scenario);
      if (violation !== null) report(`at rest: ${violation}`, head);
    }
    for (const [label, next] of successors(text, scenario)) {
      const key = encode(next);
      if (index.has(key)) continue;
      if (index.size >= maxStates) {
        found.complete = false;
        continue;
      }
      index.set(key, queue.length);
      parents.push(head);
      labels.push(names.get(label) ?? (names.set(label, label), label));
      if (next.bad !== null) {
        report(next.bad, queue.length);
        queue.push(null);
      } else queue.push(key);
    }
    if (stopAtFirst && found.violations.size > 0) {
      found.complete = false;
      break;
    }
  }
  found.states = index.size;
  return found;
}
