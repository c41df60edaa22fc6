import { beforeEach, describe, expect, it } from 'vitest';
import { areaOf } from './area.ts';
import type { Tab } from './tab.ts';
import { addTable, bodyOf, deleteTable, fitsColumn, noticeInput, type Table } from './table.ts';
import { chosen } from './unconfirmed.ts';
import { Workbook } from './workbook.ts';

let tab: Tab;
const table = (): Table => tab.tables[0]!;

beforeEach(() => {
  tab = new Workbook().addTab({ rowCount: 20, columnCount: 8 });
  tab.setInputs(1, 1, [
    ['id', 'due', 'done', 'stage', 'note'],
    [1, 45000, null, 'open', 'a'],
    [2, 45001, true, 'open', 'b'],
  ]);
  const condition = { type: 'ONE_OF_LIST', values: [{ userEnteredValue: 'open' }, { userEnteredValue: 'shut' }] };
  addTable(tab, {
    name: 'Tasks',
    area: areaOf(1, 1, 3, 5),
    looks: {},
    columns: [
      { name: 'id', type: 'DOUBLE' },
      { name: 'due', type: 'DATE' },
      { name: 'done', type: 'BOOLEAN' },
      { name: 'stage', type: 'DROPDOWN', condition },
      { name: 'note', type: null },
    ],
  });
});

describe('a table with typed columns', () => {
  it('shows values in the format of their column, fills its defaults, and lets neither format nor rule be set', () => {
    expect([tab.displayValue(2, 2), tab.isDate(2, 2), tab.value(2, 3)]).toEqual(['3/15/2023', false, false]);
    expect(tab.effectiveFormat(2, 2)).toBe('M/d/yyyy');
    tab.setInput(2, 2, '2024-02-29');
    expect([tab.value(2, 2), tab.numberFormat(2, 2)]).toEqual([45351, '']);
    expect(() => tab.setNumberFormat(areaOf(3, 1, 1, 5), '@')).toThrow(
      "You can't set the number format of cells in a typed column.",
    );
    expect(() => tab.setValidation(areaOf(2, 4), null)).toThrow(
      'This operation is not allowed on cells in typed columns.',
    );
    tab.setNumberFormat(areaOf(2, 5), '@');
    tab.setNumberFormat(areaOf(1, 1, 1, 5), '@');
    tab.setBackground(areaOf(2, 2), '#ffff00');
  });

  it('refuses another type from scripts and people, or marks it; programs of the API may write anything', () => {
    const write = (column: number, value: string): void => tab.setInput(2, column, value, { validate: true });
    for (const [column, wrong] of [
      [1, 'one'],
      [2, 'soon'],
      [3, 'yes'],
      [4, 'gone'],
    ] as const) {
      expect(() => write(column, wrong)).toThrow(/not allowed on cells in typed columns/);
    }
    write(1, '7');
    write(3, 'TRUE');
    write(4, 'shut');
    write(5, 'anything');
    tab.setInput(2, 1, 'one');
    expect([tab.isInvalid(2, 1), tab.isInvalid(2, 4), fitsColumn(tab, 1, 1, 'id')]).toEqual([true, false, true]);
    tab.setValidation(areaOf(2, 5), { condition: { type: 'TEXT_EQ', values: [{ userEnteredValue: 'so' }] } });
    write(5, 'not so');
    expect([tab.value(2, 5), tab.isInvalid(2, 5)]).toEqual(['not so', true]);
    tab.workbook.unconfirmed = { ...chosen, typedColumnsRefuse: false };
    write(2, 'soon');
    expect([tab.value(2, 2), tab.isInvalid(2, 2)]).toEqual(['soon', true]);
  });

  it('grows by what is inserted after its last row, if so, and by what a person types below it', () => {
    tab.insertRows(4, 2, 'before');
    expect([table().area.bottom, tab.value(4, 3), tab.value(5, 3)]).toEqual([5, false, false]);
    tab.workbook.unconfirmed = { ...chosen, tablesGrow: false };
    tab.insertRows(6, 1, 'before');
    expect([table().area.bottom, tab.value(6, 3)]).toEqual([5, null]);
    tab.setInput(6, 1, 9);
    noticeInput(tab, areaOf(6, 1));
    expect([table().area.bottom, tab.value(6, 3)]).toEqual([6, false]);
    tab.insertRows(3, 1, 'before');
    expect([table().area.bottom, tab.value(3, 3)]).toEqual([7, false]);
    tab.setInput(1, 1, 'key');
    noticeInput(tab, areaOf(1, 1));
    expect(table().columns[0]!.name).toBe('key');
  });

  it('follows columns that move, come and go', () => {
    tab.insertColumns(2, 1);
    expect(table().columns.map(({ type }) => type)).toEqual(['DOUBLE', null, 'DATE', 'BOOLEAN', 'DROPDOWN', null]);
    tab.deleteColumns(1, 1);
    tab.moveColumns(2, 1, 4);
    expect(table().columns.map(({ type }) => type)).toEqual([null, 'BOOLEAN', 'DATE', 'DROPDOWN', null]);
    expect([table().area, tab.displayValue(2, 3)]).toEqual([areaOf(1, 1, 3, 5), '3/15/2023']);
  });

  it('has a name and a place of its own, a footer without a type, and goes with its content', () => {
    const other = { area: areaOf(1, 7, 3, 2), looks: {} };
    expect(() => addTable(tab, { ...other, name: 'TASKS' })).toThrow(/already exists/);
    expect(() => addTable(tab, { name: 'Other', looks: {}, area: areaOf(3, 5, 4, 2) })).toThrow(/overlap/);
    expect(() => addTable(tab, { name: 'Other', looks: {}, area: areaOf(9, 1, 1, 2) })).toThrow(/at least one row/);
    const made = addTable(tab, { ...other, name: 'Sums', looks: { footerColorStyle: {} } });
    expect([made.columns.map(({ name }) => name), tab.value(1, 7)]).toEqual([['Column 1', 'Column 2'], 'Column 1']);
    expect([bodyOf(made), bodyOf(table()).bottom]).toEqual([areaOf(2, 7, 1, 2), 3]);
    deleteTable(tab, table());
    expect([tab.tables.length, tab.value(1, 1), tab.value(3, 5)]).toEqual([1, null, null]);
  });
});
