import { expect, it } from 'vitest';
import { newRowState } from '../../api/sync/row-state.ts';
import { settleMark } from '../../api/sync/row-marks.ts';

const own = { note: 'my own note', background: '#ffffff' };
const none = { note: '', background: '#ffffff' };
const ours = { note: 'Tandem: no', background: '#fce8e6' };
const healed = (prior: typeof own, left?: true) => ({
  ...newRowState('a'),
  dealtEpoch: 7,
  marks: { c2: { message: null, done: false, prior, ...(left ? { left } : {}) } },
});
const told = (prior: typeof own) => ({ key: 'a', column: 'c2', done: true, prior });

it('[R17] tells of a note that is not where it was put: its cell is another row’s now', () => {
  expect(settleMark(healed(own), told(none))).toEqual({ column: 'c2', prior: own, since: 7 });
  expect(settleMark(healed(own), told(ours))).toBeNull();
  // One that only looked for another row's note: what it does not find is not looked for again.
  expect(settleMark(healed(own, true), told(none))).toBeNull();
});

it('takes no column for marked that only bears the name of what every object has', () => {
  for (const column of ['__proto__', 'constructor', 'toString']) {
    expect(settleMark(healed(own), { ...told(own), column })).toBeNull();
  }
  const polluted: Record<string, unknown> = {};
  expect([polluted['done'], polluted['prior'], Object.keys(Object)]).toEqual([undefined, undefined, []]);
});
