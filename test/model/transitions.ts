import { deliver, takeLease } from './hub.ts';
import { answerAtOnce, inWindow, stepOf, touchSheet } from './host.ts';
import type { HostKind } from '../../api/sync/lease.ts';
import type { Scenario } from './rules.ts';
import { decode, type LateMessage, type Run, type State } from './state.ts';
import { applicationMoves, peopleMoves, sortMove, type Move } from './world.ts';

/** Every next state: a move of the world, a step of a run, a fault. */
export function successors(text: string, scenario: Scenario): [label: string, state: State][] {
  const state = decode(text);
  if (state.bad !== null) return [];
  const moves: Move[] = applicationMoves(state);
  const writing = state.runs.find(inWindow);
  if (!writing || scenario.window === 'open') moves.push(...peopleMoves(state));
  else if (scenario.window === 'sort' && state.left.sorts > 0 && state.sheet.length > 1) moves.push(sortMove);
  const movable = writing && scenario.window === 'closed' ? [writing] : state.runs;
  for (const run of movable) moves.push(...runMoves(state, scenario, run));
  if (!writing || scenario.window !== 'closed') {
    moves.push(...lateMoves(state, scenario));
    const locked = scenario.rules.documentLock && state.runs.some((run) => run.rest === undefined);
    if (state.left.runs > 0 && !locked) moves.push(beginMove(scenario));
    if (state.left.restRuns > 0 && !state.runs.some((run) => run.rest)) moves.push(...restMoves(state, scenario));
    moves.push(...leaseMoves(state));
  }
  return moves.map(([label, change]) => {
    const next = decode(text);
    change(next);
    return [label, next];
  });
}

function beginMove(scenario: Scenario): Move {
  return [
    'a run begins',
    (s) => {
      const run: Run = { id: s.left.runs--, trail: [] };
      s.runs.push(run);
      settleRun(s, scenario, run);
    },
  ];
}

/** A run of the REST host begins; refused, it ends before it has looked at anything. */
function restMoves(state: State, scenario: Scenario): Move[] {
  if (scenario.rules.lease && state.lease === 'script') return [];
  return [
    [
      'a run of the REST host begins',
      (s) => {
        const run: Run = { id: 100 + s.left.restRuns--, rest: takeLease(s, scenario)!, trail: [] };
        s.runs.push(run);
        settleRun(s, scenario, run);
      },
    ],
  ];
}

/** A lease outlasts the longest run: it runs out only when its host has none. */
function leaseMoves({ lease, runs }: State): Move[] {
  if (lease === null || runs.some((run) => (run.rest ? 'rest' : 'script') === lease)) return [];
  return [[`the lease of the ${lease} host runs out`, (s) => (s.lease = null)]];
}

/** Goes on to the next effect that others can see or disturb; an ended run leaves. */
export function settleRun(state: State, scenario: Scenario, run: Run): void {
  for (;;) {
    const { effect } = stepOf(run);
    if (effect === null) {
      state.runs = state.runs.filter((one) => one.id !== run.id);
      if (run.rest && state.lease === 'rest') state.lease = null;
      return;
    }
    const answered = answerAtOnce(state, scenario, run, effect);
    if (answered === null) return;
    run.trail.push(answered.answer);
  }
}

function runMoves(state: State, scenario: Scenario, { id, ...rest }: Run): Move[] {
  const { effect } = stepOf({ id, ...rest });
  const host: HostKind = rest.rest ? 'rest' : 'script';
  const name = rest.rest ? `REST run ${id}` : `run ${id}`;
  const moves: Move[] = [];
  const on = (change: (s: State, run: Run) => void) => (s: State) =>
    change(
      s,
      s.runs.find((one) => one.id === id)!,
    );
  const kill = (s: State) => {
    s.left.kills--;
    s.runs = s.runs.filter((one) => one.id !== id);
  };
  if (effect!.do !== 'send') {
    moves.push([
      `${name}: ${effect!.do}`,
      on((s, run) => {
        run.trail.push(touchSheet(s, scenario, run, effect!));
        settleRun(s, scenario, run);
      }),
    ]);
    if (state.left.kills > 0) moves.push([`${name} is killed before ${effect!.do}`, kill]);
    return moves;
  }
  const message = effect as { name: 'sync' | 'push' | 'ack'; message: LateMessage['message'] };
  const send = (s: State, run: Run) => {
    run.trail.push(deliver(s, scenario, host, message.name, structuredClone(message.message)));
    settleRun(s, scenario, run);
  };
  moves.push([`${name}: ${message.name}`, on(send)]);
  if (state.left.kills > 0) {
    moves.push([`${name} is killed before ${message.name}`, kill]);
    moves.push([
      `${name}: ${message.name} arrives, but the run is killed`,
      (s) => {
        deliver(s, scenario, host, message.name, structuredClone(message.message));
        kill(s);
      },
    ]);
  }
  if (state.left.faults > 0 && state.late.length === 0) {
    const late: LateMessage = { name: message.name, host, message: message.message };
    moves.push([
      `${name}: ${message.name} arrives twice, the second time later`,
      on((s, run) => {
        s.left.faults--;
        s.late.push(structuredClone(late));
        send(s, run);
      }),
    ]);
    if (state.left.kills > 0) {
      moves.push([
        `${name}: ${message.name} is delayed and the run killed`,
        (s) => {
          s.left.faults--;
          s.late.push(structuredClone(late));
          kill(s);
        },
      ]);
    }
  }
  return moves;
}

function lateMoves(state: State, scenario: Scenario): Move[] {
  return state.late.map(({ name, host, message }, index) => [
    `the late ${name} arrives`,
    (s) => {
      s.late.splice(index, 1);
      deliver(s, scenario, host, name, structuredClone(message));
    },
  ]);
}
