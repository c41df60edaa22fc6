import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendArchive, readArchive } from '../../api/sheets/archive.ts';
import { readColumns } from '../../api/sheets/read-tab.ts';
import { deleteRows, insertRows, tagColumns } from '../../api/sheets/rows.ts';
import type { RestTab } from '../../api/sheets/tab.ts';
import { areaOf } from '../google/workbook/area.ts';
import { SheetError } from '../google/workbook/errors.ts';
import type { Workbook } from '../google/workbook/workbook.ts';
import { RestLab } from './support/rest-lab.ts';

/** What the REST host does to rows and columns, against the REST face of the local Google. */

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

describe('rows deleted over REST', () => {
  const rows = () => [
    { row: 3, expected: [2, 'Bob', undefined] },
    { row: 2, expected: [1, 'Ann', undefined] },
  ];

  it('[I3] are looked at in one call right before, and left where they read otherwise', async () => {
    const reads = vi.spyOn(tab.api.spreadsheets, 'getByDataFilter');
    const writes = vi.spyOn(tab.api.spreadsheets, 'batchUpdate');
    sheet().setInput(3, 2, 'typed');
    expect(await deleteRows(tab, rows())).toEqual({ gone: [2], guarded: [], refused: [] });
    expect([2, 3].map((row) => sheet().value(row, 2))).toEqual(['typed', null]);
    expect([reads.mock.calls.length, writes.mock.calls.length]).toEqual([1, 1]);
    // As where the header row goes.
    expect(await deleteRows(tab, rows())).toEqual({ gone: [], guarded: [], refused: [] });
    expect([reads.mock.calls.length, writes.mock.calls.length]).toEqual([2, 1]);
    reads.mockRestore();
    writes.mockRestore();
  });

  it('[R16] stay where a cell of theirs is protected from the host, and the others go', async () => {
    const guard = { ...areaOf(3, 3), right: 5 };
    const protect = (editors: string[], warningOnly = false) =>
      (sheet().protectedRanges = [{ id: 1, area: guard, warningOnly, editors, unprotected: [] }]);
    protect([]);
    expect(await deleteRows(tab, rows())).toEqual({ gone: [2], guarded: [3], refused: [] });
    expect(sheet().value(2, 2)).toBe('Bob');
    const [bob] = [{ ...rows()[0]!, row: 2 }];
    protect([], true);
    expect(await deleteRows(tab, [bob])).toEqual({ gone: [2], guarded: [], refused: [] });
  });

  describe('that Sheets refuses for a reason that nothing foretold', () => {
    const COUNT = 100;
    /** A hundred rows below each other, or every other one of two hundred. */
    const many = (step: number) => {
      sheet().setInputs(
        2,
        1,
        Array.from({ length: COUNT * step }, (_, index) => [index + 1, `n${index + 1}`]),
      );
      return Array.from({ length: COUNT }, (_, index) => 2 + index * step)
        .reverse()
        .map((row) => ({ row, expected: [row - 1, `n${row - 1}`] }));
    };
    const calls = async (act: () => Promise<unknown>) => {
      const { spreadsheets } = tab.api;
      const spies = (['get', 'getByDataFilter', 'batchUpdate'] as const).map((name) => vi.spyOn(spreadsheets, name));
      const answer = await act();
      const made = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
      for (const spy of spies) spy.mockRestore();
      return { answer, made };
    };
    /** Refuses each batch that would delete the row of that number, by its name, or without any. */
    const keep = (id: number, message: string) => {
      const real = sheet().deleteRows.bind(sheet());
      vi.spyOn(sheet(), 'deleteRows').mockImplementation((from, count = 1) => {
        for (let row = from; row < from + count; row++) if (sheet().value(row, 1) === id) throw new SheetError(message);
        real(from, count);
      });
    };

    it.each([
      ['in one block', 1, 7],
      ['apart', 2, 5],
    ])('[R16] stay alone, and cost few calls (%s)', async (_, step, most) => {
      const due = many(step);
      const { row } = due[37]!;
      keep(row - 1, 'No row with a part of a form is deleted.');
      const { answer, made } = await calls(() => deleteRows(tab, due));
      const gone = due.map((one) => one.row).filter((one) => one !== row);
      const reason = 'No row with a part of a form is deleted.';
      expect(answer).toEqual({ gone, guarded: [], refused: [{ row, reason }] });
      expect(sheet().dataExtent().rows).toBe(2 + COUNT * (step - 1));
      expect(made).toBe(most);
    });

    it('[R16] stay alone where Sheets does not name the one to blame', async () => {
      const due = many(1);
      const { row } = due[37]!;
      const real = tab.api.spreadsheets.batchUpdate.bind(tab.api.spreadsheets);
      keep(row - 1, 'This is not allowed.');
      const picky = vi.spyOn(tab.api.spreadsheets, 'batchUpdate').mockImplementation((async (params: never) => {
        try {
          return await (real(params) as unknown as Promise<unknown>);
        } catch {
          throw { status: 400, response: { status: 400, data: { error: { message: 'This is not allowed.' } } } };
        }
      }) as never);
      const answer = await deleteRows(tab, due);
      picky.mockRestore();
      expect(answer).toMatchObject({ guarded: [], refused: [{ row, reason: 'This is not allowed.' }] });
      expect([answer.gone.length, sheet().dataExtent().rows, sheet().value(2, 1)]).toEqual([COUNT - 1, 2, row - 1]);
    });

    it('[I3] are looked at anew, and what reads otherwise by then stays, too', async () => {
      const due = many(2);
      keep(due[37]!.row - 1, 'No.');
      const real = tab.api.spreadsheets.batchUpdate.bind(tab.api.spreadsheets);
      const person = vi.spyOn(tab.api.spreadsheets, 'batchUpdate').mockImplementationOnce((async (params: never) => {
        try {
          return await (real(params) as unknown as Promise<unknown>);
        } finally {
          sheet().setInput(2, 2, 'typed');
        }
      }) as never);
      const { gone, refused } = await deleteRows(tab, due);
      person.mockRestore();
      expect([gone.length, gone.includes(2), refused.length, sheet().value(2, 2)]).toEqual([98, false, 1, 'typed']);
    });

    it('[R16] wait where they are many, but for the first', async () => {
      const due = many(1).slice(0, 20);
      vi.spyOn(sheet(), 'deleteRows').mockImplementation(() => {
        throw new SheetError('None.');
      });
      const { answer, made } = await calls(() => deleteRows(tab, due));
      expect(answer).toMatchObject({
        gone: [],
        refused: due.slice(0, 16).map(({ row }) => ({ row, reason: 'None.' })),
      });
      expect(made).toBeLessThan(40);
    });

    it('[R16] are the last below the header alone, where the tab takes no more', async () => {
      sheet().deleteRows(4, sheet().rowCount - 3);
      workbook.addTab({ rowCount: 384_612 });
      sheet().frozenRows = 1;
      const { gone, refused } = await deleteRows(tab, rows());
      expect([gone, refused.map(({ row }) => row)]).toEqual([[3], [2]]);
    });
  });

  it('[R16] stay where a protection far right of all columns holds them', async () => {
    const area = { ...areaOf(3, 20), right: 22 };
    sheet().protectedRanges = [{ id: 1, area, warningOnly: false, editors: [], unprotected: [] }];
    const writes = vi.spyOn(tab.api.spreadsheets, 'batchUpdate');
    expect(await deleteRows(tab, rows())).toEqual({ gone: [2], guarded: [3], refused: [] });
    // Known beforehand: none was tried in vain.
    expect(writes.mock.calls.length).toBe(1);
    writes.mockRestore();
  });

  it('go where more than the header is frozen, and nothing else is left', async () => {
    sheet().frozenRows = 2;
    // Somebody took the rows below since the last reading.
    sheet().deleteRows(4, sheet().rowCount - 3);
    expect(await deleteRows(tab, rows().slice(0, 1))).toEqual({ gone: [3], guarded: [], refused: [] });
    expect([sheet().dataExtent().rows, sheet().rowCount]).toEqual([2, 3]);
  });

  it('go whatever shows where nothing is expected, all of them in one batch', async () => {
    expect(await deleteRows(tab, rows())).toEqual({ gone: [3, 2], guarded: [], refused: [] });
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
    expect(await lab.write(2, 2, 'text', null)).toMatchObject([{ ok: false, why: 'changed' }]);
    expect(await lab.write(2, 2, true, null)).toMatchObject([{ ok: true }]);
    expect(await lab.write(2, 2, false, null)).toMatchObject([{ ok: false, why: 'changed' }]);
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
