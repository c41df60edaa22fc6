import { afterAll, beforeAll, expect, it } from 'vitest';
import { listProblems } from '../../api/links/list-problems.ts';
import { listTombstones } from '../../api/links/list-tombstones.ts';
import { decideConflicts } from '../../api/links/settle-conflicts.ts';
import { decideRenames } from '../../api/links/settle-renames.ts';
import { decideRemoved } from '../../api/links/settle-removed.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { decideMissing, retryRows } from '../../api/links/settle-rows.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { tellStory, type Story, type StoryOptions } from './story.ts';

/** What a person decides about rows that stand out, after the table has moved on; each story has a table of its own. */

let test: TestApp;
const sql = () => test.database.sql;
const ctx = () => test.context();
const tell = (...story: StoryOptions): Promise<Story> => tellStory(test, ...story);

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

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
