import { describe, expect, it } from 'vitest';
import { areaOf } from './area.ts';
import { InvalidDataError } from './errors.ts';
import { imageIn, setImage } from './image.ts';
import { chosen } from './unconfirmed.ts';
import { Workbook } from './workbook.ts';

describe('a cell', () => {
  it('answers the other open questions about text either way', () => {
    const book = new Workbook();
    const tab = book.addTab();
    tab.setNumberFormat(areaOf(1, 1, 1, 3), '@');
    tab.setInputs(1, 1, [["'x", 5, true, "'007", 'a\r\nb\rc']]);
    expect(tab.rawValues(1, 1, 1, 5)[0]).toEqual(['x', 5, true, '007', 'a\r\nb\rc']);
    book.unconfirmed = { ...chosen, plainTextDropsApostrophe: false, plainTextKeepsTypes: false };
    tab.setInputs(1, 1, [["'x", 5, true, "'007"]]);
    expect(tab.rawValues(1, 1, 1, 4)[0]).toEqual(["'x", '5', 'TRUE', '007']);
    tab.setInput(1, 2, 5, { mode: 'raw' });
    expect(tab.value(1, 2)).toBe(5);
    book.unconfirmed = { ...chosen, apostropheMeansText: false, keepsCarriageReturns: false };
    tab.setInputs(1, 1, [["'x", 5, null, "'007", 'a\r\nb\rc']]);
    expect(tab.rawValues(1, 1, 1, 5)[0]).toEqual(["'x", 5, null, "'007", 'a\nb\nc']);
  });

  it('writes the cells before a refused one where blocks are not refused whole', () => {
    const book = new Workbook();
    const tab = book.addTab();
    const rule = { condition: { type: 'NUMBER_LESS', values: [{ userEnteredValue: '9' }] }, strict: true };
    tab.setValidation(areaOf(1, 1, 3, 1), rule);
    const write = (): void => tab.setInputs(1, 1, [[1], [10], [2]], { validate: true });
    expect(write).toThrow(InvalidDataError);
    expect(tab.rawValues(1, 1, 3, 1).flat()).toEqual([null, null, null]);
    book.unconfirmed.refusesWholeBlocks = false;
    expect(write).toThrow(InvalidDataError);
    expect(tab.rawValues(1, 1, 3, 1).flat()).toEqual([1, null, null]);
  });

  it('an image takes the place of what the cell held, and gives way to what is written', () => {
    const tab = new Workbook().addTab();
    tab.setInput(4, 2, 'text');
    tab.setNote(4, 2, 'mine');
    setImage(tab, 4, 2, 'https://example.com/a.png');
    expect([tab.value(4, 2), imageIn(tab, 4, 2), tab.note(4, 2)]).toEqual([null, 'https://example.com/a.png', 'mine']);
    expect(tab.dataExtent()).toEqual({ rows: 4, columns: 2 });
    tab.setInput(4, 2, null);
    expect([imageIn(tab, 4, 2), tab.note(4, 2), tab.dataExtent().rows]).toEqual([null, 'mine', 0]);
  });
});
