import { describe, expect, it } from 'vitest';
import { applyOffers } from '../../shared/cycle/apply.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import { makeMapping, MemorySheet } from './support/memory-sheet.ts';

const mapping = makeMapping('SKU*', 'Name', 'Price?');

function sheet(): MemorySheet {
  return new MemorySheet(
    ['SKU', 'Name', 'Price'],
    [
      ['a', 'Apple', 1],
      ['b', 'Pear', 2],
      ['c', 'Plum', 3],
    ],
  );
}

function update(key: string, column: string, base: unknown, value: unknown): Offer {
  return { id: `o-${key}`, key, kind: 'update', cells: [{ column, base: base as never, value: value as never }] };
}

function outcomes(results: { offer: string; cells: Record<string, { outcome: string }> }[]) {
  return Object.fromEntries(
    results.map(({ offer, cells }) => [
      offer,
      Object.fromEntries(Object.entries(cells).map(([column, cell]) => [column, cell.outcome])),
    ]),
  );
}

describe('apply on the sheet', () => {
  it('writes what still shows its base, in as few blocks as the places allow, with two reads', () => {
    const tab = sheet();
    const { results, cellsWritten } = tab.drive(
      applyOffers([update('a', 'c3', 1, 10), update('b', 'c3', 2, 20), update('c', 'c3', 3, 30)], mapping),
    );
    expect(tab.grid.slice(1).map((row) => row[2])).toEqual([10, 20, 30]);
    expect(tab.written).toHaveLength(1);
    expect(cellsWritten).toBe(3);
    expect(tab.reads).toBe(2);
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'applied' }, 'o-b': { c3: 'applied' }, 'o-c': { c3: 'applied' } });
  });

  it('[I2] leaves a cell alone that no longer shows its base', () => {
    const tab = sheet();
    tab.grid[1]![2] = 7;
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(tab.cell(2, 3)).toBe(7);
    expect(results[0]!.cells['c3']).toEqual({ outcome: 'changed', readback: 7 });
    expect(tab.written).toEqual([]);
  });

  it('counts a cell that already shows the value as applied without writing it', () => {
    const tab = sheet();
    tab.grid[1]![2] = 10;
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'applied' } });
    expect(tab.written).toEqual([]);
  });

  it('[I14] never writes a cell that holds a formula', () => {
    const tab = sheet();
    tab.formulas.add('2:3');
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(tab.cell(2, 3)).toBe(1);
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'formula' } });
  });

  it('[I14] leaves a formula column out of inserted rows', () => {
    const tab = sheet();
    tab.formulas.add('4:3');
    const offer: Offer = {
      id: 'o-d',
      key: 'd',
      kind: 'insert',
      cells: ['c1', 'c2', 'c3'].map((column, i) => ({ column, base: null, value: ['d', 'Fig', 9][i]! })),
    };
    const { results } = tab.drive(applyOffers([offer], mapping));
    expect(tab.grid[4]).toEqual(['d', 'Fig', null]);
    expect(outcomes(results)).toEqual({ 'o-d': { c1: 'applied', c2: 'applied', c3: 'formula' } });
  });

  it('[I14] knows a formula column although its last cell was typed over, and a few formulas make none', () => {
    const offer = (value: unknown): Offer => ({
      id: 'o-d',
      key: 'd',
      kind: 'insert',
      cells: ['c1', 'c2', 'c3'].map((column, i) => ({ column, base: null, value: ['d', 'Fig', value][i] as never })),
    });
    const mostly = sheet();
    mostly.formulas.add('2:3').add('3:3');
    const one = sheet();
    one.formulas.add('2:3');
    const results = [mostly, one].map((tab) => outcomes(tab.drive(applyOffers([offer(9)], mapping)).results)['o-d']);
    expect(results.map((result) => result!['c3'])).toEqual(['formula', 'applied']);
    expect([mostly.grid[4], one.grid[4]]).toEqual([
      ['d', 'Fig', null],
      ['d', 'Fig', 9],
    ]);
    // No value of the table is missing where it has none.
    const tab = sheet();
    tab.formulas.add('4:3');
    const { results: blank } = tab.drive(applyOffers([offer(null)], mapping));
    expect(outcomes(blank)['o-d']).toEqual({ c1: 'applied', c2: 'applied', c3: 'applied' });
  });

  it('finds the row by its key, wherever it stands now', () => {
    const tab = sheet();
    tab.grid = [tab.grid[0]!, tab.grid[3]!, tab.grid[1]!, tab.grid[2]!];
    tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(tab.cell(tab.rowOf('a'), 3)).toBe(10);
    expect(tab.cell(tab.rowOf('c'), 3)).toBe(3);
  });

  it('[I3] repairs a write that a sort inside the write window misplaced', () => {
    const tab = sheet();
    let sorted = false;
    tab.before = (effect) => {
      if (effect.do !== 'writeBlocks' || sorted) return;
      sorted = true;
      tab.grid = [tab.grid[0]!, tab.grid[3]!, tab.grid[2]!, tab.grid[1]!];
    };
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'misplaced' } });
    expect(tab.cell(tab.rowOf('c'), 3)).toBe(3);
    expect(tab.cell(tab.rowOf('a'), 3)).toBe(1);
  });

  it('a row that moved after the write took its value along', () => {
    const tab = sheet();
    let reads = 0;
    tab.before = (effect) => {
      if (effect.do === 'readSheet' && ++reads === 2) {
        tab.grid = [tab.grid[0]!, tab.grid[3]!, tab.grid[2]!, tab.grid[1]!];
      }
    };
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'applied' } });
    expect(tab.cell(tab.rowOf('c'), 3)).toBe(3);
  });

  it('[I17] takes a value back at once that became a formula', () => {
    const tab = sheet();
    tab.before = (effect) => {
      if (effect.do === 'readSheet' && tab.cell(2, 2) === '=1+1') tab.formulas.add('2:2');
    };
    const { results } = tab.drive(applyOffers([update('a', 'c2', 'Apple', '=1+1')], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c2: 'unsafe' } });
    expect(tab.cell(2, 2)).toBe('Apple');
    expect(tab.written[0]!.asText).toEqual([[true]]);
  });

  it('[I14] leaves a formula alone that a person typed between the write and the read-back', () => {
    const tab = sheet();
    let reads = 0;
    tab.before = (effect) => {
      if (effect.do !== 'readSheet' || ++reads !== 2) return;
      tab.grid[1]![2] = 42;
      tab.formulas.add('2:3');
    };
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(tab.cell(2, 3)).toBe(42);
    expect(results[0]!.cells['c3']).toEqual({ outcome: 'applied', readback: 42 });
  });

  it('[I18] takes a write back that landed in another column because columns moved in the write window', () => {
    const tab = sheet();
    let moved = false;
    tab.before = (effect) => {
      if (effect.do !== 'writeBlocks' || moved) return;
      moved = true;
      tab.ids.splice(1, 0, null);
      tab.grid = tab.grid.map((row, i) => [row[0]!, i === 0 ? 'Memo' : null, ...row.slice(1)]);
    };
    const { results } = tab.drive(
      applyOffers([update('a', 'c3', 1, 10), update('b', 'c2', 'Pear', 'Quince')], mapping),
    );
    expect(tab.grid.slice(1, 3)).toEqual([
      ['a', null, 'Apple', 1],
      ['b', null, 'Pear', 2],
    ]);
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'misplaced' }, 'o-b': { c2: 'misplaced' } });
  });

  it('[I18] gives a cell back its formula and its format where a write hit it because columns moved', () => {
    const tab = sheet();
    let moved = false;
    tab.before = (effect) => {
      if (effect.do !== 'writeBlocks' || moved) return;
      moved = true;
      // A person drags an unmapped column, with a formula and a format of its own, to where Name was.
      tab.ids.splice(1, 0, null);
      tab.grid = tab.grid.map((row, i) => [row[0]!, i === 0 ? 'Total' : i * 10, ...row.slice(1)]);
      tab.formulas.add('2:2');
      tab.formulaTexts.set('2:2', '=SUM(D2:E2)');
      tab.formats.set('2:2', '0.00');
    };
    const { results } = tab.drive(applyOffers([update('a', 'c2', 'Apple', '007')], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c2: 'misplaced' } });
    expect([tab.cell(2, 2), tab.formulaTexts.get('2:2'), tab.formats.get('2:2')]).toEqual([10, '=SUM(D2:E2)', '0.00']);
    expect([tab.cell(2, 3), tab.formulas.size]).toEqual(['Apple', 1]);
  });

  it('[I18] leaves a cell alone that a person changed after a write had hit it', () => {
    const tab = sheet();
    let reads = 0;
    tab.before = (effect) => {
      if (effect.do === 'writeBlocks') {
        tab.ids.splice(1, 0, null);
        tab.grid = tab.grid.map((row, i) => [row[0]!, i === 0 ? 'Memo' : null, ...row.slice(1)]);
      }
      if (effect.do === 'readSheet' && ++reads === 2) tab.grid[1]![1] = 'mine';
    };
    tab.drive(applyOffers([update('a', 'c2', 'Apple', 'Cherry')], mapping));
    expect(tab.cell(2, 2)).toBe('mine');
  });

  it('[I3] takes the re-check’s word where rows moved between the host’s own look and its write', () => {
    const tab = sheet();
    tab.grid[3]![2] = 1;
    let late = false;
    tab.before = (effect) => {
      if (effect.do !== 'readSheet' || tab.written.length === 0 || late) return;
      late = true;
      // The host saw base 1 on its own row, and then wrote onto another one.
      tab.grid[1]![2] = 1;
      tab.grid[2]![2] = 10;
      tab.grid = [tab.grid[0]!, tab.grid[2]!, tab.grid[1]!, tab.grid[3]!];
    };
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10)], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'misplaced' } });
    expect([tab.cell(tab.rowOf('b'), 3), tab.cell(tab.rowOf('a'), 3)]).toEqual([2, 1]);
  });

  it('[I2] offers again what the host refused because the cell changed since the re-check', () => {
    const tab = sheet();
    tab.looks = true;
    tab.before = (effect) => {
      if (effect.do === 'writeBlocks') tab.grid[1]![2] = 7;
    };
    const { results } = tab.drive(applyOffers([update('a', 'c3', 1, 10), update('b', 'c3', 2, 20)], mapping));
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'changed' }, 'o-b': { c3: 'applied' } });
    expect([tab.cell(2, 3), tab.cell(3, 3)]).toEqual([7, 20]);
  });

  it('holds what no cell could show: more than 50,000 characters, or a text that reads as an error', () => {
    const tab = sheet();
    const long = 'x'.repeat(50_001);
    const { results } = tab.drive(
      applyOffers([update('a', 'c2', 'Apple', long), update('b', 'c2', 'Pear', '#N/A')], mapping),
    );
    expect(outcomes(results)).toEqual({ 'o-a': { c2: 'invalid' }, 'o-b': { c2: 'invalid' } });
    expect(results.map(({ cells }) => cells['c2']!.reason)).toEqual([
      expect.stringContaining('50,001 characters'),
      expect.stringContaining('#N/A'),
    ]);
    expect(tab.written).toEqual([]);
  });

  it('halves a refused block until the refused cell stands alone', () => {
    const tab = sheet();
    tab.refuse = (_row, _position, value) => (value === 20 ? 'invalid' : null);
    const { results } = tab.drive(
      applyOffers([update('a', 'c3', 1, 10), update('b', 'c3', 2, 20), update('c', 'c3', 3, 30)], mapping),
    );
    expect(tab.grid.slice(1).map((row) => row[2])).toEqual([10, 2, 30]);
    expect(outcomes(results)).toEqual({ 'o-a': { c3: 'applied' }, 'o-b': { c3: 'invalid' }, 'o-c': { c3: 'applied' } });
  });

  it('inserts below the data only where the key is absent, and deletes only an untouched row', () => {
    const tab = sheet();
    const cells = (value: unknown[]) =>
      ['c1', 'c2', 'c3'].map((column, i) => ({ column, base: null, value: value[i] as never }));
    const whole = (value: unknown[]) =>
      ['c1', 'c2', 'c3'].map((column, i) => ({ column, base: value[i] as never, value: null }));
    const { results } = tab.drive(
      applyOffers(
        [
          { id: 'o-d', key: 'd', kind: 'insert', cells: cells(['d', 'Fig', 4]) },
          { id: 'o-c', key: 'c', kind: 'insert', cells: cells(['c', 'Other', 5]) },
          { id: 'o-a', key: 'a', kind: 'delete', cells: whole(['a', 'Apple', 1]) },
          { id: 'o-b', key: 'b', kind: 'delete', cells: whole(['b', 'Quince', 2]) },
        ],
        mapping,
      ),
    );
    expect(tab.grid.slice(1)).toEqual([
      ['b', 'Pear', 2],
      ['c', 'Plum', 3],
      ['d', 'Fig', 4],
    ]);
    const got = outcomes(results);
    expect(got['o-d']!['c1']).toBe('applied');
    expect(got['o-c']!['c1']).toBe('gone');
    expect(got['o-a']!['c1']).toBe('applied');
    expect(got['o-b']!['c1']).toBe('changed');
  });

  it('[I3] puts back whole the row that a delete hit because rows moved in the write window', () => {
    const tab = sheet();
    tab.grid = tab.grid.map((row, index) => [...row, index === 0 ? 'Notes' : `note ${index}`]);
    tab.ids.push(null);
    tab.before = (effect) => {
      if (effect.do === 'deleteRows') tab.grid = [tab.grid[0]!, tab.grid[3]!, tab.grid[2]!, tab.grid[1]!];
    };
    const whole = ['a', 'Apple', 1].map((base, i) => ({ column: `c${i + 1}`, base, value: null }));
    const { results } = tab.drive(applyOffers([{ id: 'o-a', key: 'a', kind: 'delete', cells: whole }], mapping));
    expect(outcomes(results)['o-a']!['c1']).toBe('changed');
    expect(tab.grid.slice(1)).toEqual([
      ['b', 'Pear', 2, 'note 2'],
      ['a', 'Apple', 1, 'note 1'],
      ['c', 'Plum', 3, 'note 3'],
    ]);
    // Plain text would keep a formula typed there later from being one (I18).
    expect([...tab.formats.keys()].filter((place) => place.endsWith(':4'))).toEqual([]);
  });

  it('[I3] puts back a row that went in place of another where the host can no longer tell, being refused in between', () => {
    const tab = sheet();
    tab.resends = true;
    tab.refusesToDelete = (row) => (row === 2 ? 'No.' : null);
    tab.before = (effect) => {
      // A first try hit a row that was never offered, and the next one its own.
      if (effect.do === 'deleteRows') tab.grid.splice(2, 1);
    };
    const whole = ['a', 'Apple', 1].map((base, i) => ({ column: `c${i + 1}`, base, value: null }));
    const { results } = tab.drive(applyOffers([{ id: 'o-a', key: 'a', kind: 'delete', cells: whole }], mapping));
    expect(outcomes(results)['o-a']!['c1']).toBe('invalid');
    expect(tab.grid.slice(1)).toEqual([
      ['a', 'Apple', 1],
      ['c', 'Plum', 3],
      ['b', 'Pear', 2],
    ]);
  });

  it('[I10] does not take a row for deleted where the header row has gone', () => {
    const tab = sheet();
    tab.before = (effect) => {
      if (effect.do === 'deleteRows') tab.grid.splice(0, 1);
    };
    const whole = ['a', 'Apple', 1].map((base, i) => ({ column: `c${i + 1}`, base, value: null }));
    const { results, unclear } = tab.drive(
      applyOffers([{ id: 'o-a', key: 'a', kind: 'delete', cells: whole }], mapping),
    );
    expect({ results, unclear }).toEqual({ results: [], unclear: true });
  });

  it('[R26] deletes a row only as the archive has it, whatever changed since in any of its cells', () => {
    const whole = ['a', 'Apple', 1].map((base, i) => ({ column: `c${i + 1}`, base, value: null }));
    const offer: Offer = { id: 'o-a', key: 'a', kind: 'delete', cells: whole, archive: '2026-11-21T12:00:01.123Z' };
    const kept = (tab: MemorySheet) => (tab.tabs.get('Archive of Tab') ?? []).slice(1).map((line) => line.slice(1));
    const unmapped = sheet();
    unmapped.grid.forEach((line, index) => line.push(index === 0 ? 'Memo' : `memo ${index}`));
    unmapped.ids.push(null);
    unmapped.before = (effect) => {
      if (effect.do === 'readSheet' && unmapped.reads > 0) unmapped.grid[1]![3] = 'typed since';
    };
    expect(outcomes(unmapped.drive(applyOffers([offer], mapping)).results)['o-a']!['c1']).toBe('changed');
    expect(unmapped.rowOf('a')).toBe(2);
    expect(kept(unmapped)).toEqual([['a', 'a', 'Apple', 1, 'memo 1']]);
    unmapped.before = () => {};
    expect(outcomes(unmapped.drive(applyOffers([offer], mapping)).results)['o-a']!['c1']).toBe('applied');
    expect(kept(unmapped)[1]).toEqual(['a', 'a', 'Apple', 1, 'typed since']);

    // Edited when it was to be copied, and back as it was when it was to be deleted.
    const undone = sheet();
    undone.grid[1]![1] = 'typed';
    undone.before = (effect) => {
      if (effect.do === 'readSheet' && undone.reads > 0) undone.grid[1]![1] = 'Apple';
    };
    expect(outcomes(undone.drive(applyOffers([offer], mapping)).results)['o-a']!['c1']).toBe('changed');
    expect(undone.rowOf('a')).toBe(2);

    // What a formula shows may change with every look.
    const volatile = sheet();
    volatile.grid.forEach((line, index) => line.push(index === 0 ? 'Now' : index));
    volatile.ids.push(null);
    volatile.formulas.add('2:4');
    volatile.before = (effect) => {
      if (effect.do === 'readSheet') volatile.grid[1]![3] = Number(volatile.grid[1]![3]) + 1;
    };
    expect(outcomes(volatile.drive(applyOffers([offer], mapping)).results)['o-a']!['c1']).toBe('applied');

    // A formula typed over the value that was copied is no recalculation, whatever it shows; nor a value over a formula.
    for (const [former, now] of [
      ['value', 'formula'],
      ['formula', 'value'],
    ]) {
      const turned = sheet();
      turned.grid.forEach((line, index) => line.push(index === 0 ? 'Memo' : index));
      turned.ids.push(null);
      turned.before = (effect) => {
        if (effect.do !== 'readSheet') return;
        if (turned.reads > 0) turned.grid[1]![3] = 9;
        if ((turned.reads === 0 ? former : now) === 'formula') turned.formulas.add('2:4');
        else turned.formulas.delete('2:4');
      };
      expect(outcomes(turned.drive(applyOffers([offer], mapping)).results)['o-a']!['c1'], now).toBe('changed');
      expect(outcomes(turned.drive(applyOffers([offer], mapping)).results)['o-a']!['c1'], now).toBe('applied');
      expect(kept(turned)[1]).toEqual(['a', 'a', 'Apple', 1, 9]);
    }
  });
});
