import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { markCells, noteCells } from '../../api/sheets/marks.ts';
import { readColumns, readTab } from '../../api/sheets/read-tab.ts';
import { insertRows } from '../../api/sheets/rows.ts';
import type { RestTab } from '../../api/sheets/tab.ts';
import { putBack, writeBlocks } from '../../api/sheets/write-blocks.ts';
import type { Cell } from '../../shared/cell.ts';
import { toBlocks } from '../../shared/cycle/blocks.ts';
import type { BlockOutcome, PutBack } from '../../shared/cycle/effects.ts';
import { areaOf } from '../google/workbook/area.ts';
import type { Pivot } from '../google/workbook/pivot.ts';
import { chipsOf, richTextOf, setChips, setRuns } from '../google/workbook/rich-text.ts';
import { addTable, type ColumnType } from '../google/workbook/table.ts';
import { chosen } from '../google/workbook/unconfirmed.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { RestLab } from './support/rest-lab.ts';

/** What the REST host does to cells, against the REST face of the local Google. */

let lab: RestLab;
let workbook: Workbook;
let tab: RestTab;
const sheet = () => workbook.tabs[0]!;

beforeAll(async () => {
  lab = await RestLab.open();
});
afterAll(() => lab.close());

beforeEach(() => {
  lab.renew();
  ({ workbook, tab } = lab);
});

const write: RestLab['write'] = (...cell) => lab.write(...cell);

const undo = async (cells: PutBack[]) => putBack(tab, cells, await readColumns(tab));

