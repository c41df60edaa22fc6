import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStatus } from '../../api/links/get-status.ts';
import { decideRemoved } from '../../api/links/settle-removed.ts';
import { LEASE_MS } from '../../api/sync/lease.ts';
import { SheetsError } from '../../api/sheets/call.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { HOST_EMAIL, rowOf, startRestSheet, type RestSheet } from './rest-host-sheet.ts';

let test: TestApp;
let sheet: RestSheet;
const sql = () => test.database.sql;
const HEADERS = ['id', 'name', 'price', 'day', 'at', 'open', 'total'];
const ONE = [1, 'One', 1.5, '2024-02-29', '2024-02-29 13:05:00', true, '=C2*2'];
const TWO = [2, 'Two', 2, '2024-03-01', '2024-03-01 00:00:00', false, '=C3*2'];

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric(12,2) CHECK (price > 0), day date,
                       at timestamp, open boolean, total numeric);
    INSERT INTO item VALUES (1, 'One', 1.5, '2024-02-29', '2024-02-29 13:05:00', true, 3),
                            (3, 'Three', 3, '2024-03-03', '2024-03-03 03:03:03', true, NULL)`);
  sheet = await startRestSheet(test, 'item', [HEADERS, ONE, TWO]);
});
afterEach(async () => {
  await sheet.close();
  await test.close();
});

const show = (key: number) =>
  HEADERS.map((_, column) => sheet.tab.displayValue(rowOf(sheet.tab, key), column + 1)).slice(0, 6);
const table = async (key: number) => {
  const [row] = await sql()`
    SELECT name, price::text, day::text, at::text, open, total::text FROM item WHERE id = ${key}`;
  return row && Object.values(row);
};

describe('one cycle over REST', () => {
  it('brings both sides in step at the first sync [I6]', async () => {
    expect(await table(2)).toEqual(['Two', '2.00', '2024-03-01', '2024-03-01 00:00:00', false, '4']);
    expect(show(3)).toEqual(['3', 'Three', '3', '2024-03-03', '2024-03-03 03:03:03', 'TRUE']);
    expect(sheet.tab.metadata.filter(({ key }) => key === 'tandem.column')).toHaveLength(HEADERS.length);
  });

  it('reads the sheet once and writes nothing while nothing changes [I7]', async () => {
    const { revision } = sheet.workbook;
    sheet.takeRequests();
    const report = await sheet.run();
    expect(report).toMatchObject({ outcome: 'done', pushed: 0, cellsWritten: 0 });
    expect(sheet.takeRequests()).toEqual(['POST /v4/spreadsheets/*:getByDataFilter']);
    expect(sheet.workbook.revision).toBe(revision);
  });

  it('carries edits both ways, rows wherever they stand, columns wherever they move', async () => {
    sheet.tab.sort({ range: { top: 2, left: 1, bottom: 4, right: 7 }, keys: [{ column: 1, ascending: false }] });
    sheet.tab.insertColumns(3, 1);
    sheet.tab.setInput(rowOf(sheet.tab, 1), 2, 'Uno', { mode: 'user' });
    await sql()`UPDATE item SET price = 22 WHERE id = 2`;
    await sheet.settle();
    expect((await table(1))![0]).toBe('Uno');
    expect(sheet.tab.value(rowOf(sheet.tab, 2), 4)).toBe(22);
  });

  it('leaves formulas and what they show alone [I14]', async () => {
    await sql()`UPDATE item SET total = 999 WHERE id = 1`;
    await sheet.settle();
    expect(sheet.tab.formula(rowOf(sheet.tab, 1), 7)).toBe('=C2*2');
    const { problems } = await getStatus({ ctx: test.context(), input: { link: sheet.link.id } });
    expect(problems).toContainEqual(expect.objectContaining({ key: '1', status: 'held', column: 'total' }));
  });

  it('keeps text that looks like something else as text [I17]', async () => {
    const texts = ['007', '=1+1', '+49 30', '1-2', 'TRUE', "'x", '#REF', ' padded ', '$100.15', '2024-01-01'];
    for (const text of texts) {
      await sql()`UPDATE item SET name = ${text} WHERE id = 1`;
      await sheet.run();
      expect(sheet.tab.value(rowOf(sheet.tab, 1), 2)).toBe(text);
      expect(sheet.tab.formula(rowOf(sheet.tab, 1), 2)).toBe('');
    }
    await sheet.settle();
    expect((await table(1))![0]).toBe('2024-01-01');
  });

  it('writes dates as dates, and numbers as numbers where a date stood', async () => {
    await sql()`UPDATE item SET day = '2030-12-31', at = '1999-01-02 03:04:05' WHERE id = 1`;
    await sheet.settle();
    expect(show(1).slice(3, 5)).toEqual(['2030-12-31', '1999-01-02 03:04:05']);
    sheet.tab.setInput(rowOf(sheet.tab, 1), 3, '2024-05-05', { mode: 'user' });
    await sheet.run();
    await sql()`UPDATE item SET price = 12.25 WHERE id = 1`;
    await sheet.settle();
    expect(sheet.tab.value(rowOf(sheet.tab, 1), 3)).toBe(12.25);
    expect((await table(1))![1]).toBe('12.25');
  });

  it('clears cells, both ways', async () => {
    await sql()`UPDATE item SET name = NULL, day = NULL WHERE id = 1`;
    sheet.tab.setInput(rowOf(sheet.tab, 2), 2, null, { mode: 'user' });
    await sheet.settle();
    expect(show(1).slice(1, 4)).toEqual(['', '1.5', '']);
    expect((await table(2))![0]).toBeNull();
  });

  it('inserts and deletes rows on the sheet, also beyond the end of the grid and the last of them', async () => {
    await sql()`INSERT INTO item (id, name, price) SELECT n, 'row ' || n, n FROM generate_series(1000, 2100) n`;
    await sheet.settle();
    expect(show(2100).slice(0, 3)).toEqual(['2100', 'row 2100', '2100']);
    expect(sheet.tab.dataExtent().rows).toBe(1 + 3 + 1101);
    await sql()`TRUNCATE item`;
    await sheet.settle();
    // So many rows go from the sheet only at a person's word.
    await decideRemoved({ ctx: test.context(), input: { link: sheet.link.id, decision: 'remove' } });
    await sheet.settle();
    expect(sheet.tab.dataExtent().rows).toBe(1);
    await sql()`INSERT INTO item (id, name) VALUES (5, 'again')`;
    await sheet.settle();
    expect(show(5).slice(0, 2)).toEqual(['5', 'again']);
  });

  it('notes a refused cell, keeps what the person had there, and takes it off when it heals [I11]', async () => {
    const row = rowOf(sheet.tab, 1);
    sheet.tab.setNote(row, 3, 'my note');
    sheet.tab.changeFormat({ top: row, left: 3, bottom: row, right: 3 }, (format) => ({
      ...format,
      background: '#00ff00',
    }));
    sheet.tab.setInput(row, 3, -5, { mode: 'user' });
    const report = await sheet.run();
    expect(report.refused).toMatchObject([{ key: '1', result: 'rejected', error: { code: 'check' } }]);
    expect(sheet.tab.note(row, 3)).toBe('Tandem: price must be greater than 0.');
    expect(sheet.tab.background(row, 3)).toBe('#fce8e6');
    sheet.tab.setInput(row, 3, 5, { mode: 'user' });
    await sheet.settle();
    expect(sheet.tab.note(row, 3)).toBe('my note');
    expect(sheet.tab.background(row, 3)).toBe('#00ff00');
    expect((await table(1))![1]).toBe('5.00');
  });

  it('writes what is not protected, and says which cell is', async () => {
    const row = rowOf(sheet.tab, 1);
    sheet.tab.protectedRanges = [
      {
        id: 1,
        area: { top: row, left: 2, bottom: row, right: 2 },
        description: '',
        warningOnly: false,
        editors: [],
        unprotected: [],
      },
    ];
    await sql()`UPDATE item SET name = name || '!', price = price + 1`;
    await sheet.settle();
    expect(show(1).slice(1, 3)).toEqual(['One', '2.5']);
    expect(show(3).slice(1, 3)).toEqual(['Three!', '4']);
    const { problems } = await getStatus({ ctx: test.context(), input: { link: sheet.link.id } });
    expect(problems).toMatchObject([{ key: '1', status: 'held', column: 'name' }]);
    expect(HOST_EMAIL).not.toBe(sheet.workbook.owner);
  });
});

it('[R26] copies a row that the table deleted to the archive tab before it goes', async () => {
  await sql()`UPDATE tandem.link SET removed_mode = 'archive'`;
  await sql()`DELETE FROM item WHERE id = 1`;
  await sheet.settle();
  const archive = () => sheet.workbook.tabs.find(({ title }) => title === `Archive of ${sheet.tab.title}`)!;
  const line = (row: number) => Array.from({ length: 4 }, (_, c) => archive().displayValue(row, c + 1));
  expect(line(1).slice(0, 4)).toEqual(['Removed at', 'Key', 'id', 'name']);
  expect(line(2).slice(1)).toEqual(['1', '1', 'One']);
  await sql()`DELETE FROM item WHERE id = 3`;
  await sheet.settle();
  expect(line(3).slice(1)).toEqual(['3', '3', 'Three']);
  expect(archive().dataExtent().rows).toBe(3);
});

describe('trouble', () => {
  it('goes on after a run that died in the middle of its writes [I16]', async () => {
    for (const at of [1, 2, 3, 4]) {
      await sql()`UPDATE item SET name = ${`v${at}`}, price = price + 1`;
      sheet.server.settings.fault = (request) =>
        request.url.includes(':batchUpdate') ? { when: at % 2 ? 'before' : 'after', status: 500 } : undefined;
      await expect(sheet.run()).rejects.toBeInstanceOf(SheetsError);
      delete sheet.server.settings.fault;
      // Its write may still land: nobody scans before the lease has run out.
      const [link] = await sql()`SELECT lease_host FROM tandem.link`;
      expect(link!['lease_host']).toBe('rest');
      test.clock.advance(LEASE_MS + 1);
      await sheet.settle();
      for (const key of [1, 2, 3]) expect(show(key)[1]).toBe(`v${at}`);
    }
    expect(await sql()`SELECT 1 FROM tandem.journal WHERE op = 'lost'`).toHaveLength(0);
  });

  it('waits out quotas and short outages', async () => {
    const faults = [429, 503, 'drop', 500] as const;
    let next = 0;
    sheet.server.settings.fault = () => {
      const status = faults[next++];
      return status === undefined ? undefined : { when: 'before', status };
    };
    await sql()`UPDATE item SET name = 'after all' WHERE id = 1`;
    expect(await sheet.run()).toMatchObject({ outcome: 'done', cellsWritten: 1 });
    expect(show(1)[1]).toBe('after all');
  });

  it('pauses while the tab is gone, and says so', async () => {
    sheet.workbook.addTab({ title: 'Other' });
    sheet.workbook.deleteTab(sheet.tab.id);
    expect(await sheet.run()).toMatchObject({ outcome: 'paused', message: expect.stringMatching(/gone/) as string });
  });
});
