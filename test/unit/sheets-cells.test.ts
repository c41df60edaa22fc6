import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendArchive, readArchive } from '../../api/sheets/archive.ts';
import { createSheetsClient } from '../../api/sheets/client.ts';
import { markCells, noteCells } from '../../api/sheets/marks.ts';
import { readColumns, readTab } from '../../api/sheets/read-tab.ts';
import { deleteRows, insertRows, tagColumns } from '../../api/sheets/rows.ts';
import type { RestTab } from '../../api/sheets/tab.ts';
import { putBack, writeBlocks } from '../../api/sheets/write-blocks.ts';
import type { Cell } from '../../shared/cell.ts';
import { toBlocks } from '../../shared/cycle/blocks.ts';
import type { BlockOutcome, PutBack } from '../../shared/cycle/effects.ts';
import { createRestServer, type RestServer } from '../google/rest/server.ts';
import { areaOf } from '../google/workbook/area.ts';
import type { Pivot } from '../google/workbook/pivot.ts';
import { chipsOf, richTextOf, setChips, setRuns } from '../google/workbook/rich-text.ts';
import { addTable, type ColumnType } from '../google/workbook/table.ts';
import { chosen } from '../google/workbook/unconfirmed.ts';
import { Workbook } from '../google/workbook/workbook.ts';

/** What the REST host does to cells, against the REST face of the local Google. */

let workbook: Workbook;
let server: RestServer;
let tab: RestTab;
const sheet = () => workbook.tabs[0]!;

beforeAll(async () => {
  server = createRestServer({
    quota: {
      readsPerMinute: 1e6,
      readsPerMinutePerUser: 1e6,
      writesPerMinute: 1e6,
      writesPerMinutePerUser: 1e6,
    },
    documents: {
      find: (id) => (id === workbook.id ? workbook : undefined),
      create: () => {
        throw new Error('nothing is created here');
      },
    },
    authorize: () => ({ email: 'host@example.com' }),
  });
  const rootUrl = await server.listen();
  const api = createSheetsClient({ rootUrl, keyFile: null, accessToken: 't' });
  tab = { api, spreadsheetId: '', sheetId: 0, gridRows: 100, wait: async () => {}, mayWrite: () => {} };
});
afterAll(() => server.close());

beforeEach(() => {
  workbook = new Workbook({ timeZone: 'Europe/Berlin', owner: 'ann@example.com' });
  workbook.addTab({});
  tab.spreadsheetId = workbook.id;
  tab.sheetId = sheet().id;
  sheet().setInputs(1, 1, [
    ['id', 'name', 'total'],
    [1, 'Ann', '=A2*2'],
    [2, 'Bob', 7],
  ]);
});

const write = (row: number, position: number, value: Cell, base?: Cell) =>
  writeBlocks(tab, toBlocks([{ row, position, value, ...(base === undefined ? {} : { base }) }]));

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
    expect(writes.mock.calls.length).toBeLessThan(20);
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

describe('rows deleted over REST', () => {
  const rows = () => [
    { row: 3, expected: [2, 'Bob', undefined] },
    { row: 2, expected: [1, 'Ann', undefined] },
  ];

  it('[I3] are looked at in one call right before, and left where they read otherwise', async () => {
    const reads = vi.spyOn(tab.api.spreadsheets, 'getByDataFilter');
    const writes = vi.spyOn(tab.api.spreadsheets, 'batchUpdate');
    sheet().setInput(3, 2, 'typed');
    expect(await deleteRows(tab, rows())).toEqual({ gone: [2], guarded: [] });
    expect([2, 3].map((row) => sheet().value(row, 2))).toEqual(['typed', null]);
    expect([reads.mock.calls.length, writes.mock.calls.length]).toEqual([1, 1]);
    // As where the header row goes.
    expect(await deleteRows(tab, rows())).toEqual({ gone: [], guarded: [] });
    expect([reads.mock.calls.length, writes.mock.calls.length]).toEqual([2, 1]);
    reads.mockRestore();
    writes.mockRestore();
  });

  it('[R16] stay where a cell of theirs is protected from the host, and the others go', async () => {
    const guard = { ...areaOf(3, 3), right: 5 };
    const protect = (editors: string[], warningOnly = false) =>
      (sheet().protectedRanges = [{ id: 1, area: guard, warningOnly, editors, unprotected: [] }]);
    protect([]);
    expect(await deleteRows(tab, rows())).toEqual({ gone: [2], guarded: [3] });
    expect(sheet().value(2, 2)).toBe('Bob');
    const [bob] = [{ ...rows()[0]!, row: 2 }];
    protect([], true);
    expect(await deleteRows(tab, [bob])).toEqual({ gone: [2], guarded: [] });
  });

  it('go where more than the header is frozen, and nothing else is left', async () => {
    sheet().frozenRows = 2;
    sheet().deleteRows(4, sheet().rowCount - 3);
    tab.gridRows = 3;
    expect(await deleteRows(tab, rows().slice(0, 1))).toEqual({ gone: [3], guarded: [] });
    expect([sheet().dataExtent().rows, sheet().rowCount]).toEqual([2, 3]);
  });

  it('go whatever shows where nothing is expected, all of them in one batch', async () => {
    expect(await deleteRows(tab, rows())).toEqual({ gone: [3, 2], guarded: [] });
    expect(sheet().dataExtent().rows).toBe(1);
  });
});

