import { afterEach, beforeEach, expect, it } from 'vitest';
import { DELETE_GRACE_MS } from '../../shared/limits.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { decideRenames } from '../../api/links/settle-renames.ts';
import { decideMissing } from '../../api/links/settle-rows.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (code text PRIMARY KEY, name text NOT NULL UNIQUE, hidden text);
    CREATE TABLE child (id integer PRIMARY KEY, code text REFERENCES item);
    INSERT INTO item VALUES ('a', 'Apple', 'x'), ('b', 'Bean', 'y'), ('c', 'Corn', 'z')`);
});
afterEach(() => test.close());

const start = () => startTab(test.context(), 'item', ['code', 'name'], []);
const table = async () => (await sql()`SELECT * FROM item ORDER BY code`).map((row) => Object.values(row));
const status = (host: HubHost) => getStatus({ ctx: test.context(), input: { link: host.link.id } });
const decide = (host: HubHost, decision: 'rename' | 'separate' | 'undo') =>
  decideRenames({ ctx: test.context(), input: { link: host.link.id, decision } });

async function edited(): Promise<HubHost> {
  const host = await start();
  host.set('b', 1, 'b2');
  await host.settle();
  return host;
}

it('[R35] holds a row whose key was edited beside the one it was, and deletes neither by itself', async () => {
  const host = await edited();
  await updateLink({ ctx: test.context(), input: { link: host.link.id, missingMode: 'automatic' } });
  test.clock.advance(DELETE_GRACE_MS);
  await host.settle();
  expect(await table()).toHaveLength(3);
  const { problems, notices } = await status(host);
  expect(problems).toMatchObject([{ key: 'b2', status: 'held', column: 'code' }]);
  expect(problems[0]!.message).toContain('from "b" to "b2"');
  const [old] = await sql()`SELECT error->>'message' AS message FROM tandem."row" WHERE key = 'b'`;
  expect(old!['message']).toContain('from "b" to "b2"');
  expect(notices).toMatchObject([{ code: 'rows_renamed', count: 1 }]);
  expect(host.sheet.notes.get(`${host.sheet.rowOf('b2')}:1`)).toContain('The key of this row was changed');
  // What is done about missing rows is not done about this one.
  expect(await decideMissing({ ctx: test.context(), input: { link: host.link.id, decision: 'delete' } })).toEqual({
    restored: 0,
    deleted: 0,
  });
  // A change of the table to neither of them is held up, and nothing is written by looking again.
  expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });
});

it('[R35] rename: one statement gives the table’s row its new key, and all it had stays', async () => {
  const host = await edited();
  host.set('b2', 2, 'Broad bean');
  await host.settle();
  expect(await decide(host, 'rename')).toEqual({ done: 1, refused: [] });
  await host.settle();
  expect(await table()).toEqual([
    ['a', 'Apple', 'x'],
    ['b2', 'Broad bean', 'y'],
    ['c', 'Corn', 'z'],
  ]);
  expect(host.sheet.notes.size).toBe(0);
  expect(await status(host)).toMatchObject({ problems: [], notices: [], rows: 3 });
  await sql()`UPDATE item SET name = 'Runner' WHERE code = 'b2'`;
  await host.settle();
  expect(host.row('b2')).toEqual(['b2', 'Runner']);
});

it('[R35] rename: refused in words where other rows refer to it', async () => {
  await sql()`INSERT INTO child VALUES (1, 'b')`;
  const host = await edited();
  const { refused } = await decide(host, 'rename');
  expect(refused).toMatchObject([{ key: 'b2' }]);
  expect(refused[0]!.reason).toContain('Rows of "child" refer to this one by its key');
  expect(await table()).toHaveLength(3);
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_renamed' }]);
});

it('[R30] rename: refused where the table would store the new key in another form', async () => {
  await sql().unsafe(`
    CREATE FUNCTION upper_code() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := upper(NEW.code); RETURN NEW; END $$;
    CREATE TRIGGER upper_code BEFORE UPDATE OF code ON item FOR EACH ROW EXECUTE FUNCTION upper_code()`);
  const host = await edited();
  const { done, refused } = await decide(host, 'rename');
  expect(done).toBe(0);
  expect(refused[0]!.reason).toContain('The table would store code as B2. Type it like that');
  expect((await table()).map(([code]) => code)).toEqual(['a', 'b', 'c']);
});

it('[R35] separate: a new row is inserted, and the old one is missing', async () => {
  await sql()`ALTER TABLE item DROP CONSTRAINT item_name_key`;
  const host = await edited();
  await decide(host, 'separate');
  await host.settle();
  expect((await table()).map(([code]) => code)).toEqual(['a', 'b', 'b2', 'c']);
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_missing', count: 1 }]);
});

it('[R35] undo: the old key comes back into its row, and nothing else moved', async () => {
  const host = await edited();
  const place = host.sheet.rowOf('b2');
  await decide(host, 'undo');
  await host.settle();
  expect(host.sheet.rowOf('b')).toBe(place);
  expect(host.sheet.notes.size).toBe(0);
  expect(await status(host)).toMatchObject({ problems: [], notices: [] });
  host.set('b', 2, 'Still synced');
  await host.settle();
  expect((await table())[1]).toEqual(['b', 'Still synced', 'y']);
});

it('[R35] undo: a run that dies after it wrote the old key settles all the same', async () => {
  const host = await edited();
  await decide(host, 'undo');
  host.beforeSend = (name) => {
    if (name === 'ack') throw new Error('killed');
  };
  await expect(host.run()).rejects.toThrow('killed');
  expect(host.row('b')).toBeDefined();
  host.beforeSend = () => {};
  await host.settle();
  expect(await status(host)).toMatchObject({ problems: [], notices: [], rows: 3 });
});

it('[R35] is over when a person types the old key back, or deletes the row', async () => {
  const host = await edited();
  host.set('b2', 1, 'b');
  await host.settle();
  expect(await status(host)).toMatchObject({ problems: [], notices: [] });
  expect(host.sheet.notes.size).toBe(0);
  host.set('c', 1, 'c2');
  await host.settle();
  host.sheet.grid = host.sheet.grid.filter(([code]) => code !== 'c2');
  await host.settle();
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_missing', count: 1 }]);
});

it('[R35] keeps what the table changes meanwhile until it is known whose it is', async () => {
  const host = await start();
  const change = (code: string, name: string) => sql()`UPDATE item SET name = ${name} WHERE code = ${code}`;
  host.set('b', 1, 'b2');
  await change('b', 'Broad bean');
  await host.settle();
  await change('b', 'Runner bean');
  await host.settle();
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_renamed', count: 1 }]);
  expect((await table()).map(([code]) => code)).toEqual(['a', 'b', 'c']);
  await decide(host, 'rename');
  await host.settle();
  expect(host.row('b2')).toEqual(['b2', 'Runner bean']);

  host.set('c', 1, 'c2');
  await host.settle();
  await change('c', 'Sweetcorn');
  await host.settle();
  await decide(host, 'separate');
  await host.settle();
  expect([host.row('c'), host.row('c2')]).toEqual([
    ['c', 'Sweetcorn'],
    ['c2', 'Corn'],
  ]);

  host.set('a', 1, 'a2');
  await change('a', 'Apples');
  await host.settle();
  host.sheet.grid = host.sheet.grid.filter(([code]) => code !== 'a2');
  await host.run();
  await host.settle();
  expect(host.row('a')).toEqual(['a', 'Apples']);
  expect(await status(host)).toMatchObject({ problems: [], notices: [] });
});

it('[R35] an edit’s own push waits for the next whole scan; a copied row is then inserted', async () => {
  await sql()`ALTER TABLE item DROP CONSTRAINT item_name_key`;
  const host = await start();
  host.set('b', 1, 'b2');
  const { refused } = await host.run({ kind: 'rows', from: 3, to: 3 });
  expect(refused).toMatchObject([{ key: 'b2', result: 'held', error: { code: 'waiting' } }]);
  await host.settle();
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_renamed', count: 1 }]);

  host.sheet.grid.push(['a2', 'Apple']);
  await host.run({ kind: 'rows', from: 5, to: 5 });
  expect((await table()).map(([code]) => code)).toEqual(['a', 'b', 'c']);
  await host.settle();
  expect((await table()).map(([code]) => code)).toEqual(['a', 'a2', 'b', 'c']);
});

it('[R35] two rows that read alike are not taken for an edited key', async () => {
  await sql()`ALTER TABLE item DROP CONSTRAINT item_name_key`;
  await sql()`UPDATE item SET name = 'Same'`;
  const host = await start();
  host.set('b', 1, 'b2');
  host.set('c', 1, 'c2');
  await host.settle();
  expect((await table()).map(([code]) => code)).toEqual(['a', 'b', 'b2', 'c', 'c2']);
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_missing', count: 2 }]);
});