describe('a write over REST', () => {
  it('[I17] stores any text exactly, whatever Sheets makes of typed text', async () => {
    const texts = [
      '007',
      '=1+1',
      '=IMPORTXML("https://evil.example","//a")',
      '+1',
      '-A1',
      '@x',
      "'x",
      "''x",
      ' ',
      'TRUE',
    ];
    texts.push('a\r\nb\rc\n', '\t=1', '1e5', '12:30', '1/2/2020', 'emoji 👩‍👩‍👧', '='.padEnd(50_000, 'x'));
    workbook.unconfirmed = {
      ...chosen,
      ...{ plainTextStopsFormulas: false, plainTextDropsApostrophe: false, apostropheMeansText: false },
      ...{ plainTextKeepsTypes: false, richTextIsLiteral: false, keepsCarriageReturns: false },
    };
    for (const text of texts) {
      expect(await write(2, 2, text)).toMatchObject([{ ok: true }]);
      expect([sheet().value(2, 2), sheet().formula(2, 2)]).toEqual([text, '']);
      expect((await readTab(tab, true)).rows[0]![1]).toBe(text);
    }
  });

  it('[I16] begins no write once the run has lasted too long, though it was held up only after its last look', async () => {
    const { api } = tab;
    const heldUp = vi.spyOn(api.spreadsheets, 'getByDataFilter');
    const late = new Error('too late');
    tab.mayWrite = () => {
      if (heldUp.mock.calls.length > 0) throw late;
    };
    const before = workbook.revision;
    await expect(write(2, 2, 'x')).rejects.toBe(late);
    await expect(markCells(tab, [{ row: 2, position: 2, message: 'no' }])).rejects.toBe(late);
    await expect(insertRows(tab, 3, 1)).rejects.toBe(late);
    expect(heldUp).toHaveBeenCalled();
    expect(workbook.revision).toBe(before);
    heldUp.mockRestore();
    tab.mayWrite = () => {};
  });

  it('[R17] makes the notes it is told of all that it has in their columns, and leaves what a person noted', async () => {
    const note = (row: number, position: number, text: string) => sheet().setNote(row, position, text);
    note(2, 2, 'Tandem: stale');
    note(3, 2, 'mine');
    note(2, 3, 'Tandem: of another column');
    const mark = (row: number) => ({ row, position: 2, message: `Tandem: ${row}` });
    await noteCells(tab, [mark(3), mark(4)], [2]);
    expect([2, 3, 4].map((row) => sheet().note(row, 2))).toEqual(['', 'mine', 'Tandem: 4']);
    expect(sheet().note(2, 3)).toBe('Tandem: of another column');
    await noteCells(tab, [], [2, 3]);
    expect([sheet().note(4, 2), sheet().note(2, 3), sheet().note(3, 2)]).toEqual(['', '', 'mine']);
    note(3, 2, '');
  });

  it('[R17] notes what it may where a cell is gone by then, and nothing where the header row is all there is', async () => {
    tab.gridRows = sheet().rowCount;
    const marks = [2, sheet().rowCount + 1].map((row) => ({ row, position: 2, message: 'Tandem: no' }));
    const before = sheet().rowCount;
    sheet().insertRows(before + 1, 1);
    const reading = vi.spyOn(tab.api.spreadsheets, 'getByDataFilter').mockImplementationOnce((async (params: never) => {
      reading.mockRestore();
      const answer = (await tab.api.spreadsheets.getByDataFilter(params)) as never;
      sheet().deleteRows(before + 1, 1);
      return answer;
    }) as never);
    const writes = vi.spyOn(tab.api.spreadsheets, 'batchUpdate');
    await markCells(tab, marks);
    expect([sheet().note(2, 2), writes.mock.calls.length]).toEqual(['Tandem: no', 2]);
    writes.mockRestore();
    sheet().deleteRows(2, sheet().rowCount - 1);
    await readTab(tab, false);
    expect(await noteCells(tab, [], [1, 2])).toEqual([]);
  });

  it('[R17] notes what it may where cells are protected from the host', async () => {
    const open = [areaOf(3, 2), { left: 3, right: 3 }];
    sheet().protectedRanges = [{ id: 1, area: {}, warningOnly: false, editors: [], unprotected: open }];
    const places = [2, 3].flatMap((row) => [2, 3].map((position) => ({ row, position })));
    const notes = () => places.map(({ row, position }) => sheet().note(row, position));
    const marks = (message: string) => places.map((place) => ({ ...place, message }));
    expect(await markCells(tab, marks('Tandem: no'))).toHaveLength(4);
    expect(notes()).toEqual(['', ...Array<string>(3).fill('Tandem: no')]);
    await noteCells(tab, marks('Tandem: so'), [2, 3]);
    expect(notes()).toEqual(['', ...Array<string>(3).fill('Tandem: so')]);
  });

  it('[R16] takes few calls where cells are refused: a minute has room for sixty', async () => {
    // Every other row, so that no two make one block.
    const rows = Array.from({ length: 64 }, (_, index) => 10 + 2 * index);
    const all = (odd: Cell) =>
      toBlocks(
        rows.flatMap((row) => [1, 2].map((position) => ({ row, position: 2 * position, value: row === 50 ? odd : 1 }))),
      );
    const writes = vi.spyOn(tab.api.spreadsheets, 'batchUpdate');
    sheet().protectedRanges = [
      { id: 1, area: { left: 4, right: 4 }, warningOnly: false, editors: [], unprotected: [] },
    ];
    const told = (outcomes: BlockOutcome[]) =>
      ['protected', 'invalid'].map((why) => outcomes.filter((one) => !one.ok && one.why === why).length);
    expect(told(await writeBlocks(tab, all(2)))).toEqual([64, 0]);
    expect([writes.mock.calls.length, sheet().value(50, 2), sheet().value(50, 4)]).toEqual([1, 2, null]);
    writes.mockClear();
    expect(told(await writeBlocks(tab, all('x'.repeat(50_001))))).toEqual([64, 1]);
    // Sheets names it: once with it, once without, once alone.
    expect(writes.mock.calls.length).toBe(3);
    writes.mockRestore();
  });

  it('[I18] tells what it replaced, and puts back value, formula and format', async () => {
    sheet().setNumberFormat(areaOf(2, 3), '0.00 "kg"');
    sheet().setNumberFormat(areaOf(3, 3), 'yyyy');
    const [first, second] = [await write(2, 3, '007'), await write(3, 3, 12)].map(([outcome]) => outcome!);
    expect([sheet().value(2, 3), sheet().numberFormat(2, 3), sheet().numberFormat(3, 3)]).toEqual(['007', '@', '']);
    if (!first?.ok || !second?.ok) throw new Error('refused');
    await undo([
      { row: 2, position: 3, shows: '007', former: first.former[0]![0]! },
      { row: 3, position: 3, shows: 12, former: second.former[0]![0]! },
    ]);
    expect([sheet().formula(2, 3), sheet().numberFormat(2, 3)]).toEqual(['=A2*2', '0.00 "kg"']);
    expect([sheet().value(3, 3), sheet().numberFormat(3, 3)]).toEqual([7, 'yyyy']);
    // Somebody changed it since.
    await write(3, 3, 12);
    sheet().setInput(3, 3, 13);
    await undo([{ row: 3, position: 3, shows: 12, former: second.former[0]![0]! }]);
    expect(sheet().value(3, 3)).toBe(13);
  });

  it('[I2] [I14] refuses a cell that changed since the re-check, or holds a formula by now', async () => {
    expect(await write(2, 2, 'new', 'old')).toMatchObject([{ ok: false, why: 'changed' }]);
    expect(await write(2, 3, 9, 2)).toMatchObject([{ ok: false, why: 'changed' }]);
    expect(await write(2, 2, 'new', 'Ann')).toMatchObject([{ ok: true }]);
    expect([sheet().value(2, 2), sheet().formula(2, 3)]).toEqual(['new', '=A2*2']);
  });

  it('[I14] a number beyond all dates under a date format is unknown, and ends no run', async () => {
    sheet().setNumberFormat(areaOf(2, 2, 2, 1), 'yyyy-mm-dd');
    sheet().setInputs(2, 2, [[4930123456], [45351]]);
    const { rows } = await readTab(tab, true);
    expect(rows.map((line) => line[1])).toEqual([{ error: '(no date)' }, { date: '2024-02-29' }]);
  });

  it('[I18] puts a cell back in its own column, wherever that has moved since, and leaves it where nothing tells', async () => {
    const [outcome] = await write(3, 3, null, 7);
    if (!outcome?.ok) throw new Error('refused');
    const cell = { row: 3, position: 3, shows: null, former: outcome.former[0]![0]! };
    const columns = await readColumns(tab);
    // As empty as the cell that was hit.
    sheet().insertColumns(3, 1);
    await putBack(tab, [cell], columns);
    expect([sheet().value(3, 3), sheet().value(3, 4)]).toEqual([null, 7]);
    await write(3, 4, null);
    sheet().setInput(1, 3, 'total');
    await putBack(tab, [cell], columns);
    expect([sheet().value(3, 3), sheet().value(3, 4)]).toEqual([null, null]);
  });

  it('says of a cell under a merge that it can’t be written, and writes its neighbours', async () => {
    sheet().merge(areaOf(2, 2, 2, 1));
    expect(await write(3, 2, 'covered', null)).toMatchObject([
      { ok: false, why: 'invalid', message: expect.stringMatching(/merged/) as string },
    ]);
    expect(await write(2, 2, 'shown')).toMatchObject([{ ok: true }]);
    expect([sheet().value(2, 2), sheet().value(3, 2)]).toEqual(['shown', null]);
  });

  it('[I18] lets what an array formula had spilled there spill again', async () => {
    sheet().setInput(2, 4, '=SEQUENCE(2,1,5)');
    expect(sheet().value(3, 4)).toBe(6);
    const [outcome] = await write(3, 4, 'x');
    if (!outcome?.ok) throw new Error('refused');
    await undo([{ row: 3, position: 4, shows: 'x', former: outcome.former[0]![0]! }]);
    expect([sheet().value(2, 4), sheet().value(3, 4)]).toEqual([5, 6]);
  });
});