it('[R14] columns go without marks over REST where the tab takes no more', async () => {
  await tagColumns(tab, [{ position: 1, id: 'c1' }]);
  const location = { type: 'SHEET', tabId: tab.sheetId } as const;
  workbook.addMetadata({ key: 'other', value: 'x'.repeat(29_970), visibility: 'DOCUMENT', location });
  await tagColumns(tab, [{ position: 2, id: 'c2' }]);
  expect((await readColumns(tab)).map(({ id }) => id)).toEqual(['c1', null, null]);
});

describe('rows kept over REST', () => {
  const keep = (row: number) => appendArchive(tab, { title: 'Archive of x', headers: ['Key'], row, lines: [['k']] });

  it('[R26] go to the tab of that name in whatever case, or are told not to', async () => {
    const archive = workbook.addTab({ title: 'archive of X' });
    archive.deleteRows(2, archive.rowCount - 1);
    archive.protectedRanges = [{ id: 1, area: {}, warningOnly: false, editors: [], unprotected: [] }];
    expect(await keep(2)).toMatchObject({ ok: false, message: expect.stringContaining('Unprotect') as string });
    archive.protectedRanges = [];
    expect([await keep(2), archive.value(2, 1)]).toEqual([{ ok: true }, 'k']);
    expect(await readArchive(tab, 'Archive of x')).toMatchObject({ headers: ['Key'], rows: [['k']] });
  });
});

describe('rows inserted over REST', () => {
  it('[R16] are refused in so many words where the tab is protected or the spreadsheet full', async () => {
    sheet().setBackground(areaOf(3, 1), '#fce8e6');
    sheet().protectedRanges = [
      { id: 1, area: { left: 2, right: 2 }, warningOnly: false, editors: [], unprotected: [] },
    ];
    const size = sheet().rowCount;
    expect(await insertRows(tab, 3, 2)).toMatchObject({ ok: false, why: 'protected' });
    sheet().protectedRanges = [];
    expect(await insertRows(tab, 3, 1e7)).toMatchObject({ ok: false, why: 'invalid' });
    expect([sheet().rowCount, await insertRows(tab, 3, 2), sheet().rowCount]).toEqual([size, { ok: true }, size + 2]);
  });

  it('bring unticked checkboxes along, which stand for nothing yet', async () => {
    sheet().setInput(2, 2, false);
    expect(await write(2, 2, 'text', null)).toMatchObject([{ ok: false, why: 'changed' }]);
    expect(await write(2, 2, true, null)).toMatchObject([{ ok: true }]);
    expect(await write(2, 2, false, null)).toMatchObject([{ ok: false, why: 'changed' }]);
  });

  it('look like the row above, but for a refusal’s tint; the first ones not like the header', async () => {
    sheet().setNumberFormat(areaOf(3, 3), '0.00 "kg"');
    sheet().setBackground(areaOf(3, 1), '#fce8e6');
    sheet().setBackground(areaOf(3, 2), '#ffff00');
    await insertRows(tab, 3, 2);
    expect([sheet().numberFormat(5, 3), sheet().background(4, 1), sheet().background(5, 2)]).toEqual([
      ...['0.00 "kg"', null],
      '#ffff00',
    ]);
    expect(sheet().background(3, 1)).toBe('#fce8e6');
    sheet().setBackground(areaOf(1, 1), '#ffff00');
    await insertRows(tab, 1, 1);
    expect(sheet().background(2, 1)).toBeNull();
  });
});
