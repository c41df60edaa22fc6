import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOMBSTONE_DAYS } from '../../shared/limits.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { listProblems } from '../../api/links/list-problems.ts';
import { listTombstones } from '../../api/links/list-tombstones.ts';
import { decideConflicts } from '../../api/links/settle-conflicts.ts';
import { decideRenames } from '../../api/links/settle-renames.ts';
import { decideRemoved } from '../../api/links/settle-removed.ts';
import { decideMissing, retryRows } from '../../api/links/settle-rows.ts';
import { restoreDeleted, undoEntries } from '../../api/links/undo-entries.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

/** Rows and values that a person takes back after the table has moved on; each story has a table of its own. */

let test: TestApp;
let tables = 0;
const sql = () => test.database.sql;
const ctx = () => test.context();

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

interface Story {
  host: HubHost;
  name: string;
  rows: () => Promise<unknown[][]>;
  undo: (what: { run: string } | { entries: number[] } | { key: string }) => ReturnType<typeof undoEntries>;
  restore: (...keys: string[]) => ReturnType<typeof restoreDeleted>;
  journal: () => Promise<Awaited<ReturnType<typeof getJournal>>['entries']>;
}

/** A table of these columns, with these rows, linked to a tab of its own. */
async function tell(
  columns: string,
  values: string,
  headers: string[],
  options: Parameters<typeof startTab>[4] = {},
): Promise<Story> {
  const name = `item${++tables}`;
  await sql().unsafe(`CREATE TABLE ${name} (${columns}); INSERT INTO ${name} VALUES ${values}`);
  const host = await startTab(ctx(), name, headers, [], { sheet: tables, ...options });
  const link = host.link.id;
  return {
    host,
    name,
    rows: async () => (await sql().unsafe(`SELECT * FROM ${name} ORDER BY 1`)).map((row) => Object.values(row)),
    undo: (what) => undoEntries({ ctx: ctx(), input: { link, ...what } }),
    restore: (...keys) => restoreDeleted({ ctx: ctx(), input: { link, keys } }),
    journal: async () => (await getJournal({ ctx: ctx(), input: { link } })).entries,
  };
}

it('[R23] restores what an undo deleted as whole as it was, unmapped columns too', async () => {
  const { host, name, rows, undo, restore, journal } = await tell(
    'id integer PRIMARY KEY, name text, hidden text',
    `(1, 'One', 'x')`,
    ['id', 'name'],
  );
  host.sheet.grid.push([2, 'Two']);
  await host.settle();
  await sql().unsafe(`UPDATE ${name} SET hidden = 'kept by an application' WHERE id = 2`);
  await host.settle();
  const entry = (await journal()).find(({ op }) => op === 'insert')!;
  expect(await undo({ entries: [entry.id] })).toMatchObject({ undone: 1 });
  await host.settle();
  expect(host.row(2)).toBeUndefined();
  expect(await restore('2')).toMatchObject({ undone: 1 });
  await host.settle();
  expect(await rows()).toContainEqual([2, 'Two', 'kept by an application']);
});

it('[R23] restores a row as it was when it went last, and keeps it for thirty days from then', async () => {
  const { host, name, rows, restore } = await tell('id integer PRIMARY KEY, name text', `(1, 'One'), (2, 'Two')`, [
    'id',
    'name',
  ]);
  const replace = async (text: string) => {
    await sql().unsafe(`DELETE FROM ${name} WHERE id = 2`);
    await host.settle();
    await sql().unsafe(`INSERT INTO ${name} VALUES (2, '${text}')`);
    await host.settle();
  };
  await replace('Other');
  await replace('Two');
  test.clock.advance((TOMBSTONE_DAYS - 1) * 86_400_000);
  await sql().unsafe(`DELETE FROM ${name} WHERE id = 2`);
  await host.settle();
  test.clock.advance(2 * 86_400_000);
  await host.settle();
  expect(await restore('2')).toMatchObject({ undone: 1 });
  expect(await rows()).toContainEqual([2, 'Two']);
});

