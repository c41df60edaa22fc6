import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { decideMissing, retryRows } from '../../api/links/settle-rows.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE maker (id integer PRIMARY KEY, name text);
    CREATE TABLE item (
      id integer PRIMARY KEY, code varchar(5) UNIQUE, qty smallint NOT NULL DEFAULT 1, low integer, high integer,
      maker integer REFERENCES maker DEFERRABLE INITIALLY DEFERRED, kind text,
      CONSTRAINT low_to_high CHECK (low <= high));
    CREATE TABLE plain (id integer PRIMARY KEY, n integer)`);
});
afterEach(() => test.close());

const HEADERS = ['id', 'code', 'qty', 'low', 'high', 'maker', 'kind'];
const row = (id: number, more: Partial<Record<string, Cell>> = {}): Cell[] =>
  HEADERS.map((header) => (header in more ? more[header]! : header === 'id' ? id : header === 'qty' ? 1 : null));
const start = (rows: Cell[][]) => startTab(test.context(), 'item', HEADERS, rows);
const status = (host: HubHost) => getStatus({ ctx: test.context(), input: { link: host.link.id } });
const ids = async () => (await sql()`SELECT id FROM item ORDER BY id`).map((one) => one['id']);
const noteOf = (host: HubHost, key: Cell, header: string) =>
  host.sheet.notes.get(`${host.sheet.rowOf(key)}:${HEADERS.indexOf(header) + 1}`);

it('[I11] tells each refusal on its own cell, and lets every other row through', async () => {
  await sql()`INSERT INTO item (id, code) VALUES (900, 'taken')`;
  const host = await start([]);
  const good = Array.from({ length: 40 }, (_, i) => row(i + 1, { code: `c${i}` }));
  host.sheet.grid.push(
    ...good,
    row(101, { code: 'too long' }),
    row(102, { qty: 1.5 }),
    row(103, { qty: 99999 }),
    row(104, { low: 5, high: 1 }),
    row(105, { maker: 7 }),
    row(106, { code: 'taken' }),
    row(107, { high: 'tall' }),
  );
  await host.run();
  expect(await ids()).toEqual([...good.map(([id]) => id), 900]);
  expect(noteOf(host, 101, 'code')).toBe('Tandem: code must have at most 5 characters, and has 8.');
  expect(noteOf(host, 102, 'qty')).toBe('Tandem: qty must be a whole number, such as 42.');
  expect(noteOf(host, 103, 'qty')).toBe('Tandem: qty must be a whole number from -32768 to 32767.');
  expect(noteOf(host, 104, 'low')).toBe('Tandem: low and high must satisfy low <= high.');
  expect(noteOf(host, 105, 'maker')).toBe('Tandem: maker refers to a row of maker that does not exist.');
  expect(noteOf(host, 106, 'code')).toBe('Tandem: code is already used by another row and must be unique.');
  expect(noteOf(host, 107, 'high')).toBe('Tandem: high must be a whole number, such as 42.');
  expect((await status(host)).rejected).toBe(7);
  const quiet = await host.run();
  expect(quiet).toMatchObject({ pushed: 0, cellsWritten: 0 });
});

it('tries again by itself where another row may have made way', async () => {
  const host = await start([]);
  host.sheet.grid.push(row(1, { maker: 7 }));
  await host.run();
  expect(await ids()).toEqual([]);
  await sql()`INSERT INTO maker VALUES (7, 'late parent')`;
  test.clock.advance(61_000);
  await host.settle();
  expect(await ids()).toEqual([1]);
  expect(noteOf(host, 1, 'maker')).toBeUndefined();
  expect((await status(host)).problems).toEqual([]);
});

it('tries refused rows again on request, once the constraint allows them', async () => {
  const host = await start([row(1, { low: 1, high: 2 })]);
  host.set(1, 4, 9);
  await host.run();
  expect((await status(host)).rejected).toBe(1);
  await sql()`ALTER TABLE item DROP CONSTRAINT low_to_high`;
  expect(await retryRows({ ctx: test.context(), input: { link: host.link.id } })).toEqual({ rows: 1 });
  await host.settle();
  expect(await sql()`SELECT low FROM item`).toMatchObject([{ low: 9 }]);
});

it('heals a refused cell by a change of the table’s other side of the rule', async () => {
  const host = await start([row(1, { low: 1, high: 2 })]);
  host.set(1, 4, 9);
  await host.run();
  await sql()`UPDATE item SET high = 20 WHERE id = 1`;
  await host.settle();
  expect(await sql()`SELECT low, high FROM item`).toMatchObject([{ low: 9, high: 20 }]);
  expect(host.row(1)!.slice(3, 5)).toEqual([9, 20]);
  expect(noteOf(host, 1, 'low')).toBeUndefined();
});

it('keeps a person’s own note, and puts it back when the cell heals', async () => {
  const host = await start([row(1, { low: 1, high: 2 })]);
  host.sheet.notes.set('2:4', 'ask Ann');
  host.set(1, 4, 9);
  await host.run();
  expect(noteOf(host, 1, 'low')).toMatch(/^Tandem: /);
  host.set(1, 4, 2);
  await host.settle();
  expect(noteOf(host, 1, 'low')).toBe('ask Ann');
});

it('passes on what the table’s own trigger says', async () => {
  await sql().unsafe(`
    CREATE FUNCTION no_gold() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.kind = 'gold' THEN RAISE EXCEPTION 'Gold is sold out.'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER no_gold BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION no_gold()`);
  const host = await start([row(1)]);
  host.set(1, 7, 'gold');
  await host.run();
  expect((await status(host)).problems).toMatchObject([
    { key: '1', column: 'kind', message: 'The table refused this row: Gold is sold out.' },
  ]);
});

it('[I11] tells apart rows that refer, unique indexes, exclusions, other tables, and a trigger’s words under any code', async () => {
  await sql().unsafe(`
    CREATE TABLE trail (id integer PRIMARY KEY);
    CREATE TABLE job (id integer PRIMARY KEY, email text, x text, room int4range, boss integer REFERENCES job, kind text,
      EXCLUDE USING gist (room WITH &&));
    CREATE UNIQUE INDEX job_email ON job (email);
    CREATE UNIQUE INDEX job_x ON job (lower(x)) WHERE kind IS NULL;
    CREATE TABLE task (id integer PRIMARY KEY, job integer REFERENCES job);
    CREATE TABLE due (id integer PRIMARY KEY, job integer REFERENCES job ON DELETE RESTRICT);
    CREATE FUNCTION job_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.kind = 'trail' THEN INSERT INTO trail VALUES (1), (1); END IF;
      IF NEW.kind ~ '^[0-9]' THEN RAISE EXCEPTION 'Not % today.', NEW.kind USING ERRCODE = NEW.kind, COLUMN = 'kind'; END IF;
      RETURN NEW; END $$;
    CREATE TRIGGER job_rules BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION job_rules()`);
  const headers = ['id', 'email', 'x', 'room', 'boss', 'kind'];
  const rows: Cell[][] = Array.from({ length: 12 }, (_, n) => [
    n + 1,
    `e${n}`,
    `x${n}`,
    `[${n * 10},${n * 10 + 5})`,
    null,
    null,
  ]);
  rows[11]![4] = 10;
  const host = await startTab(test.context(), 'job', headers, rows);
  await sql().unsafe(`INSERT INTO task VALUES (1, 8); INSERT INTO due VALUES (1, 9)`);
  host.set(1, 2, 'e1');
  host.set(2, 3, 'X2');
  host.set(3, 4, '[3,25)');
  host.set(4, 5, 99);
  host.set(5, 6, 'trail');
  host.set(6, 6, '23514');
  host.set(7, 6, '42501');
  host.sheet.grid.splice(8, 3);
  await host.settle();
  const missing = { link: host.link.id, decision: 'delete' as const };
  expect(await decideMissing({ ctx: test.context(), input: missing })).toEqual({ restored: 0, deleted: 0 });
  const problems = (await status(host)).problems.map(({ key, column, message }) => [Number(key), column, message]);
  const kept = 'This row is missing from the sheet, but the table keeps it: ';
  expect(problems.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
    [1, 'email', 'email is already used by another row and must be unique.'],
    [2, 'x', 'x is already used by another row and must be unique.'],
    [
      3,
      'room',
      'room overlaps or repeats that of another row, which the table\'s rule "job_room_excl" does not allow.',
    ],
    [4, 'boss', 'boss refers to a row of job that does not exist.'],
    [
      5,
      'kind',
      'The table refused this row: along with it, something is written to "trail" that is not allowed there (rule "trail_pkey"). Ask your admin what it means.',
    ],
    [6, 'kind', 'The table refused this row: Not 23514 today.'],
    [7, 'kind', 'The table refused this row: Not 42501 today.'],
    [8, null, `${kept}Rows of "task" refer to this row. Delete or change those first.`],
    [9, null, `${kept}Rows of "due" refer to this row. Delete or change those first.`],
    [10, null, `${kept}Rows of "job" refer to this row. Delete or change those first.`],
  ]);
});

it('is told of a write that a trigger swallowed', async () => {
  await sql().unsafe(`
    CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER swallow BEFORE UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION swallow()`);
  const host = await start([row(1, { kind: 'a' }), row(2), row(3)]);
  host.set(1, 7, 'b');
  await host.run();
  expect((await status(host)).problems).toMatchObject([{ key: '1', status: 'rejected' }]);
  expect(host.row(1)![6]).toBe('b');
  host.sheet.grid.splice(2, 1);
  await host.settle();
  const word = { link: host.link.id, decision: 'delete' as const };
  expect(await decideMissing({ ctx: test.context(), input: word })).toEqual({ restored: 0, deleted: 0 });
  const { problems } = await status(host);
  expect(problems.find(({ key }) => key === '2')!.message).toBe(
    'This row is missing from the sheet, but the table keeps it: a rule or trigger of the table did not let it go. Put it back, or ask your admin.',
  );
});

it('shows defaults that the table filled in', async () => {
  const host = await start([]);
  host.sheet.grid.push(row(1, { qty: null }));
  await host.settle();
  expect(host.row(1)![2]).toBe(1);
});

it('[I14] leaves a formula, a protected and a refusing cell alone, says so, and does not ask again', async () => {
  const host = await start([row(1, { kind: 'a', low: 1, high: 5 })]);
  host.sheet.formulas.add('2:7');
  host.sheet.refuse = (_row, position) => (position === 4 ? 'protected' : position === 5 ? 'invalid' : null);
  await sql()`UPDATE item SET kind = 'b', low = 2, high = 6, qty = 3 WHERE id = 1`;
  await host.settle();
  expect(host.row(1)).toEqual([1, null, 3, 1, 5, null, 'a']);
  expect(await status(host)).toMatchObject({ held: 1, problems: [{ key: '1', status: 'held' }] });
  host.sheet.refuse = () => null;
  await sql()`UPDATE item SET low = 3 WHERE id = 1`;
  await host.settle();
  expect(host.row(1)![3]).toBe(3);
});

it('[I12] compares every row again after capture was switched off', async () => {
  const host = await startTab(
    test.context(),
    'plain',
    ['id', 'n'],
    [
      [1, 1],
      [2, 2],
    ],
  );
  await sql()`ALTER TABLE plain DISABLE TRIGGER USER`;
  await sql()`UPDATE plain SET n = 10 WHERE id = 1`;
  await sql()`INSERT INTO plain VALUES (3, 3)`;
  await sql()`DELETE FROM plain WHERE id = 2`;
  await host.settle();
  expect(host.sheet.grid.slice(1)).toEqual([
    [1, 10],
    [3, 3],
  ]);
  await sql()`UPDATE plain SET n = 11 WHERE id = 1`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 11]);
});

it('carries an edit at once by a push of its rows alone, with the table’s news for them', async () => {
  const host = await startTab(
    test.context(),
    'plain',
    ['id', 'n'],
    [
      [1, 1],
      [2, 2],
    ],
  );
  await sql()`UPDATE plain SET n = 20 WHERE id = 2`;
  host.set(1, 2, 5);
  const sent = host.sent.length;
  expect(await host.run({ kind: 'rows', from: 2, to: 2 })).toMatchObject({ outcome: 'done', pushed: 1 });
  expect(host.sent.slice(sent).map((one) => one.name)).toEqual(['push']);
  expect(await sql()`SELECT n FROM plain ORDER BY id`).toMatchObject([{ n: 5 }, { n: 20 }]);
  expect(host.row(2)).toEqual([2, 2]);
  await host.settle();
  expect(host.row(2)).toEqual([2, 20]);
});

it('holds rows whose keys only the table can tell apart', async () => {
  await sql()`CREATE TABLE loose (id text PRIMARY KEY, n integer)`;
  await sql()`INSERT INTO loose VALUES ('a', 1), (' a', 2), ('b', 3)`;
  const host = await startTab(test.context(), 'loose', ['id', 'n'], [], { sheet: 3 });
  expect(host.sheet.grid.slice(1)).toEqual([['b', 3]]);
  expect((await status(host)).problems).toMatchObject([{ key: 'a', status: 'held' }]);
  await sql()`DELETE FROM loose WHERE id = ' a'`;
  await host.settle();
  expect(host.row('a')).toEqual(['a', 1]);
});

it('holds a key that stands twice on the sheet, and goes on once it is unique', async () => {
  const host = await startTab(
    test.context(),
    'plain',
    ['id', 'n'],
    [
      [1, 1],
      [2, 2],
    ],
  );
  host.sheet.grid.push([2, 7]);
  await sql()`UPDATE plain SET n = 5 WHERE id = 2`;
  await host.settle();
  expect((await status(host)).notices).toMatchObject([{ code: 'duplicate_keys', count: 1 }]);
  expect(await sql()`SELECT n FROM plain ORDER BY id`).toMatchObject([{ n: 1 }, { n: 5 }]);
  host.sheet.grid.pop();
  await host.settle();
  expect(host.row(2)).toEqual([2, 5]);
  expect((await status(host)).notices).toEqual([]);
});

it('[R36] rows that exchange values of a unique column do so, in rings too, and journal it', async () => {
  const host = await start([
    row(1, { code: 'a' }),
    row(2, { code: 'b' }),
    row(3, { code: 'c' }),
    row(4, { code: 'd' }),
  ]);
  // A ring of three, while a fourth wants a value that stays where it is.
  await sql()`INSERT INTO item (id, code) VALUES (9, 'z')`;
  await host.settle();
  for (const [id, code] of [
    [1, 'b'],
    [2, 'c'],
    [3, 'a'],
    [4, 'z'],
  ] as const)
    host.set(id, 2, code);
  await host.run();
  expect((await sql()`SELECT id, code FROM item ORDER BY id`).map(({ code }) => code as string)).toEqual([
    'b',
    'c',
    'a',
    'd',
    'z',
  ]);
  expect((await status(host)).problems).toMatchObject([{ key: '4', status: 'rejected', column: 'code' }]);
  const journal =
    await sql()`SELECT key FROM tandem.journal WHERE op = 'update' AND side = 'table' AND "column" = 'c2'`;
  expect(journal.map(({ key }) => key as string).sort()).toEqual(['1', '2', '3']);
  expect(await host.run()).toMatchObject({ cellsWritten: 0 });
});

it('[R36] rows that pass values of a unique column on in a chain do so at once, beside other edits', async () => {
  const codes = ['a', 'b', 'c', 'd', 'e', 'f'];
  await sql().unsafe(`ALTER TABLE item ALTER code SET NOT NULL`);
  const host = await start(codes.map((code, n) => row(n + 1, { code })));
  for (const [n] of codes.entries()) {
    host.set(n + 1, 2, codes[n + 1] ?? 'new');
    host.set(n + 1, 4, 7);
  }
  await host.run();
  const stored = await sql()`SELECT code, low FROM item ORDER BY id`;
  expect(stored.map((one) => one['code'] as string)).toEqual(['b', 'c', 'd', 'e', 'f', 'new']);
  expect(stored.map((one) => Number(one['low']))).toEqual(codes.map(() => 7));
  expect((await status(host)).problems).toEqual([]);
  expect(await host.run()).toMatchObject({ cellsWritten: 0 });
});

it('[R36] an exchange stays refused, in words, where the column may not be empty or others refer to it', async () => {
  await sql().unsafe(`ALTER TABLE item ALTER code SET NOT NULL`);
  const host = await start([row(1, { code: 'a' }), row(2, { code: 'b' })]);
  host.set(1, 2, 'b');
  host.set(2, 2, 'a');
  await host.settle();
  const exchanged = 'code is exchanged with another row, which the table does not allow at once.';
  expect((await status(host)).problems.map(({ message }) => message.startsWith(exchanged))).toEqual([true, true]);
  expect((await sql()`SELECT code FROM item ORDER BY id`).map(({ code }) => code as string)).toEqual(['a', 'b']);
  // A child would lose its parent in between.
  await sql().unsafe(`ALTER TABLE item ALTER code DROP NOT NULL;
    CREATE TABLE child (code varchar(5) REFERENCES item (code) ON UPDATE CASCADE); INSERT INTO child VALUES ('a')`);
  await retryRows({ ctx: test.context(), input: { link: host.link.id } });
  await host.settle();
  expect((await sql()`SELECT code FROM item ORDER BY id`).map(({ code }) => code as string)).toEqual(['a', 'b']);
  expect(await sql()`SELECT code FROM child`).toEqual([{ code: 'a' }]);
});

it('[R37] tries refused rows again when the constraint that refused them changes', async () => {
  const host = await start([row(1, { low: 1, high: 5 })]);
  host.set(1, 4, 9);
  await host.settle();
  await host.settle();
  expect((await status(host)).rejected).toBe(1);
  await sql()`ALTER TABLE item DROP CONSTRAINT low_to_high`;
  await host.run();
  await host.settle();
  expect((await status(host)).rejected).toBe(0);
  expect(await sql()`SELECT low FROM item`).toEqual([{ low: 9 }]);
});
