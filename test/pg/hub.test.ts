import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { DELETE_GRACE_MS } from '../../shared/limits.ts';
import { decideMissing, retryRows } from '../../api/links/settle-rows.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

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
const SAME: Cell[][] = [
  [1, 'One', 1.5, null],
  [2, 'Two', 2, 'b'],
  [3, 'Three', 3, null],
];
const start = (rows: Cell[][] = SAME) => startTab(test.context(), 'item', HEADERS, rows);
const table = async () =>
  (await sql()`SELECT id, name, price::text, note FROM item ORDER BY id`).map((r) => [
    r['id'],
    r['name'],
    r['price'],
    r['note'],
  ]);
const journal = async (op: string) =>
  (
    await sql()`SELECT key, "column", side, before::text, after::text, cause FROM tandem.journal WHERE op = ${op} ORDER BY id`
  ).map((row) => ({ ...row }));
const noteOf = (host: HubHost, key: Cell, position: number) =>
  host.sheet.notes.get(`${host.sheet.rowOf(key)}:${position}`);
const status = (host: HubHost) => getStatus({ ctx: test.context(), input: { link: host.link.id } });

it('brings both sides in step at the first sync, journals the loser and then stays quiet [I6] [I7]', async () => {
  const host = await start([
    [1, 'One', 1.5, null],
    [2, 'Zwei', 2, 'b'],
    [4, 'Four', 4, null],
  ]);
  expect(host.row(3)).toEqual([3, 'Three', 3, null]);
  expect(host.row(2)).toEqual([2, 'Two', 2, 'b']);
  expect(await table()).toEqual([
    [1, 'One', '1.50', null],
    [2, 'Two', '2.00', 'b'],
    [3, 'Three', '3.00', null],
    [4, 'Four', '4.00', null],
  ]);
  expect(await journal('lost')).toEqual([
    { key: '2', column: 'c2', side: 'sheet', before: '"Zwei"', after: '"Two"', cause: 'first sync' },
  ]);
  const before = host.sent.length;
  for (let i = 0; i < 3; i++) expect(await host.run()).toMatchObject({ outcome: 'done', cellsWritten: 0, pushed: 0 });
  expect(host.sent.length).toBe(before + 3);
});

it('lets the sheet win the first sync where a person says so, and journals what the table held [I1]', async () => {
  const host = await startTab(test.context(), 'item', HEADERS, [[2, 'Zwei', 2, null]], { winner: 'sheet' });
  expect((await table())[1]).toEqual([2, 'Zwei', '2.00', null]);
  expect((await journal('lost')).map(({ side, before, after }) => [side, before, after])).toEqual([
    ['table', '"Two"', '"Zwei"'],
    ['table', '"b"', null],
  ]);
  expect(host.row(1)).toEqual([1, 'One', 1.5, null]);
});

it('carries edits of both sides of one row, cell by cell', async () => {
  const host = await start();
  host.set(1, 2, 'Uno');
  await sql()`UPDATE item SET price = 9, note = 'n' WHERE id = 1`;
  await sql()`UPDATE item SET price = 8 WHERE id = 3`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Uno', 9, 'n']);
  expect(host.row(3)).toEqual([3, 'Three', 8, null]);
  expect((await table())[0]).toEqual([1, 'Uno', '9.00', 'n']);
  expect(host.cellsWritten).toBe(3);
});

it('lets the table win a conflict by default, tells the host and journals the loser', async () => {
  const host = await start();
  host.set(2, 2, 'Zwei');
  await sql()`UPDATE item SET name = 'Deux' WHERE id = 2`;
  const report = await host.run();
  expect(report.refused).toMatchObject([{ key: '2', result: 'conflict' }]);
  await host.settle();
  expect(host.row(2)![1]).toBe('Deux');
  expect(await journal('lost')).toMatchObject([
    { key: '2', column: 'c2', side: 'sheet', before: '"Zwei"', after: '"Deux"' },
  ]);
});

it('inserts new rows on both sides without touching others', async () => {
  const host = await start();
  host.sheet.grid.push([10, 'Ten', 10, null]);
  await sql()`INSERT INTO item VALUES (11, 'Eleven', 11, NULL)`;
  await host.settle();
  expect(host.row(11)).toEqual([11, 'Eleven', 11, null]);
  expect(await table()).toContainEqual([10, 'Ten', '10.00', null]);
});

