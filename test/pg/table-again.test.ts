import { afterAll, beforeAll, expect, it } from 'vitest';
import { getColumns } from '../../api/links/get-columns.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { getOptions, changeOptions } from '../../api/links/link-options.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const paused = async (host: HubHost) => {
  const report = await host.run();
  return [report.outcome, report.message];
};

it('[R40] takes up a table that was dropped and made again, loses nothing of either side, and deletes nothing', async () => {
  await sql().unsafe(`
    CREATE TABLE thing (id int PRIMARY KEY, name text, qty int CHECK (qty > 0), locked boolean NOT NULL DEFAULT false);
    INSERT INTO thing VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3), (4, 'four', 4)`);
  const host = await startTab(test.context(), 'thing', ['id', 'name', 'qty'], []);
  const input = { link: host.link.id };
  await changeOptions({ ctx: test.context(), input: { ...input, locks: ['locked'] } });
  host.set(4, 3, -4);
  await host.settle();
  expect([...host.sheet.notes.values()].join()).toContain('greater than 0');

  await sql().unsafe('DROP TABLE thing');
  expect(await paused(host)).toEqual(['paused', expect.stringContaining('The table "public.thing" is gone')]);
  // Edited meanwhile; and made again, with other numbers of its columns, by somebody who knows nothing of the link.
  host.set(1, 2, 'uno');
  await sql().unsafe('CREATE TABLE thing (id int PRIMARY KEY, qty int)');
  expect(await paused(host)).toEqual(['paused', expect.stringContaining('is there again, without "name". Add what')]);
  await sql().unsafe('ALTER TABLE thing DROP CONSTRAINT thing_pkey, ADD name text PRIMARY KEY');
  expect(await paused(host)).toEqual(['paused', expect.stringContaining('is there again, with another primary key')]);
  await sql().unsafe(`
    DROP TABLE thing;
    CREATE TABLE thing (more text, locked boolean NOT NULL DEFAULT false, qty int, name text, id int PRIMARY KEY);
    INSERT INTO thing (id, name, qty, more) VALUES (1, 'one', 1, 'x'), (2, 'zwei', 2, 'y'), (5, 'five', 5, 'z')`);
  await host.settle();
  expect((await getStatus({ ctx: test.context(), input })).link.state).toBe('active');
  const rows = [
    { id: 1, name: 'one', qty: 1, more: 'x' },
    { id: 2, name: 'zwei', qty: 2, more: 'y' },
    { id: 3, name: 'three', qty: 3, more: null },
    { id: 4, name: 'four', qty: -4, more: null },
    { id: 5, name: 'five', qty: 5, more: 'z' },
  ];
  expect([...(await sql()`SELECT id, name, qty, more FROM thing ORDER BY id`)]).toEqual(rows);
  expect(host.sheet.grid.slice(1).sort((x, y) => Number(x[0]) - Number(y[0]))).toEqual(
    rows.map(({ id, name, qty }) => [id, name, qty]),
  );
  // What gave way is kept; the note is gone with its reason.
  const { entries } = await getJournal({ ctx: test.context(), input: { ...input, lost: true } });
  expect(entries.map(({ key, before, after }) => [key, before, after])).toEqual(
    expect.arrayContaining([
      ['1', 'uno', 'one'],
      ['2', 'two', 'zwei'],
    ]),
  );
  expect([...host.sheet.notes.values()].filter((note) => note !== '')).toEqual([]);

  // Both ways again, by triggers on the new table; what was set by the numbers of columns means the same columns.
  await sql()`UPDATE thing SET name = 'fünf' WHERE id = 5`;
  host.set(3, 2, 'drei');
  await host.settle();
  expect(host.row(5)).toEqual([5, 'fünf', 5]);
  expect((await sql()`SELECT name FROM thing WHERE id = 3`)[0]).toEqual({ name: 'drei' });
  expect((await getOptions({ ctx: test.context(), input })).locks).toEqual(['locked']);
  const functions = await sql()`SELECT count(*)::int AS n FROM pg_proc WHERE proname LIKE 'tandem_capture%'`;
  expect(functions[0]).toEqual({ n: 4 });
  const quiet = await host.run();
  expect([quiet.pushed, quiet.cellsWritten]).toEqual([0, 0]);
});

it('[R40] a table made again between two syncs never pauses its link, and one that is empty is filled from the sheet', async () => {
  await sql().unsafe("CREATE TABLE brief (id int PRIMARY KEY, name text); INSERT INTO brief VALUES (1, 'a'), (2, 'b')");
  const host = await startTab(test.context(), 'brief', ['id', 'name'], [], { sheet: 2 });
  host.set(2, 2, 'edited');
  await sql().unsafe('DROP TABLE brief; CREATE TABLE brief (id bigint PRIMARY KEY, name text)');
  await host.settle();
  expect([...(await sql()`SELECT id::int, name FROM brief ORDER BY id`)]).toEqual([
    { id: 1, name: 'a' },
    { id: 2, name: 'edited' },
  ]);
  expect(host.sheet.grid).toHaveLength(3);
  const { log } = await getColumns({ ctx: test.context(), input: { link: host.link.id } });
  expect(log.map(({ what }) => what).join()).toContain('compared anew with the table “brief”');
});