it('[R23] restores a row whole although its columns were renamed since', async () => {
  const { host, name, rows, restore } = await tell(
    'id integer PRIMARY KEY, name text, a text, b text',
    `(1, 'One', 'a1', 'b1'), (2, 'Two', 'a2', 'b2')`,
    ['id', 'name'],
  );
  host.sheet.grid = host.sheet.grid.filter(([id]) => id !== 2);
  await host.settle();
  await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'delete' } });
  await host.settle();
  await sql().unsafe(`
    ALTER TABLE ${name} RENAME name TO title; ALTER TABLE ${name} RENAME id TO number;
    ALTER TABLE ${name} RENAME a TO c; ALTER TABLE ${name} RENAME b TO a; ALTER TABLE ${name} RENAME c TO b`);
  expect(await restore('2')).toMatchObject({ undone: 1, refused: [] });
  expect(await rows()).toEqual([
    [1, 'One', 'a1', 'b1'],
    [2, 'Two', 'a2', 'b2'],
  ]);
});

it('[R23] restores numbers that the table had given the row', async () => {
  const { host, rows, restore } = await tell(
    'id integer PRIMARY KEY, number integer GENERATED BY DEFAULT AS IDENTITY (START 100), twice integer GENERATED ALWAYS AS (id * 2) STORED',
    `(1), (2)`,
    ['id'],
  );
  host.sheet.grid = host.sheet.grid.filter(([id]) => id !== 2);
  await host.settle();
  await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'delete' } });
  await host.settle();
  expect(await restore('2')).toMatchObject({ undone: 1 });
  expect(await rows()).toContainEqual([2, 101, 4]);
});

it('[R27] puts rows back into the table with what only the table writes', async () => {
  const { host, name, rows } = await tell(
    'id integer PRIMARY KEY, name text, price integer NOT NULL',
    Array.from({ length: 15 }, (_, n) => `(${n + 1}, 'row ${n + 1}', ${n})`).join(', '),
    ['id', 'name', 'price'],
    { direction: { price: 'toSheet' } },
  );
  const before = await rows();
  await sql().unsafe(`TRUNCATE ${name}`);
  await host.settle();
  expect(await decideRemoved({ ctx: ctx(), input: { link: host.link.id, decision: 'restore' } })).toEqual({ rows: 15 });
  await host.settle();
  expect(await rows()).toEqual(before);
  expect(host.row(7)).toEqual([7, 'row 7', 6]);
});

it('[R27] puts rows back in steps where the table is slow, and asks about the rest still', async () => {
  const { host, name, rows } = await tell(
    'id integer PRIMARY KEY, name text, price integer',
    Array.from({ length: 150 }, (_, n) => `(${n + 1}, 'row', ${n})`).join(', '),
    ['id', 'name', 'price'],
    { direction: { price: 'toSheet' } },
  );
  const before = await rows();
  await sql().unsafe(`TRUNCATE ${name}`);
  await host.settle();
  const decide = () => decideRemoved({ ctx: ctx(), input: { link: host.link.id, decision: 'restore' }, budgetMs: 0 });
  expect(await decide()).toEqual({ rows: 100 });
  await host.settle();
  const { counts } = await listProblems({ ctx: ctx(), input: { link: host.link.id } });
  expect([counts.removed, (await rows()).length]).toEqual([50, 100]);
  expect(await decide()).toEqual({ rows: 50 });
  await host.settle();
  expect(await rows()).toEqual(before);
});

it('[R27] puts nothing back into the table where refused rows are tried again', async () => {
  const { host, name, rows } = await tell(
    'id integer PRIMARY KEY, name text CHECK (length(name) < 9)',
    Array.from({ length: 15 }, (_, n) => `(${n + 1}, 'row ${n + 1}')`).join(', '),
    ['id', 'name'],
  );
  host.set(15, 2, 'much too long');
  await host.settle();
  await sql().unsafe(`DELETE FROM ${name} WHERE id < 15`);
  host.set(3, 2, 'edited');
  await host.settle();
  await retryRows({ ctx: ctx(), input: { link: host.link.id } });
  await host.settle();
  expect(await rows()).toEqual([[15, 'row 15']]);
  await retryRows({ ctx: ctx(), input: { link: host.link.id, keys: ['3'] } });
  await host.settle();
  expect(await rows()).toEqual([
    [3, 'edited'],
    [15, 'row 15'],
  ]);
});

