import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import type { LocalGoogle } from '../google/local-google.ts';
import type { SheetDocument } from '../google/script/documents.ts';
import type { ScriptInstall } from '../google/script/install.ts';
import { areaOf } from '../google/workbook/area.ts';
import { attach } from '../google/workbook/attachments.ts';
import { imageIn, setImage } from '../google/workbook/image.ts';
import type { Pivot } from '../google/workbook/pivot.ts';
import { chipsOf, richTextOf, setChips, setRuns } from '../google/workbook/rich-text.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { AddonLab, NOTES } from './support/addon-lab.ts';

/** What docs/cells.md states about cells, through the built bundle. The script's timezone is not the spreadsheet's. */

let lab: AddonLab;
let google: LocalGoogle;
let document: SheetDocument;
let tab: Tab;
let install: ScriptInstall;

beforeAll(async () => {
  lab = await AddonLab.build({ scriptTimeZone: 'Asia/Kolkata' });
});
afterAll(() => lab.close());

/** A linked tab of three rows; column C is not mapped. */
async function link(timeZone = 'America/New_York'): Promise<void> {
  await lab.openLinked({ ...NOTES, timeZone });
  ({ google, document, tab, install } = lab);
}
beforeEach(() => link());

const sync = (...changes: [key: number, base: Cell, value: Cell][]) => lab.syncValues(changes);

/** The cell of column B as the add-on reads it: what it answers where nothing is to be written. */
async function reads(key: number): Promise<Cell> {
  const [outcome] = await sync([key, 'no such value', 'not written']);
  expect(outcome!.outcome).toMatch(/changed|formula/);
  return outcome!.readback;
}

describe('merged cells', () => {
  it('the top left cell is a cell like any other; a covered one is empty, and says why it can’t be written', async () => {
    tab.merge(areaOf(2, 2, 2, 1));
    expect(await reads(2)).toBeNull();
    const outcomes = await sync([1, 'one', 'top'], [2, null, 'covered'], [3, 'three', 'below']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'invalid', 'applied']);
    expect(outcomes[1]!.reason).toMatch(/under merged cells.*Unmerge/);
    const [number] = await sync([2, null, 5]);
    expect(number).toMatchObject({ outcome: 'invalid', reason: expect.stringMatching(/merged/) as string });
    expect([2, 3, 4].map((row) => tab.value(row, 2))).toEqual(['top', null, 'below']);
  });
});

describe('checkboxes and drop-downs', () => {
  it('a checkbox is TRUE or FALSE, and refuses anything else with the reason', async () => {
    tab.setValidation(areaOf(2, 2, 3, 1), { condition: { type: 'BOOLEAN', values: [] }, strict: true });
    tab.setInputs(2, 2, [[true], [false], [false]], { mode: 'raw' });
    expect(await reads(1)).toBe(true);
    const outcomes = await sync([1, true, false], [2, false, 'yes'], [3, false, null]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'invalid', 'applied']);
    expect(outcomes[1]!.reason).toMatch(/data validation/);
    expect([2, 3, 4].map((row) => tab.value(row, 2))).toEqual([false, false, null]);
  });

  it('one with values of its own holds those', async () => {
    const values = [{ userEnteredValue: 'Yes' }, { userEnteredValue: 'No' }];
    tab.setValidation(areaOf(2, 2, 3, 1), { condition: { type: 'BOOLEAN', values }, strict: true });
    tab.setInputs(2, 2, [['Yes'], ['No'], ['No']], { mode: 'raw' });
    expect(await reads(1)).toBe('Yes');
    const outcomes = await sync([1, 'Yes', 'No'], [2, 'No', true]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'invalid']);
  });

  it('a drop-down that rejects holds the table’s value, one that warns takes it', async () => {
    const condition = { type: 'ONE_OF_LIST', values: [{ userEnteredValue: 'one' }, { userEnteredValue: '007' }] };
    tab.setValidation(areaOf(2, 2), { condition, strict: true });
    tab.setValidation(areaOf(3, 2), { condition, strict: false });
    const outcomes = await sync([1, 'one', 'four'], [2, 'two', 'four']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['invalid', 'applied']);
    expect([tab.value(2, 2), tab.value(3, 2), tab.isInvalid(3, 2)]).toEqual(['one', 'four', true]);
    expect(await sync([1, 'one', '007'])).toMatchObject([{ outcome: 'applied', readback: '007' }]);
    expect(tab.validation(2, 2)).toEqual({ condition, strict: true });
  });

  it('is written or held whether Sheets refuses at once or at the flush, whole blocks or in part', async () => {
    const rule = { condition: { type: 'NUMBER_LESS', values: [{ userEnteredValue: '9' }] }, strict: true };
    for (const [late, whole] of [
      [false, false],
      [true, true],
      [true, false],
    ] as const) {
      google.runtime.lateWriteErrors = late;
      document.workbook.unconfirmed.refusesWholeBlocks = whole;
      tab.setValidation(areaOf(3, 2), null);
      tab.setInputs(2, 2, [[1], [2], [3]]);
      tab.setValidation(areaOf(3, 2), rule);
      const outcomes = await sync([1, 1, 10], [2, 2, 20], [3, 3, 30]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'invalid', 'applied']);
      expect([2, 3, 4].map((row) => tab.value(row, 2))).toEqual([10, 2, 30]);
    }
    google.runtime.lateWriteErrors = false;
  });
});