it('deletes a row on the sheet that the table deleted, and holds it where it was edited meanwhile', async () => {
  const host = await start();
  await sql()`DELETE FROM item WHERE id IN (1, 2)`;
  host.set(2, 2, 'Zwei');
  await host.run();
  await host.run();
  expect(host.row(1)).toBeUndefined();
  expect(host.row(2)).toEqual([2, 'Zwei', 2, 'b']);
  expect((await status(host)).problems).toMatchObject([{ key: '2', status: 'held', column: 'name' }]);
  await retryRows({ ctx: test.context(), input: { link: host.link.id, keys: ['2'] } });
  await host.settle();
  expect(await table()).toContainEqual([2, 'Zwei', '2.00', 'b']);
  expect((await status(host)).problems).toEqual([]);
});

it('marks the cell a constraint refuses, lets the rest of the row through, and heals [I11]', async () => {
  const host = await start();
  host.set(1, 3, -5);
  host.set(1, 4, 'kept');
  host.set(2, 2, 'Zwei');
  const report = await host.run();
  expect(report.refused).toMatchObject([{ key: '1', result: 'rejected', error: { code: 'check', column: 'c3' } }]);
  expect(noteOf(host, 1, 3)).toBe('Tandem: price must be greater than 0.');
  expect((await table()).slice(0, 2)).toEqual([
    [1, 'One', '1.50', 'kept'],
    [2, 'Zwei', '2.00', 'b'],
  ]);
  expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });
  host.set(1, 3, 5);
  await host.settle();
  expect(noteOf(host, 1, 3)).toBeUndefined();
  expect((await table())[0]).toEqual([1, 'One', '5.00', 'kept']);
  expect((await status(host)).rejected).toBe(0);
});

it('takes notes off the cells of a row that got another key, and gives back what stood under them [R17]', async () => {
  const host = await start();
  const place = host.sheet.grid.findIndex((row) => row[0] === 1) + 1;
  host.sheet.notes.set(`${place}:3`, 'my own note');
  host.set(1, 3, -5);
  host.set(2, 3, -6);
  await host.run();
  expect(noteOf(host, 1, 3)).toBe('Tandem: price must be greater than 0.');
  host.set(1, 3, 5);
  host.set(1, 2, 'Another');
  host.set(1, 1, 40);
  await host.settle();
  expect(await table()).toContainEqual([40, 'Another', '5.00', null]);
  expect(noteOf(host, 40, 3)).toBe('my own note');
  expect(noteOf(host, 2, 3)).toBe('Tandem: price must be greater than 0.');
});

it('holds an incomplete new row quietly, and asks the table once it stood for two scans', async () => {
  await sql()`ALTER TABLE item ALTER price SET NOT NULL`;
  const host = await start();
  host.sheet.grid.push([20, 'Twenty', null, null]);
  expect((await host.run()).refused).toMatchObject([{ result: 'held', error: { code: 'incomplete' } }]);
  expect(noteOf(host, 20, 3)).toBeUndefined();
  await host.run();
  expect((await status(host)).problems).toMatchObject([{ key: '20', status: 'rejected', column: 'price' }]);
  expect(noteOf(host, 20, 3)).toBe('Tandem: price must not be empty.');
  host.set(20, 3, 4);
  await host.settle();
  expect(await table()).toContainEqual([20, 'Twenty', '4.00', null]);
  expect(noteOf(host, 20, 3)).toBeUndefined();
});

it('never sends an error value to the table, and holds its cell [I14]', async () => {
  const host = await start();
  host.set(1, 2, { error: '#REF!' });
  expect((await host.run()).refused).toMatchObject([{ key: '1', result: 'held', error: { code: 'error_value' } }]);
  expect((await table())[0]![1]).toBe('One');
});

it('shows the form the table gave a value once, and then lets it be [I7] [I8]', async () => {
  const host = await start();
  host.set(1, 3, 1.005);
  await host.settle();
  expect((await table())[0]![2]).toBe('1.01');
  expect(host.row(1)![2]).toBe(1.01);
  expect(host.cellsWritten).toBe(1);
});

