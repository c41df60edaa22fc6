import { describe, expect, it } from 'vitest';
import { areaOf } from './area.ts';
import { copyRichText, richTextOf, setChips, setRuns, tidyRuns } from './rich-text.ts';
import { Workbook } from './workbook.ts';

const bold = { bold: true };

describe('styles of parts of a text', () => {
  it('are kept from run to run, and go with what is entered over them', () => {
    const tab = new Workbook().addTab();
    tab.setInput(1, 1, 'one two');
    setRuns(tab, 1, 1, [
      { start: 4, style: bold },
      { start: 0, style: {} },
      { start: 5, style: bold },
    ]);
    const runs = [
      { start: 0, style: {} },
      { start: 4, style: bold },
    ];
    expect(richTextOf(tab, 1, 1)).toEqual({ text: 'one two', runs });
    tab.setNote(1, 1, 'mine');
    tab.setInput(1, 1, 'one two');
    expect([richTextOf(tab, 1, 1)?.runs, tab.note(1, 1)]).toEqual([[], 'mine']);
  });

  it('are refused outside of the text, twice in one place, and on what is no text', () => {
    const tab = new Workbook().addTab();
    tab.setInputs(1, 1, [['text', 5]]);
    expect(() => tidyRuns('text', [{ start: 4, style: bold }])).toThrow(/within the text/);
    expect(() =>
      tidyRuns('text', [
        { start: 1, style: bold },
        { start: 1, style: {} },
      ]),
    ).toThrow(/one after the other/);
    expect(() => setRuns(tab, 1, 2, [{ start: 0, style: bold }])).toThrow(/Only text/);
    expect(tidyRuns('text', [{ start: 0, style: {} }])).toEqual([]);
  });

  it('travel in a sort, a copy and a snapshot', () => {
    const tab = new Workbook().addTab();
    tab.setInputs(1, 1, [['b'], ['a']]);
    setRuns(tab, 1, 1, [{ start: 0, style: bold }]);
    const before = tab.workbook.snapshot();
    tab.sort({ range: areaOf(1, 1, 2, 1), keys: [{ column: 1, ascending: true }] });
    expect([richTextOf(tab, 1, 1)?.runs, richTextOf(tab, 2, 1)?.runs]).toEqual([[], [{ start: 0, style: bold }]]);
    tab.setInput(3, 1, 'b');
    copyRichText(tab, [2, 1], [3, 1, tab]);
    expect(richTextOf(tab, 3, 1)?.runs).toEqual([{ start: 0, style: bold }]);
    tab.workbook.restore(before);
    expect(richTextOf(tab, 1, 1)?.runs).toEqual([{ start: 0, style: bold }]);
  });
});

describe('smart chips', () => {
  it('show their text in that of the cell, and give way to what is entered', () => {
    const tab = new Workbook().addTab();
    const chip = { personProperties: { email: 'ann.lee@example.com' } };
    setChips(tab, 1, 1, [{ text: 'Ann Lee', chip }, ' leads']);
    expect([tab.value(1, 1), tab.grid.extra(1, 1)]).toEqual([
      'Ann Lee leads',
      { chips: [{ start: 0, length: 7, chip }] },
    ]);
    tab.setInput(1, 1, 'Ann Lee leads');
    expect(tab.grid.extra(1, 1)).toBeUndefined();
  });
});
