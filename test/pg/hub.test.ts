import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2) CHECK (price > 0), note text);
    INSERT INTO item VALUES (1, 'One', 1.50, NULL), (2, 'Two', 2, 'b'), (3, 'Three', 3, NULL)`);
});
afterEach(() => test.close());

const HEADERS = ['id', 'name', 'price', 'note'];
const table = () =>
  sql()`SELECT id, name, price::text, note FROM item ORDER BY id`.then((rows) => rows.map((r) => ({ ...r })));

it('brings both sides in step at the first sync and then stays quiet [I7]', async () => {
  const host = await startTab(test.context(), 'item', HEADERS, [
    [1, 'One', 1.5, null],
    [2, 'Zwei', 2, 'b'],
    [4, 'Four', 4, null],
  ]);
  expect(host.row(3)).toEqual([3, 'Three', 3, null]);
  expect(host.row(2)).toEqual([2, 'Two', 2, 'b']);
  expect(await table()).toEqual([
    { id: 1, name: 'One', price: '1.50', note: null },
    { id: 2, name: 'Two', price: '2.00', note: 'b' },
    { id: 3, name: 'Three', price: '3.00', note: null },
    { id: 4, name: 'Four', price: '4.00', note: null },
  ]);
  const lost = await sql()`SELECT "column", before::text, after::text FROM tandem.journal WHERE op = 'lost'`;
  expect(lost.map((r) => ({ ...r }))).toEqual([{ column: 'c2', before: '"Zwei"', after: '"Two"' }]);
  const before = host.sent.length;
  for (let i = 0; i < 3; i++) expect(await host.run()).toMatchObject({ outcome: 'done', cellsWritten: 0, pushed: 0 });
  expect(host.sent.length).toBe(before + 3);
});

it('carries edits of both sides, cell by cell', async () => {
  const host = await startTab(test.context(), 'item', HEADERS, [
    [1, 'One', 1.5, null],
    [2, 'Two', 2, 'b'],
    [3, 'Three', 3, null],
  ]);
  host.set(1, 2, 'Uno');
  await sql()`UPDATE item SET price = 9, note = 'n' WHERE id = 1`;
  await sql()`UPDATE item SET price = 8 WHERE id = 3`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Uno', 9, 'n']);
  expect(host.row(3)).toEqual([3, 'Three', 8, null]);
  expect(await table()).toContainEqual({ id: 1, name: 'Uno', price: '9.00', note: 'n' });
});
