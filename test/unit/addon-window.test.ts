import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { LocalGoogle } from '../google/local-google.ts';
import { SheetError } from '../google/workbook/errors.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { AddonLab } from './support/addon-lab.ts';
import type { ScriptedHub } from './support/scripted-hub.ts';

/**
 * What the built add-on looks at once more right before it acts: a person comes in between two of its service calls, or
 * Sheets refuses a part of what it did.
 */

let lab: AddonLab;
let google: LocalGoogle;
let hub: ScriptedHub;
let tab: Tab;

beforeAll(async () => {
  lab = await AddonLab.build();
});
afterAll(() => lab.close());

/** A linked tab of four rows; column C is not mapped. */
beforeEach(async () => {
  await lab.openLinked({
    table: 'people',
    rows: [
      ['id', 'name', 'mine'],
      [1, 'Ann', 'w'],
      [2, 'Bob', 'x'],
      [3, 'Cem', 'y'],
      [4, 'Dora', 'z'],
    ],
    mapped: ['id', 'name'],
    kinds: { id: 'integer' },
  });
  ({ google, hub, tab } = lab);
});

const deletion = (id: number, name: string): Offer => ({
  id: `o${id}`,
  key: String(id),
  kind: 'delete',
  cells: Object.entries({ c1: id, c2: name }).map(([column, base]) => ({ column, base, value: null })),
});

/** Syncs; `person` acts before each service call, told its name and those made since the offers were there. */
async function sync(offers: Offer[], person: (method: string, made: readonly string[]) => void): Promise<string[]> {
  hub.sent.length = 0;
  hub.offers = offers;
  const made: string[] = [];
  google.runtime.beforeHostCall = (_execution, method) => {
    if (hub.offers.length > 0) return Promise.resolve();
    person(method, made);
    made.push(method);
    return Promise.resolve();
  };
  await lab.sync();
  google.runtime.beforeHostCall = null;
  return made;
}

const shown = (position: number) => [1, 2, 3, 4, 5].map((row) => tab.value(row, position));
const outcomes = (): Record<string, unknown> =>
  Object.fromEntries([...lab.results()].map(([offer, cells]) => [offer, cells['c1']?.outcome]));
const reads = (made: readonly string[]) => made.filter((method) => method === 'Range.getValues').length;

it('[I3] leaves rows that read otherwise right before their deletion, for one more read of them all', async () => {
  const offers = [deletion(1, 'Ann'), deletion(2, 'Bob'), deletion(4, 'Dora')];
  const made = await sync(offers, (method, before) => {
    // The re-check is the first reading; the next one is that of the rows to delete.
    if (method === 'Range.getValues' && reads(before) === 1) tab.setInput(3, 2, 'typed');
  });
  expect(shown(2)).toEqual(['name', 'typed', 'Cem', null, null]);
  expect(outcomes()).toEqual({ o1: 'applied', o2: 'changed', o4: 'applied' });
  const at = made.indexOf('Sheet.deleteRows');
  expect([made[at - 1], reads(made.slice(0, at))]).toEqual(['Range.getValues', 2]);
});

it('[R10] sees what was typed between two looks at a cell, though Google keeps what a run has read', async () => {
  expect(tab.workbook.unconfirmed.runsCacheReads).toBe(true);
  const update: Offer = { id: 'o1', key: '1', kind: 'update', cells: [{ column: 'c2', base: 'Ann', value: 'Anna' }] };
  await sync([update], (method, before) => {
    if (method === 'Range.getValues' && reads(before) === 1) tab.setInput(2, 2, 'typed');
  });
  expect(tab.value(2, 2)).toBe('typed');
  expect(lab.results().get('o1')!['c2']!.outcome).toBe('changed');
});

it('[I10] deletes nothing where the header row goes between the re-check and the delete', async () => {
  await sync([deletion(3, 'Cem')], (method, before) => {
    if (method === 'Range.getValues' && reads(before) === 1) tab.deleteRows(1, 1);
  });
  expect(shown(2)).toEqual(['Ann', 'Bob', 'Cem', 'Dora', null]);
});