describe('smart chips and styled text over REST', () => {
  const person = { personProperties: { email: 'ann@example.com' } };
  const place = { richLinkProperties: { uri: 'https://maps.google.com/x' } };
  const bold = [{ start: 0, style: { bold: true } }];

  it('chips are read as the text they show, whether the API tells them by it or by placeholders', async () => {
    for (const chipsReadAsPlaceholders of [true, false]) {
      workbook.unconfirmed = { ...chosen, chipsReadAsPlaceholders };
      setChips(sheet(), 2, 2, [{ text: 'Ann', chip: person }, ' and ', { text: 'Rome', chip: place }]);
      delete tab.chips;
      expect((await readTab(tab, false)).rows.map((line) => line[1])).toEqual(['Ann and Rome', 'Bob']);
      expect(await write(2, 2, 'new', 'Ann and Paris')).toMatchObject([{ ok: false, why: 'changed' }]);
      expect(await write(2, 2, 'new', 'Ann and Rome')).toMatchObject([{ ok: true }]);
      expect([sheet().value(2, 2), chipsOf(sheet(), 2, 2)]).toEqual(['new', []]);
    }
  });

  it('is one read where there are none, and a second one in the run that finds some', async () => {
    const reads = vi.spyOn(tab.api.spreadsheets, 'getByDataFilter');
    delete tab.chips;
    await readTab(tab, false);
    expect(reads).toHaveBeenCalledTimes(1);
    setChips(sheet(), 2, 2, [{ text: 'Ann', chip: person }]);
    await readTab(tab, true);
    await readTab(tab, false);
    expect(reads).toHaveBeenCalledTimes(4);
    reads.mockRestore();
  });

  it('[I18] chips and styles of parts come back where a write hit the wrong cell; of a chip nobody can write, the text', async () => {
    for (const chipsReadAsPlaceholders of [true, false]) {
      workbook.unconfirmed = { ...chosen, chipsReadAsPlaceholders };
      setChips(sheet(), 2, 2, ['by ', { text: 'Ann', chip: person }, '!']);
      setChips(sheet(), 3, 2, [{ text: 'Rome', chip: place }]);
      sheet().setInput(3, 3, 'styled');
      setRuns(sheet(), 3, 3, bold);
      for (const [row, position] of [
        [2, 2],
        [3, 2],
        [3, 3],
      ] as const) {
        const [outcome] = await write(row, position, 'x');
        if (!outcome?.ok) throw new Error('refused');
        await undo([{ row, position, shows: 'x', former: outcome.former[0]![0]! }]);
      }
      expect([sheet().value(2, 2), chipsOf(sheet(), 2, 2).map(({ chip }) => chip)]).toMatchObject([
        'by Ann!',
        [person],
      ]);
      expect([sheet().value(3, 2), chipsOf(sheet(), 3, 2), richTextOf(sheet(), 3, 3)]).toEqual([
        ...['Rome', []],
        { text: 'styled', runs: bold },
      ]);
    }
  });
});