describe('a rule that forbids what stands in its cells', () => {
  it.each([false, true])('[I2] takes a refused block back all the same (refused at the flush: %s)', async (late) => {
    const rule = { condition: { type: 'NUMBER_LESS', values: [{ userEnteredValue: '9' }] }, strict: true };
    google.runtime.lateWriteErrors = late;
    document.workbook.unconfirmed.refusesWholeBlocks = false;
    tab.setInputs(2, 2, [[20], ['thirty'], [40]]);
    tab.setValidation(areaOf(2, 2, 3, 1), rule);
    // The rule lets the first value through, and with it the one that stood there can't be typed any more.
    const outcomes = await sync([1, 20, 4], [2, 'thirty', 50], [3, 40, 60]);
    google.runtime.lateWriteErrors = false;
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'invalid', 'invalid']);
    expect([2, 3, 4].map((row) => tab.value(row, 2))).toEqual([4, 'thirty', 40]);
    expect([2, 3, 4].map((row) => tab.validation(row, 2))).toEqual([rule, rule, rule]);
  });
});

describe('text that a rule takes for a number alone', () => {
  it('is held, whether Sheets refuses it at once or at the flush', async () => {
    const condition = { type: 'NUMBER_LESS', values: [{ userEnteredValue: '9' }] };
    tab.setInputs(2, 2, [[1], [2], [3]]);
    tab.setValidation(areaOf(2, 2, 3, 1), { condition, strict: true });
    for (const late of [false, true]) {
      google.runtime.lateWriteErrors = late;
      const outcomes = await sync([1, 1, late ? 4 : 1], [2, 2, '007']);
      expect([late, outcomes[1]!.outcome, tab.value(3, 2)]).toEqual([late, 'invalid', 2]);
    }
    google.runtime.lateWriteErrors = false;
    expect(tab.value(2, 2)).toBe(4);
  });
});

describe('what is no value', () => {
  it('[I14] an image in a cell is unknown: nothing is delivered, and nothing written over it', async () => {
    setImage(tab, 2, 2, 'https://example.com/a.png');
    expect(await reads(1)).toEqual({ error: '(image)' });
    // Even what expects an unknown cell finds nothing to write to.
    expect(await sync([1, null, 'text'])).toMatchObject([{ outcome: 'changed' }]);
    expect(imageIn(tab, 2, 2)).toBe('https://example.com/a.png');
  });

  it('[I14] a number beyond all dates under a date format is unknown, and ends no run', async () => {
    tab.setNumberFormat(areaOf(2, 2, 3, 1), 'yyyy-mm-dd');
    tab.setInputs(2, 2, [[4930123456], [45351], [10_000_000]]);
    const read = [await reads(1), await reads(2), await reads(3)];
    expect(read).toEqual([{ error: '(no date)' }, { date: '2024-02-29' }, { date: '029279-01-24' }]);
    expect(await sync([1, null, 'text'])).toMatchObject([{ outcome: 'changed' }]);
    expect(tab.value(2, 2)).toBe(4930123456);
  });

  it('[I14] formulas flow when they are recalculated, errors and unfinished values are unknown', async () => {
    tab.setInputs(2, 4, [[2], [3]]);
    tab.setInputs(2, 2, [['=D2*10'], ['=1/0'], ['Loading...']]);
    const shown = [await reads(1), await reads(2), await reads(3)];
    expect(shown).toEqual([20, { error: '#DIV/0!' }, { error: 'Loading...' }]);
    tab.setInput(2, 4, 5);
    expect(await reads(1)).toBe(50);
    expect(await sync([1, 50, 9])).toMatchObject([{ outcome: 'formula', readback: 50 }]);
    tab.setInputs(2, 2, [['=SEQUENCE(3)'], [null], [null]]);
    // A spilled cell looks typed to a script: it is left alone all the same.
    expect(await sync([2, 2, 9])).toMatchObject([{ outcome: 'formula', readback: 2 }]);
    expect([2, 3, 4].map((row) => tab.value(row, 2))).toEqual([1, 2, 3]);
  });
});

