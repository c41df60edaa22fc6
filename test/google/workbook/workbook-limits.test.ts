import { describe, expect, it } from 'vitest';
import { areaOf } from './area.ts';
import { Workbook } from './workbook.ts';

describe('what a spreadsheet takes', () => {
  it('takes 30,000 characters of metadata a tab, and as many for itself', () => {
    const book = new Workbook();
    const [tab, other] = [book.addTab({}), book.addTab({})];
    const add = (location: Parameters<typeof book.addMetadata>[0]['location'], value: string) =>
      book.addMetadata({ key: 'k', value, visibility: 'DOCUMENT', location });
    add({ type: 'COLUMN', tabId: tab.id, index: 2 }, 'x'.repeat(29_000));
    add({ type: 'SHEET', tabId: tab.id }, 'x'.repeat(998));
    expect(() => add({ type: 'ROW', tabId: tab.id, index: 1 }, '')).toThrow('storage limit');
    add({ type: 'SHEET', tabId: other.id }, 'x');
    add({ type: 'SPREADSHEET' }, 'x'.repeat(29_999));
    expect(() => add({ type: 'SPREADSHEET' }, '')).toThrow('storage limit');
  });

  it('knows the limit of ten million cells', () => {
    const tab = new Workbook().addTab();
    expect(() => tab.insertRows(1, 400_000)).toThrow('10000000 cells');
  });

  it('is names of a hundred characters', () => {
    const book = new Workbook();
    const tab = book.addTab({ title: 'x'.repeat(100) });
    expect(() => book.renameTab(tab, 'x'.repeat(101))).toThrow('The sheet name cannot be greater than 100 characters.');
    expect(() => book.addTab({ title: 'y'.repeat(101) })).toThrow(/100 characters/);
    expect(book.tabs.map(({ title }) => title.length)).toEqual([100]);
  });

  it('is lists of 500 items to choose from', () => {
    const tab = new Workbook().addTab();
    const listOf = (items: number) => ({
      condition: {
        type: 'ONE_OF_LIST',
        values: Array.from({ length: items }, (_, index) => ({ userEnteredValue: `item ${index}` })),
      },
    });
    tab.setValidation(areaOf(1, 1), listOf(500));
    expect(() => tab.setValidation(areaOf(2, 1), listOf(501))).toThrow(
      'The data validation rule has more items than the limit of 500. Use the "List from a range" criteria instead.',
    );
    expect([tab.validation(1, 1), tab.validation(2, 1)]).toEqual([listOf(500), null]);
  });
});
