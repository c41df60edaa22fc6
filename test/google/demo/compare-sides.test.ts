import { describe, expect, it } from 'vitest';
import { Workbook } from '../workbook/workbook.ts';
import { compareSides, countDifferences } from './compare-sides.ts';
import type { TableRows } from './table-rows.ts';

const columns = [
  { header: 'Id', column: 'id', key: true },
  { header: 'When', column: 'at', key: false },
  { header: 'Amount', column: 'amount', key: false },
];

function sheet(rows: string[][]) {
  const tab = new Workbook().addTab({ title: 'T', columnCount: 4, rowCount: 20 });
  rows.forEach((row, r) => row.forEach((text, c) => tab.setInput(r + 1, c + 1, text, { mode: 'user' })));
  return tab;
}

function table(rows: (string | null)[][]): TableRows {
  return {
    columns: [
      { name: 'id', type: 'text', numeric: false, key: true },
      { name: 'at', type: 'date', numeric: false, key: false },
      { name: 'amount', type: 'numeric(9,2)', numeric: true, key: false },
    ],
    rows,
  };
}

const header = ['Id', 'When', 'Amount'];

describe('comparing the sides', () => {
  it('finds equal what each side only writes differently', () => {
    const tab = sheet([header, ['a', '2/29/2024', '1.5'], ['b', '', '']]);
    const found = compareSides(
      tab,
      table([
        ['a', '2024-02-29', '1.50'],
        ['b', null, null],
      ]),
      columns,
    );
    expect(countDifferences(found)).toBe(0);
    expect(found).toMatchObject({ rows: 2, cells: 6 });
  });

  it('finds every kind of difference', () => {
    const tab = sheet([header, ['a', '3/1/2024', '1'], ['a', '3/1/2024', '1'], ['b', '', '']]);
    const found = compareSides(
      tab,
      table([
        ['a', '2024-02-29', '1'],
        ['c', null, null],
      ]),
      columns,
    );
    expect(found.differing).toContainEqual({ key: 'a', header: 'When', sheet: '2024-03-01', table: '2024-02-29' });
    expect(found.twice).toEqual(['a']);
    expect(found.onlyInSheet).toEqual(['b']);
    expect(found.onlyInTable).toEqual(['c']);
  });

  it('goes by headers, wherever the columns stand', () => {
    const tab = sheet([
      ['Amount', 'Mine', 'When', 'Id'],
      ['7', 'note', '', 'a'],
    ]);
    expect(countDifferences(compareSides(tab, table([['a', null, '7']]), columns))).toBe(0);
  });
});
