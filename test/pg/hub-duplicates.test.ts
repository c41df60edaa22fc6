import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { listProblems } from '../../api/links/list-problems.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2), note text);
    INSERT INTO item VALUES (1, 'One', 1, NULL), (2, 'Two', 2, 'b'), (3, 'Three', 3, NULL)`);
});
afterEach(() => test.close());

const start = () =>
  startTab(
    test.context(),
    'item',
    ['id', 'name', 'price', 'note'],
    [
      [1, 'One', 1, null],
      [2, 'Two', 2, 'b'],
      [3, 'Three', 3, null],
    ],
  );
const status = (host: HubHost) => getStatus({ ctx: test.context(), input: { link: host.link.id } });
const copies = (host: HubHost, key: Cell) => host.sheet.grid.slice(1).filter((row) => row[0] === key);
const inTable = async (id: number) =>
  (await sql()`SELECT name, price::text AS price, note FROM item WHERE id = ${id}`).map((row) => ({ ...row }))[0];

it('goes on syncing the original of a repeated key, and never writes the other copies [R20]', async () => {
  const host = await start();
  host.sheet.grid.splice(1, 0, [2, 'Copy', 9, 'b']);
  await sql()`UPDATE item SET price = 5, note = 'c' WHERE id = 2`;
  await host.settle();
  expect(copies(host, 2)).toEqual([
    [2, 'Copy', 9, 'b'],
    [2, 'Two', 5, 'c'],
  ]);
  // Only what changed was written: the rest of the row was shown to tell which copy is meant.
  expect(host.cellsWritten).toBe(2);
  await sql()`UPDATE item SET name = 'Deux' WHERE id = 2`;
  await host.settle();
  expect(copies(host, 2)[1]).toEqual([2, 'Deux', 5, 'c']);
  expect(await inTable(2)).toEqual({ name: 'Deux', price: '5.00', note: 'c' });
  const { notices, missing } = await status(host);
  expect(missing).toBe(0);
  expect(notices).toMatchObject([{ code: 'duplicate_keys', count: 1 }]);
  expect(notices[0]!.message).toContain('(row 4)');
});

it('holds the whole group where the original was edited, and where two copies were ever alike [R20]', async () => {
  const host = await start();
  // Copied and pasted: both are what was last dealt with.
  host.sheet.grid.push([...host.row(3)!]);
  await host.run();
  // Then one is edited: by its looks the other would be the original, but nobody knows.
  host.sheet.grid[3]![1] = 'Drei';
  await sql()`UPDATE item SET price = 30 WHERE id = 3`;
  await host.settle();
  expect(copies(host, 3)).toEqual([
    [3, 'Drei', 3, null],
    [3, 'Three', 3, null],
  ]);
  expect(await inTable(3)).toMatchObject({ name: 'Three', price: '30.00' });
  expect((await status(host)).notices).toMatchObject([{ code: 'duplicate_keys' }]);

  // Unique again: it is the row, with its edit and the table's.
  host.sheet.grid.pop();
  await host.settle();
  expect(copies(host, 3)).toEqual([[3, 'Drei', 30, null]]);
  expect(await inTable(3)).toMatchObject({ name: 'Drei', price: '30.00' });
  // And a later copy is judged afresh.
  host.sheet.grid.push([3, 'Other', 30, null]);
  await sql()`UPDATE item SET price = 31 WHERE id = 3`;
  await host.settle();
  expect(copies(host, 3).map((row) => row[2])).toEqual([31, 30]);
});

it('writes nothing where the original is copied or edited between scan and apply [R20] [I2]', async () => {
  const host = await start();
  host.sheet.grid.push([2, 'Copy', 9, 'b']);
  await sql()`UPDATE item SET price = 5 WHERE id = 2`;
  host.afterSend = (name) => {
    if (name !== 'sync') return;
    host.sheet.grid.push([...host.row(2)!]);
    host.afterSend = () => {};
  };
  await host.run();
  expect(copies(host, 2).map((row) => row[2])).toEqual([2, 9, 2]);
  host.sheet.grid.pop();
  host.afterSend = (name) => {
    if (name !== 'sync') return;
    host.set(2, 4, 'edited');
    host.afterSend = () => {};
  };
  await host.run();
  expect(copies(host, 2)).toEqual([
    [2, 'Two', 2, 'edited'],
    [2, 'Copy', 9, 'b'],
  ]);
});

it('does not delete the original of a repeated key, or its copy would come back as a new row', async () => {
  const host = await start();
  host.sheet.grid.push([2, 'Copy', 9, 'b']);
  await sql()`DELETE FROM item WHERE id = 2`;
  await host.settle();
  expect(copies(host, 2)).toHaveLength(2);
  host.sheet.grid.pop();
  await host.settle();
  expect(copies(host, 2)).toHaveLength(0);
  expect(await inTable(2)).toBeUndefined();
});

it('settles what a dead run wrote to an original by the copies it finds [I16]', async () => {
  const host = await start();
  host.sheet.grid.push([2, 'Copy', 9, 'b']);
  await sql()`UPDATE item SET price = 5 WHERE id = 2`;
  host.beforeSend = (name) => {
    if (name === 'ack') throw new Error('killed');
  };
  await expect(host.run()).rejects.toThrow('killed');
  host.beforeSend = () => {};
  expect(copies(host, 2)[0]).toEqual([2, 'Two', 5, 'b']);
  await sql()`UPDATE item SET price = 6 WHERE id = 2`;
  await host.settle();
  expect(copies(host, 2).map((row) => row[2])).toEqual([6, 9]);
  expect(await sql()`SELECT 1 FROM tandem.offer`).toHaveLength(0);
});

it('[I11] says keys of several columns as people know them, and counts all that repeat', async () => {
  await sql()`CREATE TABLE place (town text, no integer, note text, PRIMARY KEY (town, no))`;
  const lines = Array.from({ length: 60 }, (_, n): Cell[] => ['Köln', n, 'x']);
  const host = await startTab(test.context(), 'place', ['town', 'no', 'note'], lines, { sheet: 2 });
  host.sheet.grid.push(...lines.map((line) => [...line]));
  await host.settle();
  const [told] = (await status(host)).notices;
  expect(told).toMatchObject({ code: 'duplicate_keys', count: 60 });
  expect(told!.message).toContain('such as "Köln · 0" in rows 2, 62.');
  const listed = await listProblems({ ctx: test.context(), input: { link: host.link.id } });
  // The list is cut, the count is not.
  expect([listed.duplicates.length, listed.keyCounts]).toEqual([50, { duplicates: 60, blankKeys: 0 }]);
});
