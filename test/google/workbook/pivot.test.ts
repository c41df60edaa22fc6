import { beforeEach, describe, expect, it } from 'vitest';
import { areaOf } from './area.ts';
import type { Pivot } from './pivot.ts';
import type { Tab } from './tab.ts';
import { Workbook } from './workbook.ts';

let tab: Tab;
const by = (offset: number, totals = true) => ({ offset, ascending: true, totals });
const units: Pivot['values'] = [{ offset: 2, summarize: 'SUM' }];

function anchor(row: number, column: number, pivot: Partial<Pivot>): void {
  const source = { tabId: tab.id, area: areaOf(1, 1, 6, 3) };
  const whole = { source, rows: [], columns: [], values: [], ...pivot };
  tab.changeExtra(areaOf(row, column), 'cells', (extra) => ({ ...extra, pivot: whole }));
  tab.workbook.formulaChanged(tab);
}
const shows = (row: number, column: number, rows: number, columns: number) =>
  tab.rawValues(row, column, rows, columns).map((line) => line.map((value) => value ?? ''));

beforeEach(() => {
  tab = new Workbook().addTab();
  tab.setInputs(1, 1, [
    ['Region', 'Product', 'Units'],
    ['Oregon', 'Pen', 234],
    ['New York', 'Pen', 300],
    ['New York', 'Paper', 98],
    ['New York', 'Pen', 45],
    [null, null, null],
  ]);
});

describe('a pivot table', () => {
  it('fills cells that nobody entered, and follows its source', () => {
    anchor(1, 5, { rows: [by(0)], values: units });
    const drawn = [
      ['Region', 'SUM of Units'],
      ['New York', 443],
      ['Oregon', 234],
      ['Grand Total', 677],
    ];
    expect(shows(1, 5, 4, 2)).toEqual(drawn);
    expect([tab.grid.value(2, 5), tab.formula(1, 5), tab.dataExtent()]).toEqual([null, '', { rows: 5, columns: 6 }]);
    tab.setInputs(6, 1, [['Ohio', 'Pen', 3]]);
    expect(shows(3, 5, 3, 2)).toEqual([
      ['Ohio', 3],
      ['Oregon', 234],
      ['Grand Total', 680],
    ]);
    tab.setInput(1, 8, '=SUM(F2:F4)');
    expect(tab.value(1, 8)).toBe(680);
  });

  it('crosses rows with a column group, and nests rows with blank repeats', () => {
    anchor(1, 5, { rows: [by(0)], columns: [by(1)], values: units });
    expect(shows(1, 5, 5, 4)).toEqual([
      ['SUM of Units', 'Product', '', ''],
      ['Region', 'Paper', 'Pen', 'Grand Total'],
      ['New York', 98, 345, 443],
      ['Oregon', '', 234, 234],
      ['Grand Total', 98, 579, 677],
    ]);
    anchor(8, 5, { rows: [by(0, false), by(1)], values: [{ offset: 2, summarize: 'AVERAGE', name: 'mean' }] });
    expect(shows(8, 5, 4, 3)).toEqual([
      ['Region', 'Product', 'mean'],
      ['New York', 'Paper', 98],
      ['', 'Pen', 172.5],
      ['Oregon', 'Pen', 234],
    ]);
  });

  it('is #REF! while anything stands in its way; clearing heals it', () => {
    anchor(1, 5, { rows: [by(0)], values: units });
    tab.setInput(3, 6, 'mine');
    expect(shows(1, 5, 3, 2)).toEqual([
      [{ error: '#REF!' }, ''],
      ['', ''],
      ['', 'mine'],
    ]);
    tab.setInput(3, 6, null);
    expect(tab.value(3, 6)).toBe(234);
  });

  it('stays when its results are cleared, and goes with all it shows when its anchor is written to', () => {
    anchor(1, 5, { rows: [by(0)], values: units });
    tab.clearContent(areaOf(2, 5, 3, 2));
    expect(tab.value(2, 5)).toBe('New York');
    tab.clearContent(areaOf(1, 5));
    expect(shows(1, 5, 4, 2).flat().join('')).toBe('');
    expect(tab.grid.extra(1, 5)).toBeUndefined();
  });

  it('moves with its anchor and its source, and cannot be merged', () => {
    anchor(1, 5, { rows: [by(0)], values: units });
    tab.insertRows(1);
    tab.insertColumns(1);
    expect(shows(2, 6, 2, 2)).toEqual([
      ['Region', 'SUM of Units'],
      ['New York', 443],
    ]);
    expect(() => tab.merge(areaOf(3, 7, 1, 2))).toThrow("You can't merge cells that are part of a pivot table.");
    tab.deleteColumns(2, 3);
    expect([tab.value(2, 3), tab.value(3, 3)]).toEqual([{ error: '#REF!' }, null]);
  });
});