it('offers what a trigger made of a row, and never echoes it [I7] [I8]', async () => {
  await sql().unsafe(`
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.note := 'touched ' || coalesce(NEW.name, ''); RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch()`);
  const host = await start();
  host.set(1, 2, 'Uno');
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Uno', 1.5, 'touched Uno']);
  expect(host.cellsWritten).toBe(1);
});

it('holds rows missing from the sheet, restores them on request, and deletes only on a yes [I9]', async () => {
  const host = await start();
  host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 2);
  await host.run();
  test.clock.advance(10 * DELETE_GRACE_MS);
  await host.settle();
  expect(await table()).toHaveLength(3);
  expect(await status(host)).toMatchObject({ missing: 1, notices: [{ code: 'rows_missing', count: 1 }] });
  expect(await decideMissing({ ctx: test.context(), input: { link: host.link.id, decision: 'restore' } })).toEqual({
    restored: 1,
    deleted: 0,
  });
  await host.settle();
  expect(host.row(2)).toEqual([2, 'Two', 2, 'b']);

  host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 3);
  await host.run();
  await decideMissing({ ctx: test.context(), input: { link: host.link.id, decision: 'delete' } });
  await host.settle();
  expect((await table()).map(([id]) => id)).toEqual([1, 2]);
  expect(await journal('delete')).toMatchObject([{ key: '3', side: 'table' }]);
});

it('puts a row back that was deleted on the sheet but edited in the table: edit beats delete', async () => {
  const host = await start();
  host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 2);
  await host.run();
  await sql()`UPDATE item SET name = 'Deux' WHERE id = 2`;
  await host.settle();
  expect(host.row(2)).toEqual([2, 'Deux', 2, 'b']);
  expect((await status(host)).missing).toBe(0);
});

it('clears the absence of a row that comes back, edited or not', async () => {
  const host = await start();
  const [row] = host.sheet.grid.splice(2, 1);
  await host.run();
  expect((await status(host)).missing).toBe(1);
  host.sheet.grid.push([row![0]!, 'Zwei', row![2]!, row![3]!]);
  await host.settle();
  expect((await status(host)).missing).toBe(0);
  expect((await table())[1]).toEqual([2, 'Zwei', '2.00', 'b']);
});

it('deletes by itself in automatic mode: two complete scans, two minutes, within the guard [I9] [I10]', async () => {
  const host = await start();
  await sql()`UPDATE tandem.link SET missing_mode = 'automatic'`;
  host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 2);
  await host.run();
  await host.run();
  expect(await table()).toHaveLength(3);
  test.clock.advance(DELETE_GRACE_MS);
  await host.settle();
  expect((await table()).map(([id]) => id)).toEqual([1, 3]);

  host.sheet.grid = host.sheet.grid.slice(0, 1);
  await host.run();
  test.clock.advance(DELETE_GRACE_MS);
  await host.settle();
  // All rows at once: beyond the guard, whatever the mode.
  expect((await table()).map(([id]) => id)).toEqual([1, 3]);
});

it('deletes nothing by a scan that was read less than the grace after the first, however late it comes [I9]', async () => {
  const host = await start();
  await sql()`UPDATE tandem.link SET missing_mode = 'automatic'`;
  host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 2);
  await host.run();
  const readAt = test.clock.now().getTime() + 1000;
  test.clock.advance(DELETE_GRACE_MS + 1000);
  host.beforeSend = (name, message: { scan?: { at?: number } }) => {
    if (name === 'sync') message.scan!.at = readAt;
  };
  await host.run();
  expect(await table()).toHaveLength(3);
  host.beforeSend = () => {};
  await host.settle();
  expect(await table()).toHaveLength(2);
});

it('empties the sheet after TRUNCATE, and a refill comes back', async () => {
  const host = await start();
  await sql()`TRUNCATE item`;
  await host.settle();
  expect(host.sheet.grid).toHaveLength(1);
  await sql()`INSERT INTO item VALUES (1, 'Again', 1, NULL)`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Again', 1, null]);
});