describe('rows that Sheets does not delete', () => {
  const reason = 'You can’t delete this row.';
  const update: Offer = { id: 'u', key: '3', kind: 'update', cells: [{ column: 'c2', base: 'Cem', value: 'Cemal' }] };

  /** Refuses to delete any row of that name. */
  function keep(name: string): void {
    const real = tab.deleteRows.bind(tab);
    vi.spyOn(tab, 'deleteRows').mockImplementation((from, count = 1) => {
      for (let row = from; row < from + count; row++) if (tab.value(row, 2) === name) throw new SheetError(reason);
      real(from, count);
    });
  }

  it.each([
    ['at once', false, false],
    ['at the flush', true, false],
    ['at the flush, with what followed', true, true],
  ])('[R16] (refused %s) cost those rows alone, and tell why', async (_, late, loses) => {
    keep('Bob');
    google.runtime.lateWriteErrors = late;
    tab.workbook.unconfirmed.lateRefusalsLoseTheRest = loses;
    const made = await sync([deletion(1, 'Ann'), deletion(2, 'Bob'), deletion(4, 'Dora'), update], () => {});
    google.runtime.lateWriteErrors = false;
    expect(shown(2)).toEqual(['name', 'Bob', 'Cemal', null, null]);
    expect(outcomes()).toMatchObject({ o1: 'applied', o2: 'invalid', o4: 'applied' });
    expect(lab.results().get('o2')!['c1']).toMatchObject({ reason });
    expect(lab.results().get('u')!['c2']!.outcome).toBe('applied');
    // Halving a batch of three.
    expect(made.filter((method) => method === 'Sheet.deleteRows').length).toBeLessThanOrEqual(5);
  });

  it('[I3] are not taken for others that look alike, where others of the batch have gone', async () => {
    tab.setInputs(2, 1, [
      ['=1*1', 'Ann'],
      ['=2*1', 'Ann'],
      ['=3*1', 'Cem'],
    ]);
    keep('Cem');
    google.runtime.lateWriteErrors = true;
    // The key is computed, so that nothing tells the first two apart.
    await sync([deletion(1, 'Ann'), deletion(3, 'Cem')], () => {});
    expect(shown(3)).toEqual(['mine', 'x', 'y', 'z', null]);
    expect(outcomes()).toEqual({ o1: 'applied', o3: 'changed' });
    await sync([deletion(3, 'Cem')], () => {});
    google.runtime.lateWriteErrors = false;
    expect(outcomes()).toMatchObject({ o3: 'invalid' });
    expect(shown(3)).toEqual(['mine', 'x', 'y', 'z', null]);
  });

  it('[R16] are the last below the frozen ones alone, where the tab takes no more', async () => {
    tab.frozenRows = 1;
    tab.deleteRows(6, tab.rowCount - 5);
    vi.spyOn(tab, 'insertRows').mockImplementation(() => {
      throw new SheetError('This action would increase the number of cells in the workbook above the limit.');
    });
    await sync([deletion(1, 'Ann'), deletion(2, 'Bob'), deletion(3, 'Cem'), deletion(4, 'Dora')], () => {});
    expect(outcomes()).toEqual({ o1: 'invalid', o2: 'applied', o3: 'applied', o4: 'applied' });
    expect(shown(2).slice(0, 2)).toEqual(['name', 'Ann']);
  });
});

it('[I18] puts a cell back in its own column, wherever that has moved since it was seen', async () => {
  const empty: Offer = {
    id: 'o',
    key: '2',
    kind: 'update',
    cells: [{ column: 'c2', base: 'Bob', value: null as Cell }],
  };
  await sync([empty], (method, before) => {
    // The name moves right of the person's own column, and the write hits that.
    if (method === 'Range.setValues' && !before.includes(method)) tab.moveColumns(2, 1, 4);
    // Once that was seen, a new column comes in its place, as empty as the cell that was hit.
    const looks = before.filter((one) => one === 'Pivot.list').length;
    if (looks === 2 && before.at(-1) === 'Pivot.list') tab.insertColumns(2, 1);
  });
  expect([1, 2, 3, 4].map((position) => [tab.value(1, position), tab.value(3, position)])).toEqual([
    ['id', 2],
    [null, null],
    ['mine', 'x'],
    ['name', 'Bob'],
  ]);
});