it('[R21] says why the value that a person chose is not taken, and asks no more', async () => {
  const { host, name, journal } = await tell('id integer PRIMARY KEY, price integer CHECK (price < 100)', `(1, 1)`, [
    'id',
    'price',
  ]);
  const link = host.link.id;
  await updateLink({ ctx: ctx(), input: { link, policy: 'ask' } });
  host.set(1, 2, 500);
  await sql().unsafe(`UPDATE ${name} SET price = 2`);
  await host.settle();
  await decideConflicts({ ctx: ctx(), input: { link, keep: 'sheet' } });
  await host.settle();
  const problems = async () => (await listProblems({ ctx: ctx(), input: { link } })).problems;
  expect(await problems()).toMatchObject([{ kind: 'refused', message: expect.stringContaining('less than 100') }]);
  expect((await journal()).filter(({ op }) => op === 'held')).toHaveLength(1);
  await retryRows({ ctx: ctx(), input: { link } });
  await host.settle();
  expect(await problems()).toMatchObject([{ kind: 'refused' }]);
  host.set(1, 2, 50);
  await host.settle();
  expect(await problems()).toMatchObject([{ kind: 'conflict' }]);
});

it('[R35] says why the sheet does not take the old key back, and asks again', async () => {
  const { host } = await tell('id integer PRIMARY KEY, n text', `(1, 'a'), (2, 'b')`, ['id', 'n']);
  const link = host.link.id;
  const problems = async () => (await listProblems({ ctx: ctx(), input: { link } })).problems;
  host.set(2, 1, 7);
  await host.settle();
  host.sheet.refuse = (_row, position) => (position === 1 ? 'protected' : null);
  await decideRenames({ ctx: ctx(), input: { link, decision: 'undo' } });
  await host.settle();
  expect(await problems()).toMatchObject([
    { kind: 'renamed', message: 'The old key "2" could not be put back. id: The data validation rules refuse it.' },
  ]);
  host.sheet.refuse = () => null;
  await decideRenames({ ctx: ctx(), input: { link, decision: 'undo' } });
  await host.settle();
  expect([host.row(2), await problems()]).toEqual([[2, 'b'], []]);

  // On the move when it was to be written: a person's word still stands.
  host.set(2, 1, 7);
  await host.settle();
  await decideRenames({ ctx: ctx(), input: { link, decision: 'undo' } });
  let readings = 0;
  host.sheet.before = (effect) => {
    if (effect.do === 'readSheet' && ++readings === 2) host.set(7, 1, 9);
  };
  host.beforeSend = (name) => {
    if (name === 'ack') host.set(9, 1, 7);
  };
  await host.run();
  host.sheet.before = host.beforeSend = () => {};
  expect(host.row(2)).toBeUndefined();
  await host.settle();
  expect([host.row(2), await problems()]).toEqual([[2, 'b'], []]);
});

it('[I11] says nothing more of a row that would not go, or not come, once both sides have it', async () => {
  const { host, name } = await tell('id integer PRIMARY KEY, n text', `(1, 'a'), (2, 'b')`, ['id', 'n']);
  const problems = async () => (await listProblems({ ctx: ctx(), input: { link: host.link.id } })).problems;
  host.sheet.guards = (row) => row === 3;
  host.sheet.refuse = (_row, position) => (position === 1 ? 'protected' : null);
  await sql().unsafe(`DELETE FROM ${name} WHERE id = 2; INSERT INTO ${name} VALUES (3, 'c')`);
  await host.settle();
  expect((await problems()).map(({ key, kind }) => [key, kind]).sort()).toEqual([
    ['2', 'held'],
    ['3', 'held'],
  ]);
  await sql().unsafe(`INSERT INTO ${name} VALUES (2, 'back')`);
  host.sheet.grid.push([3, 'c']);
  await host.settle();
  expect(host.row(2)).toEqual([2, 'back']);
  expect(await problems()).toEqual([]);
});

