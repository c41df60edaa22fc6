import { expect, it } from 'vitest';
import { listed, listedKinds } from '../sim/listed-adversities.ts';
import { blindSpots, describeFailure, summarise, unreached, type Summary } from '../sim/report.ts';
import { adversities, faultKinds } from '../sim/schedule.ts';

const all = Object.fromEntries([...adversities, ...listedKinds].map((kind) => [kind, 1]));
const summary = (schedules: number, coverage: Record<string, number>): Summary => ({
  schedules,
  failures: [],
  intents: 0,
  windowLosses: 0,
  seconds: 1,
  spent: {},
  cpu: 0,
  coverage,
});

it('maps every adversity of the list to kinds that schedules play', () => {
  for (const [what, kinds] of Object.values(listed).flatMap((group) => Object.entries(group))) {
    expect(kinds.length, what).toBeGreaterThan(0);
    for (const kind of kinds) expect(adversities, what).toContain(kind.split('@')[0]);
  }
});

it('fails a run of 10,000 schedules that never reached one of them, and no shorter one', () => {
  for (const kind of Object.keys(all)) {
    // A kind met in some phase of a run was met: its phases go with it.
    const left = Object.entries(all).filter(([other]) => other !== kind && !other.startsWith(`${kind}@`));
    const without = Object.fromEntries(left);
    expect(blindSpots(summary(10_000, without), faultKinds)).toContain(kind);
  }
  expect(blindSpots(summary(9_999, {}), faultKinds)).toEqual([]);
  expect(blindSpots(summary(10_000, {}), faultKinds.slice(1))).toEqual([]);
});

it('finds nothing missing where everything was reached, wherever in a run', () => {
  expect(unreached(all)).toEqual([]);
  expect(unreached({ ...all, 'person:type@recall': 2 })).toEqual([]);
  expect(summarise(summary(10_000, all))).not.toMatch(/^ +0 /m);
});

it('says of a failed seed what made its schedule: the host, the kind of table and the kinds of trouble', () => {
  const failure = { seed: 7, violations: ['[I6] differs'] };
  const again = (choice: Parameters<typeof describeFailure>[1]) => describeFailure(failure, choice).split('\n').at(-1);
  expect(again({ faults: faultKinds })).toBe('  Play it again: npm run sim -- --from 7 --seeds 1 --shrink');
  expect(again({ faults: ['network', 'hub'], profile: 'uuidKey', bundle: true })).toBe(
    '  Play it again: npm run sim -- --bundle --profile uuidKey --faults network,hub --from 7 --seeds 1 --shrink',
  );
});
