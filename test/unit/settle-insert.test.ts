import { expect, it } from 'vitest';
import type { StoredOffer } from '../../api/sync/offer-store.ts';
import { newRowState } from '../../api/sync/row-state.ts';
import { settleByOutcome } from '../../api/sync/settle.ts';
import { applyOffers } from '../../shared/cycle/apply.ts';
import { mapping, target } from '../model/model-table.ts';
import { MemorySheet } from './support/memory-sheet.ts';

/** A new row as a host brings it and the hub takes its word. */

const offer: StoredOffer = {
  id: 'o',
  key: '2',
  kind: 'insert',
  cells: [
    { column: 'c1', base: null, value: 2 },
    { column: 'c2', base: null, value: 20 },
  ],
  epoch: 1,
  bValue: { c1: '2', c2: '20' },
  hashAfter: null,
};

function bring(refuse: (position: number) => 'invalid' | 'protected' | null) {
  const tab = new MemorySheet(['id', 'v'], [[1, 10]]);
  tab.looks = true;
  tab.refuse = (_row, position) => refuse(position);
  const { results } = tab.drive(applyOffers([offer], mapping));
  const state = newRowState('2');
  return { settled: settleByOutcome(state, offer, results[0]!, target), state, shown: tab.grid.slice(2).flat() };
}

it.each(['invalid', 'protected'] as const)(
  '[R16] is not offered again where the sheet refuses its key as %s: nothing of it can stay',
  (why) => {
    const { settled, state, shown } = bring((position) => (position === 1 ? why : null));
    // Else each sync would insert one more empty row, and nobody would be told.
    expect(settled).toBe('done');
    expect(state).toMatchObject({ a: null, status: 'held', blocked: { '*': { code: why } } });
    expect(state.error!.message).toMatch(/^This row: /);
    expect(shown.filter((cell) => cell !== null)).toEqual([]);
  },
);

it('[R16] is looked at where its key stands and another cell of it is refused', () => {
  const { settled, state, shown } = bring((position) => (position === 2 ? 'invalid' : null));
  expect([settled, shown, state.blocked]).toEqual(['again', [2, null], {}]);
});