it('[I15] brings back what a rounded value overruled', async () => {
  const { host, name, rows, journal, undo } = await tell('id integer PRIMARY KEY, price numeric(12,2)', '(1, 1)', [
    'id',
    'price',
  ]);
  await updateLink({ ctx: ctx(), input: { link: host.link.id, policy: 'sheet' } });
  host.set(1, 2, 1.005);
  await sql().unsafe(`UPDATE ${name} SET price = 7`);
  await host.settle();
  const lost = (await journal()).find(({ op }) => op === 'lost')!;
  expect(await undo({ entries: [lost.id] })).toMatchObject({ undone: 1, refused: [] });
  expect(await rows()).toEqual([[1, '7.00']]);
});

it('[R26] deletes a missing row although the table changed what it never shows here', async () => {
  const { host, name, rows } = await tell(
    'id integer PRIMARY KEY, name text, note text',
    `(1, 'One', 'x'), (2, 'Two', 'y')`,
    ['id', 'name', 'note'],
    { direction: { note: 'toTable' } },
  );
  host.sheet.grid = host.sheet.grid.filter(([id]) => id !== 2);
  await host.settle();
  await sql().unsafe(`UPDATE ${name} SET note = 'by an application' WHERE id = 2`);
  await host.settle();
  expect(await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'delete' } })).toEqual({
    deleted: 1,
    restored: 0,
  });
  await host.settle();
  expect(await rows()).toHaveLength(1);
  const { tombstones } = await listTombstones({ ctx: ctx(), input: { link: host.link.id } });
  expect(tombstones).toMatchObject([{ key: '2', side: 'sheet' }]);
});

it('[I15] takes back rows and values that depend on each other, in whatever order they are named', async () => {
  const { host, name, rows, undo, restore, journal } = await tell(
    'id integer PRIMARY KEY, name text UNIQUE, parent integer',
    `(1, 'a', NULL), (2, 'b', 1), (3, 'c', 2)`,
    ['id', 'name', 'parent'],
  );
  await sql().unsafe(`ALTER TABLE ${name} ADD FOREIGN KEY (parent) REFERENCES ${name}`);
  host.sheet.grid = host.sheet.grid.slice(0, 1);
  host.sheet.grid.push([9, 'nine', null]);
  await host.settle();
  await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'delete' } });
  await host.settle();
  expect(await rows()).toHaveLength(1);
  expect(await restore('3', '2', '1')).toMatchObject({ undone: 3, refused: [] });
  await host.settle();
  expect(await rows()).toHaveLength(4);
  // A chain of unique values.
  host.set(3, 2, 'd');
  host.set(2, 2, 'c');
  host.set(1, 2, 'b');
  await host.settle();
  const { run } = (await journal()).find(({ op }) => op === 'update')!;
  expect(await undo({ run: run! })).toMatchObject({ undone: 3, refused: [] });
});

it('[I15] takes back what was done to a row before and after it was deleted', async () => {
  const { host, undo, rows } = await tell('id integer PRIMARY KEY, name text', `(1, 'One'), (2, 'Two')`, [
    'id',
    'name',
  ]);
  host.set(2, 2, 'Zwei');
  await host.settle();
  host.sheet.grid = host.sheet.grid.filter(([id]) => id !== 2);
  await host.settle();
  await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'delete' } });
  await host.settle();
  expect(await undo({ key: '2' })).toMatchObject({ undone: 2, refused: [] });
  expect(await rows()).toContainEqual([2, 'Two']);
});