describe('what is around a value', () => {
  it('[I18] notes, colours, rules, links and hidden or filtered rows are no matter of the sync', async () => {
    tab.setNote(2, 2, 'ask Ann');
    tab.setBackground(areaOf(2, 2), '#00ff00');
    tab.changeFormat(areaOf(2, 2), (format) => ({ ...format, other: { textFormat: { bold: true } } }));
    tab.hiddenRows.add(3);
    tab.filter = { area: areaOf(1, 1, 4, 3), criteria: { 3: { hiddenValues: ['z'] } } };
    tab.frozenRows = 1;
    const looks = () => [tab.note(2, 2), tab.background(2, 2), tab.grid.format(2, 2)!.other, tab.filter];
    const before = looks();
    const outcomes = await sync([1, 'one', 'uno'], [2, 'two', 'due'], [3, 'three', 'tre']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    expect([2, 3, 4].map((row) => tab.value(row, 2))).toEqual(['uno', 'due', 'tre']);
    expect([looks(), [...tab.hiddenRows], tab.isRowHidden(4)]).toEqual([before, [3], true]);
  });

  it('[I18] a person’s number format stays wherever the value is read back as it is under it', async () => {
    const formats: [format: string, value: Cell, after: string][] = [
      ['#,##0.00 "kg"', 12.5, '#,##0.00 "kg"'],
      ['0%', 0.25, '0%'],
      ['dd.mm.yyyy', { date: '2024-02-29' }, 'dd.mm.yyyy'],
      ['', { date: '2024-02-29' }, 'yyyy-mm-dd'],
      ['', { date: '2024-02-29T13:05:00' }, 'yyyy-mm-dd hh:mm:ss'],
      ['', { date: '13:05:00' }, 'hh:mm:ss'],
      ['0.00%', { date: '2024-02-29' }, 'yyyy-mm-dd'],
      ['dd.mm.yyyy', 12.5, ''],
      ['@', 12.5, ''],
      ['@', 'plain', '@'],
      ['', 'plain', ''],
      ['0.00', 'plain', '0.00'],
      ['0.00', '007', '@'],
      ['', 42, ''],
    ];
    for (const [format, value, after] of formats) {
      tab.setInput(2, 2, null);
      tab.setNumberFormat(areaOf(2, 2), format || null);
      expect(await sync([1, null, value])).toMatchObject([{ outcome: 'applied', readback: value }]);
      expect([format, value, tab.numberFormat(2, 2)]).toEqual([format, value, after]);
    }
  });
});

describe('styled text and smart chips', () => {
  const bold = [{ start: 0, style: { bold: true } }];

  it('only the text counts; a cell that the table changes loses the styles of its parts, its neighbours keep theirs', async () => {
    for (const row of [2, 3]) setRuns(tab, row, 2, bold);
    tab.changeFormat(areaOf(2, 2), (format) => ({ ...format, other: { fontWeight: 'bold' } }));
    expect(await reads(1)).toBe('one');
    expect(await sync([1, 'one', 'uno'], [2, 'two', 'two'])).toMatchObject([{ outcome: 'applied' }, {}]);
    expect([richTextOf(tab, 2, 2), richTextOf(tab, 3, 2)]).toEqual([
      { text: 'uno', runs: [] },
      { text: 'two', runs: bold },
    ]);
    expect(tab.grid.format(2, 2)!.other).toEqual({ fontWeight: 'bold' });
  });

  it('a chip is the text that it shows, and gives way to what the table changes', async () => {
    const chip = { personProperties: { email: 'ann@example.com' } };
    for (const row of [2, 3]) setChips(tab, row, 2, [{ text: 'Ann', chip }, ' leads']);
    expect(await reads(1)).toBe('Ann leads');
    expect(await sync([1, 'Ann leads', 'Bob leads'])).toMatchObject([{ outcome: 'applied', readback: 'Bob leads' }]);
    expect([chipsOf(tab, 2, 2).length, chipsOf(tab, 3, 2).length]).toEqual([0, 1]);
  });
});

describe('pivot tables', () => {
  it('[I14] their results are read as values and never written over, nor is what stands right beside them', async () => {
    tab.setInputs(2, 2, [[null], [null], [null]]);
    tab.setInputs(6, 5, [
      ['name', 'n'],
      ['x', 1],
      ['y', 2],
    ]);
    const pivot: Pivot = {
      source: { tabId: tab.id, area: areaOf(6, 5, 3, 2) },
      rows: [{ offset: 0, ascending: true, totals: false }],
      columns: [],
      values: [{ offset: 1, summarize: 'SUM' }],
    };
    tab.setInputs(1, 3, [['mine'], [null], [null], [null]]);
    tab.changeExtra(areaOf(2, 2), 'cells', (extra) => ({ ...extra, pivot }));
    document.workbook.formulaChanged(tab);
    expect(await reads(2)).toBe('x');
    const outcomes = await sync([1, 'name', 'gone'], [2, 'x', 'gone'], [3, 'y', 'gone']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['formula', 'formula', 'formula']);
    expect(tab.rawValues(2, 2, 3, 2)).toEqual([
      ['name', 'SUM of n'],
      ['x', 1],
      ['y', 2],
    ]);
  });
});

describe('what lies over cells', () => {
  it('[I18] stays: filter views, slicers, alternating colours, conditional formats, names, protections, formats', async () => {
    const area = areaOf(1, 1, 4, 3);
    for (const kind of ['filterView', 'slicer', 'banding', 'conditionalFormat'] as const) {
      attach(tab, { kind, areas: [area], body: {} });
    }
    tab.setNumberFormat(areaOf(2, 3, 3, 1), '0.00 "kg"');
    tab.protectedRanges = [{ id: 1, area, warningOnly: true, editors: [], unprotected: [] }];
    const over = () => [tab.attachments, tab.protectedRanges, [2, 3, 4].map((row) => tab.numberFormat(row, 3))];
    const before = over();
    const outcomes = await sync([1, 'one', 'uno'], [3, 'three', 'tre']);
    expect([outcomes.map(({ outcome }) => outcome), over()]).toEqual([['applied', 'applied'], before]);
  });
});

describe('an id column', () => {
  it('fills in what is missing, and writes over no id that is there', async () => {
    tab.setInputs(1, 4, [['key'], ["'007"], [null], ["'1-2"]]);
    const table = { schema: 'public', name: 'notes', columns: [{ header: 'key', type: 'bigint', key: true }] };
    const idColumn = { header: 'key', type: 'bigint', rows: 9 };
    // The server refuses it; the column is not one to be taken off again, for it was there before.
    const answer = await install.run('rpc', ['linkNewTable', [tab.id, { id: 'a', table, idColumn }]]);
    expect(answer).toMatchObject({ ok: false });
    expect([1, 2, 3, 4].map((row) => tab.value(row, 4))).toEqual(['key', '007', 1, '1-2']);
  });
});

describe('dates where the script’s timezone is not the spreadsheet’s', () => {
  it.each(['America/New_York', 'Pacific/Apia', 'Europe/Berlin'])(
    'are the wall clock of the cell, in %s',
    async (zone) => {
      await link(zone);
      tab.setInputs(2, 2, [['2024-07-01 23:30:00'], ['1969-12-31'], ['00:15:00']]);
      expect([await reads(1), await reads(2), await reads(3)]).toEqual([
        { date: '2024-07-01T23:30:00' },
        { date: '1969-12-31' },
        { date: '00:15:00' },
      ]);
      const dates: Cell[] = [{ date: '2024-01-01T00:30:00' }, { date: '2024-07-01' }, { date: '23:59:59' }];
      const bases: Cell[] = [{ date: '2024-07-01T23:30:00' }, { date: '1969-12-31' }, { date: '00:15:00' }];
      const outcomes = await sync(...dates.map((date, i): [number, Cell, Cell] => [i + 1, bases[i]!, date]));
      expect(outcomes.map(({ readback }) => readback)).toEqual(dates);
      tab.setNumberFormat(areaOf(2, 2, 3, 1), 'yyyy-mm-dd hh:mm:ss');
      expect([2, 3, 4].map((row) => tab.displayValue(row, 2))).toEqual([
        '2024-01-01 00:30:00',
        '2024-07-01 00:00:00',
        '1899-12-30 23:59:59',
      ]);
    },
  );
});
