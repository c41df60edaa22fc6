import { describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { applyOffers } from '../../shared/cycle/apply.ts';
import { columnNow } from '../../shared/cycle/column-now.ts';
import type { Effect } from '../../shared/cycle/effects.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import { makeMapping, MemorySheet } from './support/memory-sheet.ts';

/** What moves between a run's re-check and the end of its writes, on a sheet that looks once more before it acts. */

const mapping = makeMapping('SKU*', 'Name', 'Price?');

function sheet(): MemorySheet {
  const tab = new MemorySheet(
    ['SKU', 'Name', 'Price', 'Notes'],
    [
      ['a', 'Apple', 1, 'note 1'],
      ['b', 'Pear', 2, 'note 2'],
      ['c', 'Plum', 3, 'note 3'],
    ],
    ['c1', 'c2', 'c3', null],
  );
  tab.looks = true;
  return tab;
}

const deletion = (cells: Cell[], more: Partial<Offer> = {}): Offer => ({
  id: `o-${String(cells[0])}`,
  key: String(cells[0]),
  kind: 'delete',
  cells: cells.map((base, i) => ({ column: `c${i + 1}`, base, value: null })),
  ...more,
});
const APPLE = deletion(['a', 'Apple', 1]);
const PEAR = deletion(['b', 'Pear', 2]);

/** Applies the offers; `person` acts right before the effect, once. Answers what became of each offer's first cell. */
function apply(tab: MemorySheet, offers: Offer[], before: Effect['do'], person: () => void) {
  tab.before = (effect) => {
    if (effect.do !== before) return;
    tab.before = () => {};
    person();
  };
  const { results, unclear } = tab.drive(applyOffers(offers, mapping));
  return {
    unclear,
    ...Object.fromEntries(results.map(({ offer, cells }) => [offer, Object.values(cells)[0]!.outcome])),
  };
}

describe('a delete in the write window', () => {
  it('[I3] deletes no row where the header row goes just before, which moves them all', () => {
    const tab = sheet();
    const outcome = apply(tab, [APPLE, PEAR], 'deleteRows', () => tab.grid.splice(0, 1));
    expect(outcome).toEqual({ unclear: true });
    expect(tab.grid.map((line) => line[0])).toEqual(['a', 'b', 'c']);
  });

  it('[I2] leaves the row that a person edits just before, and takes its neighbours', () => {
    const tab = sheet();
    const outcome = apply(tab, [APPLE, PEAR], 'deleteRows', () => (tab.grid[1]![1] = 'typed'));
    expect(outcome).toEqual({ 'o-a': 'changed', 'o-b': 'applied' });
    expect(tab.grid.slice(1).map((line) => line[1])).toEqual(['typed', 'Plum']);
  });

  it('[R26] leaves a row that is in the archive where any of its cells is edited just before', () => {
    const kept = { archive: '2026-11-21T12:00:01.123Z' };
    const offers = [{ ...APPLE, ...kept }, PEAR];
    const tab = sheet();
    const outcome = apply(tab, offers, 'deleteRows', () => (tab.grid[1]![3] = tab.grid[2]![3] = 'typed'));
    expect(outcome).toEqual({ 'o-a': 'changed', 'o-b': 'applied' });
    expect(tab.grid.slice(1).map((line) => line[3])).toEqual(['typed', 'note 3']);
  });

  it('deletes a row although its formula shows something else by now', () => {
    const tab = sheet();
    tab.formulas.add('2:3');
    expect(apply(tab, [APPLE], 'deleteRows', () => (tab.grid[1]![2] = 7))).toEqual({ 'o-a': 'applied' });
    expect(tab.rowOf('a')).toBe(0);
  });

  it('[I3] brings back no row that a person deleted, where the host left the row it was to delete', () => {
    const tab = sheet();
    const outcome = apply(tab, [APPLE], 'deleteRows', () => {
      tab.grid[1]![1] = 'typed';
      tab.grid.splice(3, 1);
    });
    expect(outcome).toEqual({ 'o-a': 'changed' });
    expect(tab.grid.slice(1).map((line) => line[0])).toEqual(['a', 'b']);
  });

  it('finds what it wrote below a row that it left', () => {
    const tab = sheet();
    const price: Offer = { id: 'o-c', key: 'c', kind: 'update', cells: [{ column: 'c3', base: 3, value: 30 }] };
    const outcome = apply(tab, [APPLE, price], 'deleteRows', () => (tab.grid[1]![1] = 'typed'));
    expect(outcome).toEqual({ 'o-a': 'changed', 'o-c': 'applied' });
    expect(tab.grid[3]).toEqual(['c', 'Plum', 30, 'note 3']);
  });
});

describe('a column that moves before a cell is put back', () => {
  it('[I18] gets back there what it held, and the column in its former place stays as it is', () => {
    const tab = sheet();
    // The look before the write came too early: the table's empty price hits the column of notes.
    tab.looks = false;
    const empty: Offer = { id: 'o-a', key: 'a', kind: 'update', cells: [{ column: 'c3', base: 1, value: null }] };
    tab.before = (effect) => {
      for (const line of [tab.ids, ...tab.grid]) {
        if (effect.do === 'writeBlocks') line.push(line.splice(2, 1)[0]!);
        // A new column is as empty as the cell that is to be put back.
        if (effect.do === 'putBack') line.splice(2, 0, null);
      }
    };
    tab.drive(applyOffers([empty], mapping));
    expect(tab.grid.slice(0, 2)).toEqual([
      ['SKU', 'Name', null, 'Notes', 'Price'],
      ['a', 'Apple', null, 'note 1', 1],
    ]);
  });

  it('[I18] does not get what a row showed there that comes back after a delete hit it', () => {
    const tab = sheet();
    tab.looks = false;
    let moves = 0;
    tab.before = (effect) => {
      if (effect.do === 'deleteRows') tab.grid.push(tab.grid.splice(1, 1)[0]!);
      if (effect.do === 'writeBlocks' && moves++ < 2)
        for (const line of [tab.ids, ...tab.grid]) line.unshift(line.pop()!);
    };
    tab.drive(applyOffers([APPLE], mapping));
    expect(moves).toBe(3);
    expect(tab.grid).toEqual([
      ['Price', 'Notes', 'SKU', 'Name'],
      [3, 'note 3', 'c', 'Plum'],
      [1, 'note 1', 'a', 'Apple'],
      [2, 'note 2', 'b', 'Pear'],
    ]);
  });

  it('is found by its mark and header, where these stand above one column alone', () => {
    const column = (header: string, id: string | null = null) => ({ header, id });
    const before = [column('SKU', 'c1'), column('Notes'), column('Name', 'c2'), column('Twice'), column('Twice')];
    const [sku, notes, name, ...twice] = before as [(typeof before)[0], ...typeof before];
    // Columns without a header right of all are not seen by a look at the headers alone.
    expect([1, 2, 4, 6].map((at) => columnNow(before, at, [...before, column('')]))).toEqual([1, 2, 4, 6]);
    const now = [notes!, column(''), name!, sku, ...twice];
    expect([1, 2, 3, 4, 5, 6].map((at) => columnNow(before, at, now))).toEqual([4, 1, 3, null, null, null]);
    expect(columnNow(before, 1, [column('a', 'c1'), notes!, name!])).toBeNull();
    expect(columnNow(before, 2, [sku, notes!, notes!])).toBeNull();
  });
});