it('[I15] leaves a row that it added where rows of another table would go with it', async () => {
  const { host, name, undo, journal, rows } = await tell('id integer PRIMARY KEY, name text', `(1, 'One')`, [
    'id',
    'name',
  ]);
  await sql().unsafe(`CREATE TABLE child (id integer PRIMARY KEY, item integer REFERENCES ${name} ON DELETE CASCADE)`);
  host.sheet.grid.push([2, 'Two'], [3, 'Three']);
  await host.settle();
  await sql()`INSERT INTO child VALUES (1, 2)`;
  const { run } = (await journal()).find(({ op }) => op === 'insert')!;
  const { undone, refused } = await undo({ run: run! });
  expect(undone).toBe(1);
  expect(refused).toMatchObject([{ key: '2', reason: expect.stringContaining('"child"') }]);
  expect(await rows()).toHaveLength(2);
  expect(await sql()`SELECT item FROM child`).toEqual([{ item: 2 }]);
});

it('[R26] marks a row that it takes back, where the link deletes none, and brings it back by the mark', async () => {
  const { host, rows, undo, restore, journal } = await tell(
    'id integer PRIMARY KEY, name text, gone boolean, hidden text',
    `(1, 'One', false, 'x')`,
    ['id', 'name'],
  );
  const link = host.link.id;
  await updateLink({ ctx: ctx(), input: { link, missingMode: 'soft', softDeleteColumn: 'gone' } });
  host.sheet.grid.push([2, 'Two']);
  await host.settle();
  const entry = (await journal()).find(({ op }) => op === 'insert')!;
  expect(await undo({ entries: [entry.id] })).toMatchObject({ undone: 1 });
  await host.settle();
  expect([host.row(2), await rows()]).toEqual([
    undefined,
    [
      [1, 'One', false, 'x'],
      [2, 'Two', true, null],
    ],
  ]);
  const [deleted] = await journal();
  expect(await undo({ entries: [deleted!.id] })).toMatchObject({ undone: 1 });
  await host.settle();
  expect(host.row(2)).toEqual([2, 'Two']);
  expect(await rows()).toContainEqual([2, 'Two', false, null]);
  expect(await restore('2')).toMatchObject({ undone: 0 });
});

it('[I15] does not call done what a trigger of the table undoes at once', async () => {
  const { host, name, undo, journal } = await tell('id integer PRIMARY KEY, name text', `(1, 'One')`, ['id', 'name']);
  host.set(1, 2, 'Uno');
  await host.settle();
  await sql().unsafe(`
    CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := OLD.name; RETURN NEW; END';
    CREATE TRIGGER stay BEFORE UPDATE ON ${name} FOR EACH ROW EXECUTE FUNCTION stay()`);
  const [entry] = await journal();
  expect(await undo({ entries: [entry!.id] })).toMatchObject({ undone: 0, refused: [{ key: '1' }] });
  expect(await journal()).toHaveLength(1);
});

it('[R29] puts instants back as they were, though the spreadsheet has another timezone now', async () => {
  const { host, name, undo, journal } = await tell(
    'id integer PRIMARY KEY, at timestamptz',
    `(1, '2026-01-05T12:00Z'), (2, '2026-01-05T12:00Z')`,
    ['id', 'at'],
  );
  host.set(1, 2, null);
  host.set(2, 2, { date: '2026-01-06T13:00' });
  await host.settle();
  const { run } = (await journal())[0]!;
  test.clock.advance(60_000);
  host.sheet.timeZone = 'America/New_York';
  await host.settle();
  expect((await journal()).map(({ key, before, after }) => [key, before, after])).toEqual([
    ['2', { date: '2026-01-05T07:00:00' }, { date: '2026-01-06T07:00:00' }],
    ['1', { date: '2026-01-05T07:00:00' }, null],
  ]);
  expect(await undo({ run: run! })).toMatchObject({ undone: 2, refused: [] });
  const noon = `'2026-01-05T12:00Z'`;
  expect(await sql().unsafe(`SELECT at = ${noon} AS back FROM ${name}`)).toEqual([{ back: true }, { back: true }]);
});
