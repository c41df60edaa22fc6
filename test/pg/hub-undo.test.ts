import { afterEach, beforeEach, expect, it } from 'vitest';
import { DELETE_GRACE_MS, TOMBSTONE_DAYS } from '../../shared/limits.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { decideMissing } from '../../api/links/settle-rows.ts';
import { previewUndo } from '../../api/links/preview-undo.ts';
import { restoreDeleted, undoEntries } from '../../api/links/undo-entries.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2) CHECK (price > 0), hidden text);
    INSERT INTO item VALUES (1, 'One', 1, 'x'), (2, 'Two', 2, 'y'), (3, 'Three', 3, 'z')`);
});
afterEach(() => test.close());

const start = () => startTab(test.context(), 'item', ['id', 'name', 'price'], []);
const table = async () => (await sql()`SELECT * FROM item ORDER BY id`).map((row) => Object.values(row));
const entries = async (host: HubHost) =>
  (await getJournal({ ctx: test.context(), input: { link: host.link.id } })).entries;
const undo = (host: HubHost, what: { run: string } | { entries: number[] }) =>
  undoEntries({ ctx: test.context(), input: { link: host.link.id, ...what } });

it('[I15] undoes one cell, as an edit that reaches the sheet, and can be undone itself', async () => {
  const host = await start();
  host.set(1, 2, 'Uno');
  host.set(2, 2, 'Due');
  await host.settle();
  const entry = (await entries(host)).find(({ key }) => key === '1')!;
  expect(await undo(host, { entries: [entry.id] })).toEqual({
    undone: 1,
    already: 0,
    refused: [],
    next: null,
    left: 0,
  });
  await host.settle();
  expect(host.row(1)).toEqual([1, 'One', 1]);
  expect(host.row(2)![1]).toBe('Due');
  expect(await undo(host, { entries: [entry.id] })).toMatchObject({ undone: 0, already: 1 });
  const [newest] = await entries(host);
  expect(newest).toMatchObject({ op: 'update', cause: `undo of ${entry.id}`, before: 'Uno', after: 'One' });
  await undo(host, { entries: [newest!.id] });
  await host.settle();
  expect(host.row(1)![1]).toBe('Uno');
});

it('[I15] says why a value changed since, or refused by the table, is not put back', async () => {
  const host = await start();
  host.set(1, 2, 'Uno');
  host.set(2, 3, 5);
  await host.settle();
  await sql()`UPDATE item SET name = 'Later' WHERE id = 1`;
  await sql()`ALTER TABLE item ADD CONSTRAINT dear CHECK (price > 2.5) NOT VALID`;
  const { run } = (await entries(host)).find(({ key, op }) => key === '1' && op === 'update')!;
  const { undone, refused } = await undo(host, { run: run! });
  expect(undone).toBe(0);
  expect(refused.map(({ key, column }) => [key, column])).toEqual([
    ['2', 'price'],
    ['1', 'name'],
  ]);
  expect(refused[0]!.reason).toContain('The table refuses it');
  expect(refused[1]!.reason).toBe('name was changed again since, so it is left as it is.');
  expect((await table())[0]).toEqual([1, 'Later', '1.00', 'x']);
});

it('[I15] undoes a whole run: values, rows it added and values that lost', async () => {
  const host = await start();
  host.set(1, 2, 'Uno');
  host.set(1, 3, 9);
  host.sheet.grid.push([4, 'Four', 4]);
  host.set(3, 2, 'Drei');
  await sql()`UPDATE item SET name = 'Trois' WHERE id = 3`;
  await host.settle();
  expect(host.row(3)![1]).toBe('Trois');
  const run = (await entries(host)).find(({ op }) => op === 'insert')!.run!;
  expect(await undo(host, { run })).toEqual({ undone: 4, already: 0, refused: [], next: null, left: 0 });
  await host.settle();
  expect(host.row(1)).toEqual([1, 'One', 1]);
  expect(host.row(4)).toBeUndefined();
  // What lost in the run is what stood before in the sheet.
  expect(host.row(3)).toEqual([3, 'Drei', 3]);
  expect(await table()).toEqual([
    [1, 'One', '1.00', 'x'],
    [2, 'Two', '2.00', 'y'],
    [3, 'Drei', '3.00', 'z'],
  ]);
});

it('[I15] tries a long undo for a while only, says that there is more, and writes nothing', async () => {
  await sql()`INSERT INTO item SELECT n, 'row ' || n, 1 FROM generate_series(4, 600) n`;
  const host = await start();
  for (const row of host.sheet.grid.slice(1)) row[1] = `edited ${String(row[0])}`;
  await host.settle();
  const { run } = (await entries(host))[0]!;
  const input = { link: host.link.id, run: run! };
  const cut = await previewUndo({ ctx: test.context(), input, budgetMs: 0 });
  expect(cut).toMatchObject({ undone: 1, refused: [], left: 599 });
  const whole = await previewUndo({ ctx: test.context(), input, budgetMs: 60_000 });
  expect(whole).toMatchObject({ undone: 600, left: 0 });
  expect(whole.changes).toHaveLength(100);
  expect((await sql()`SELECT count(*)::int AS n FROM item WHERE name LIKE 'edited %'`)[0]!['n']).toBe(600);
});

it('[I15] undoes step by step where triggers of the table are slow, and says how much is left', async () => {
  const host = await start();
  for (const row of host.sheet.grid.slice(1)) row[1] = `edited ${String(row[0])}`;
  await host.settle();
  const { run } = (await entries(host))[0]!;
  await sql().unsafe(`
    CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END';
    CREATE TRIGGER slow BEFORE UPDATE OR INSERT ON item FOR EACH ROW EXECUTE FUNCTION slowly()`);
  const input = { link: host.link.id, run: run! };
  const first = await undoEntries({ ctx: test.context(), input, budgetMs: 100 });
  expect(first).toMatchObject({ undone: 1, refused: [], left: 2, next: expect.any(Number) });
  const rest = { ...input, before: first.next! };
  expect(await undoEntries({ ctx: test.context(), input: rest })).toEqual({
    undone: 2,
    already: 0,
    refused: [],
    next: null,
    left: 0,
  });
  expect((await table()).map((row) => row[1])).toEqual(['One', 'Two', 'Three']);
  // Deleted rows come back in steps too.
  await sql()`DELETE FROM item`;
  for (let i = 0; i < 3; i++) await host.run();
  const keys = { link: host.link.id, keys: ['1', '2', '3'] };
  expect(await restoreDeleted({ ctx: test.context(), input: keys, budgetMs: 100 })).toMatchObject({
    undone: 1,
    left: 2,
  });
});

it('[I15] restores a deleted row whole, unmapped columns too, for thirty days', async () => {
  const host = await start();
  const remove = async (id: number) => {
    host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== id);
    await host.run();
    await decideMissing({ ctx: test.context(), input: { link: host.link.id, decision: 'delete' } });
    await host.settle();
  };
  await remove(2);
  const entry = (await entries(host)).find(({ op }) => op === 'delete')!;
  expect(await undo(host, { run: entry.run! })).toMatchObject({ undone: 1 });
  await host.settle();
  expect(await table()).toContainEqual([2, 'Two', '2.00', 'y']);
  expect(host.row(2)).toEqual([2, 'Two', 2]);

  // Deleted by the table: what was synced of it is kept.
  await sql()`DELETE FROM item WHERE id = 3`;
  await host.settle();
  const restore = (keys: string[]) => restoreDeleted({ ctx: test.context(), input: { link: host.link.id, keys } });
  expect(await restore(['3', '99'])).toMatchObject({ undone: 1, refused: [{ key: '99' }] });
  await host.settle();
  expect(await table()).toContainEqual([3, 'Three', '3.00', null]);

  await remove(1);
  await sql()`INSERT INTO item VALUES (1, 'Other', 1, NULL)`;
  expect((await restore(['1'])).refused[0]!.reason).toContain('is in the table again');
  await sql()`DELETE FROM item WHERE id = 1`;
  await host.settle();
  test.clock.advance(TOMBSTONE_DAYS * 86_400_000 + DELETE_GRACE_MS);
  await host.settle();
  expect((await restore(['1'])).refused[0]!.reason).toContain('not kept any more');
});

it('undoes over HTTP, and refuses what is neither a run nor entries', async () => {
  const host = await start();
  host.set(1, 2, 'Uno');
  await host.settle();
  const [entry] = await entries(host);
  const send = async (body: unknown) => {
    const response = await test.request('POST', `/v1/links/${host.link.id}/undo`, { body });
    return [response.status, (await response.json()) as { undone?: number }] as const;
  };
  expect((await send({}))[0]).toBe(400);
  expect((await send({ entries: [] }))[0]).toBe(400);
  expect(await send({ entries: [entry!.id] })).toMatchObject([200, { undone: 1 }]);
});