describe('pivot tables over REST', () => {
  it('[I14] count as computed, their first cell too, though it may show nothing', async () => {
    const pivot: Pivot = {
      source: { tabId: sheet().id, area: areaOf(1, 1, 3, 2) },
      rows: [{ offset: 1, ascending: true, totals: false }],
      columns: [],
      values: [],
    };
    const anchor = (of: Pivot): void => {
      sheet().changeExtra(areaOf(1, 5), 'cells', (extra) => ({ ...extra, pivot: of }));
      workbook.formulaChanged(sheet());
    };
    anchor(pivot);
    const { computed, rows } = await readTab(tab, true);
    expect([rows.map((line) => line[4]), computed!.map((line) => line[4])]).toEqual([
      ['Ann', 'Bob'],
      [true, true],
    ]);
    expect(await write(2, 5, 'x', 'Ann')).toMatchObject([{ ok: false, why: 'changed' }]);
    anchor({ ...pivot, rows: [] });
    expect(await write(1, 5, 'x', null)).toMatchObject([{ ok: false, why: 'changed' }]);
    expect(sheet().grid.extra(1, 5)?.pivot).toBeDefined();
  });
});

describe('tables with typed columns over REST', () => {
  const makeTable = (type: ColumnType) =>
    addTable(sheet(), {
      name: 'People',
      area: areaOf(1, 1, 3, 2),
      looks: {},
      columns: [
        { name: 'id', type: 'DOUBLE' },
        { name: 'name', type },
      ],
    });
  const date = { date: '2024-02-29' };

  it('takes values of its type under its own format', async () => {
    makeTable('DATE');
    expect(await write(2, 2, date)).toMatchObject([{ ok: true }]);
    expect([(await readTab(tab, false)).rows[0]![1], sheet().numberFormat(2, 2)]).toEqual([date, '']);
  });

  it('holds what it would show as something else, with the reason, and lets the neighbours through', async () => {
    makeTable('PERCENT');
    sheet().setInputs(2, 2, [[0.5], [0.25]]);
    const outcomes = await writeBlocks(tab, [
      ...toBlocks([{ row: 2, position: 2, value: date, base: 0.5 }]),
      ...toBlocks([{ row: 3, position: 2, value: 0.75, base: 0.25 }]),
      ...toBlocks([{ row: 3, position: 3, value: '007' }]),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, true]);
    expect(outcomes[0]).toMatchObject({ why: 'invalid', message: expect.stringMatching(/type of its own/) as string });
    expect(sheet().rawValues(2, 2, 2, 2)).toEqual([
      [0.5, 2],
      [0.75, '007'],
    ]);
  });

  it('stores text as it is in a column whose type lets no plain text format be set', async () => {
    makeTable('DROPDOWN');
    expect(await write(2, 2, '007')).toMatchObject([{ ok: true }]);
    expect([sheet().value(2, 2), sheet().numberFormat(2, 2)]).toEqual(['007', '']);
  });

  it('puts back a cell whose format cannot be set', async () => {
    sheet().setNumberFormat(areaOf(2, 2), '@');
    const [outcome] = await write(2, 2, 'x');
    if (!outcome?.ok) throw new Error('refused');
    makeTable('TEXT');
    await undo([{ row: 2, position: 2, shows: 'x', former: outcome.former[0]![0]! }]);
    expect(sheet().value(2, 2)).toBe('Ann');
  });
});
