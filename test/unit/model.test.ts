import { describe, expect, it } from 'vitest';
import { explore } from '../model/explore.ts';
import { allRules, noBounds } from '../model/rules.ts';
import { ablations } from '../model/scenarios.ts';

/** The bounds of `npm run model`, made small: seconds, not minutes. */
describe('the model of the protocol, on the product’s own cycle and merge', () => {
  it('[I1] [I2] [I6] [I7] [I16] finds nothing lost, revived or at odds with every rule in force', () => {
    for (const winner of ['table', 'sheet'] as const) {
      const bounds = { ...noBounds, sheetEdits: 1, tableEdits: 1 };
      const found = explore(
        { name: winner, bounds, winner, normalise: winner === 'sheet', window: 'closed', rules: allRules },
        { maxStates: 5_000 },
      );
      expect(Object.fromEntries(found.traces)).toEqual({});
      expect(found.complete).toBe(true);
      expect(found.quiet).toBeGreaterThan(100);
    }
  }, 60_000);

  it.each([
    ['repairs what a sort inside the write window put on another row', { sorts: 1, kills: 0 }],
    ['holds what a killed run put there', { sorts: 1, kills: 1 }],
    ['holds what went with another row when rows moved away and back', { sorts: 2, kills: 0 }],
  ])(
    '[I3] %s',
    (_, some) => {
      const bounds = { ...noBounds, rows: 2 as const, tableEdits: 1, faults: 0, ...some };
      const found = explore(
        { name: 'sort', bounds, winner: 'table', normalise: false, window: 'sort', rules: allRules },
        { maxStates: 5_000 },
      );
      expect(Object.fromEntries(found.traces)).toEqual({});
      expect(found.complete).toBe(true);
    },
    60_000,
  );

  it.each(ablations)(
    'shows what happens without the rule $rule',
    ({ scenario, maxStates }) => {
      const found = explore(scenario, { maxStates, stopAtFirst: true });
      expect([...found.violations.keys()]).not.toEqual([]);
    },
    60_000,
  );
});
