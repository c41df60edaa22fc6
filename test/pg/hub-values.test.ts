import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { deleteLink } from '../../api/links/change-link.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
let host: HubHost | null = null;
const sql = () => test.database.sql;

beforeAll(async () => {
  test = await createTestApp();
});
afterEach(async () => {
  if (host !== null) await deleteLink({ ctx: test.context(), input: { link: host.link.id } });
  host = null;
});
afterAll(() => test.close());

async function start(table: string, headers: string[], rows: Cell[][]): Promise<HubHost> {
  host = await startTab(test.context(), table, headers, rows);
  return host;
}
const note = (key: Cell, position: number) => host!.sheet.notes.get(`${host!.sheet.rowOf(key)}:${position}`);
const one = async (query: string) => (await sql().unsafe<{ value: unknown }[]>(query))[0]!.value;

it('[R29] shows instants anew when the spreadsheet’s timezone changes, and writes nothing to the table', async () => {
  await sql().unsafe(`
    CREATE TABLE visit (id integer PRIMARY KEY, at timestamptz, day date, civil timestamp, note text);
    INSERT INTO visit SELECT n, '2024-07-01 10:00Z'::timestamptz + n * interval '1 hour', '2024-07-01', '2024-07-01 12:00', 'n'
      FROM generate_series(1, 1000) n`);
  const { sheet } = await start('visit', ['id', 'at', 'day', 'civil', 'note'], []);
  expect(sheet.grid.length).toBe(1001);
  expect(host!.row(2)).toEqual([2, { date: '2024-07-01T14:00:00' }, { date: '2024-07-01' }, { date: '2024-07-01T12:00:00' }, 'n']); // prettier-ignore
  const versions = () => one(`SELECT md5(string_agg(xmin::text || v::text, ',' ORDER BY id)) AS value FROM visit v`);
  const before = await versions();
  sheet.timeZone = 'America/New_York';
  // Typed before the change is seen, elsewhere in the row and in the cell itself.
  host!.set(7, 5, 'edited');
  host!.set(8, 2, { date: '2024-07-02T09:30:00' });
  await host!.run({ kind: 'rows', from: sheet.rowOf(7), to: sheet.rowOf(8) });
  expect(await one(`SELECT count(*)::int AS value FROM visit WHERE note = 'edited'`)).toBe(1);
  expect(await one(`SELECT to_json(at) AS value FROM visit WHERE id = 8`)).toBe('2024-07-02T13:30:00+00:00');
  await sql()`UPDATE visit SET note = 'n', at = '2024-07-01 18:00Z' WHERE id IN (7, 8)`;
  const touched = await versions();
  expect(touched).not.toBe(before);
  await host!.settle();
  expect(await versions()).toBe(touched);
  expect(host!.row(2)).toEqual([2, { date: '2024-07-01T08:00:00' }, { date: '2024-07-01' }, { date: '2024-07-01T12:00:00' }, 'n']); // prettier-ignore
  expect(sheet.grid.slice(1).every(([id, at]) => id === 7 || id === 8 || (at as { date: string }).date === inNewYork(id as number))).toBe(true); // prettier-ignore
  expect(host!.row(8)![1]).toEqual({ date: '2024-07-01T14:00:00' });
  const { cellsWritten } = host!;
  for (let i = 0; i < 3; i++) expect(await host!.run()).toMatchObject({ cellsWritten: 0, pushed: 0 });
  expect(host!.cellsWritten).toBe(cellsWritten);
  expect(await one(`SELECT count(*)::int AS value FROM tandem.journal WHERE op = 'lost'`)).toBe(0);
});

function inNewYork(id: number): string {
  return new Date(Date.UTC(2024, 6, 1, 10 - 4 + id)).toISOString().slice(0, 19).replace('T00:00:00', '');
}

it('[R29] takes an instant whose wall clock the new timezone skips for no edit, and refuses one that is typed there', async () => {
  await sql().unsafe(`CREATE TABLE night (id integer PRIMARY KEY, at timestamptz, note text);
                      INSERT INTO night VALUES (1, '2024-03-10 01:30Z', 'a')`);
  const { sheet } = await start('night', ['id', 'at', 'note'], []);
  const skipped = { date: '2024-03-10T02:30:00' };
  expect(host!.row(1)![1]).toEqual(skipped);
  sheet.timeZone = 'America/New_York';
  // Its row is pushed while the cell still shows what does not exist there.
  host!.set(1, 3, 'b');
  await host!.run({ kind: 'rows', from: 2, to: 2 });
  await host!.settle();
  expect(host!.row(1)).toEqual([1, { date: '2024-03-09T20:30:00' }, 'b']);
  expect(
    await one(`SELECT note || at::text AS value FROM (SELECT note, at AT TIME ZONE 'UTC' AS at FROM night) n`),
  ).toBe('b2024-03-10 01:30:00');
  host!.set(1, 2, skipped);
  await host!.settle();
  expect(note(1, 2)).toContain('does not exist in America/New_York: clocks are put forward there');
  expect(await one(`SELECT count(*)::int AS value FROM night WHERE at = '2024-03-10 01:30Z'`)).toBe(1);
});

it('[R29] pauses where instants are the key, until the timezone is set back', async () => {
  await sql().unsafe(`CREATE TABLE reading (at timestamptz PRIMARY KEY, v integer);
                      INSERT INTO reading VALUES ('2024-07-01 10:00Z', 1), ('2024-10-27 00:30Z', 2), ('2024-10-27 01:30Z', 3)`);
  const { sheet } = await start('reading', ['at', 'v'], []);
  expect(sheet.grid.slice(1).map(([at]) => at)).toEqual(
    expect.arrayContaining([{ date: '2024-07-01T12:00:00' }, { date: '2024-10-27T02:30:00' }, '2024-10-27 02:30:00+01']), // prettier-ignore
  );
  sheet.timeZone = 'Asia/Tokyo';
  await host!.run();
  const status = await getStatus({ ctx: test.context(), input: { link: host!.link.id } });
  expect(status.link.state).toBe('paused');
  expect(status.notices.map(({ message }) => message).join()).toContain('from Europe/Berlin to Asia/Tokyo');
  sheet.timeZone = 'Europe/Berlin';
  host!.sheet.grid.find(([at]) => at === '2024-10-27 02:30:00+01')![1] = 30;
  await host!.settle();
  expect(await one(`SELECT json_agg(v ORDER BY at) AS value FROM reading`)).toEqual([1, 2, 30]);
});

it('keeps what a cell cannot show: microseconds, -0, zeros at the end, the empty text, text that reads like an error', async () => {
  await sql().unsafe(`
    CREATE TABLE fine (id integer PRIMARY KEY, at timestamp, f float8, n numeric, t text, note text);
    INSERT INTO fine VALUES (1, '2024-01-01 10:00:00.123456', '-0', '1.500', '#N/A', 'a'), (2, NULL, NULL, NULL, '', 'b')`);
  await start('fine', ['id', 'at', 'f', 'n', 't', 'note'], []);
  expect(host!.row(1)).toEqual([1, { date: '2024-01-01T10:00:00.123' }, 0, 1.5, null, 'a']);
  // Nobody could tell it from an error in a cell: left empty there, and said.
  const status = await getStatus({ ctx: test.context(), input: { link: host!.link.id } });
  expect(status.problems.map(({ column, message }) => [column, message])).toEqual([
    ['t', expect.stringContaining('t')],
  ]);
  host!.set(1, 6, 'edited');
  host!.set(2, 6, 'edited');
  await host!.settle();
  expect(
    await one(`SELECT json_agg(ARRAY[at::text, f::text, n::text, t, note] ORDER BY id) AS value FROM fine`),
  ).toEqual([
    ['2024-01-01 10:00:00.123456', '-0', '1.500', '#N/A', 'edited'],
    [null, null, null, '', 'edited'],
  ]);
});

it('makes of an emptied cell what was chosen for its column', async () => {
  await sql().unsafe(`
    CREATE TABLE blank (id integer PRIMARY KEY, a text, b text, c text NOT NULL, d varchar(5) NOT NULL DEFAULT 'd', n integer);
    INSERT INTO blank VALUES (1, 'a', 'b', 'c', 'd', 1)`);
  await start('blank', ['id', 'a', 'b', 'c', 'd', 'n'], []);
  const update = (empty: Record<string, 'null' | 'blank' | null>) =>
    updateLink({ ctx: test.context(), input: { link: host!.link.id, empty } });
  expect((await update({ c3: 'blank' })).empty).toEqual({ c3: 'blank' });
  await expect(update({ c6: 'blank' })).rejects.toThrow('n holds values of type integer');
  await expect(update({ c4: 'null' })).rejects.toThrow('c must not be NULL');
  for (const position of [2, 3, 4, 5, 6]) host!.set(1, position, null);
  host!.sheet.grid.push([2, null, null, null, null, null]);
  for (let i = 0; i < 4; i++) await host!.run();
  expect(note(1, 5)).toBe('Tandem: d must not be empty.');
  expect(await one(`SELECT json_agg(to_json(x) ORDER BY id) AS value FROM blank x`)).toEqual([
    { id: 1, a: null, b: '', c: '', d: 'd', n: null },
    { id: 2, a: null, b: '', c: '', d: 'd', n: null },
  ]);
  await update({ c5: 'blank', c3: null });
  await sql()`UPDATE blank SET n = 5 WHERE id = 1`;
  host!.set(1, 5, 'x');
  await host!.settle();
  host!.set(1, 5, null);
  await host!.settle();
  expect(await one(`SELECT d AS value FROM blank WHERE id = 1`)).toBe('');
});

it('tells in words why the table does not take a value, also where a domain refuses it', async () => {
  await sql().unsafe(`
    CREATE DOMAIN price AS numeric(6,2) CHECK (VALUE > 0);
    CREATE DOMAIN given AS text NOT NULL;
    CREATE TYPE shade AS ENUM ('red', 'dark blue');
    CREATE TABLE told (id integer PRIMARY KEY, p price, g given DEFAULT 'g', s shade, host inet, l integer[], box point, m money);
    INSERT INTO told VALUES (1, 5, 'g', 'red', '10.0.0.1', '{1,2}', '(1,2)', 1234.5)`);
  await start('told', ['id', 'p', 'g', 's', 'host', 'l', 'box', 'm'], []);
  expect(host!.row(1)).toEqual([1, 5, 'g', 'red', '10.0.0.1', '{1,2}', '(1,2)', 1234.5]);
  [-5, null, 'purple', '10.0.0.999', '{1,x}', '(3,4)', '$5'].forEach((cell, i) => host!.set(1, i + 2, cell));
  await host!.run();
  expect([2, 3, 4, 5, 6, 8].map((position) => note(1, position))).toEqual([
    'Tandem: p must be greater than 0.',
    'Tandem: g must not be empty.',
    'Tandem: s must be one of red, dark blue.',
    'Tandem: host must be an IP address, such as 10.0.0.1 or 2001:db8::1.',
    'Tandem: l must be a list in braces, such as {red,"dark blue"}.',
    'Tandem: m must be an amount of money as a number, such as 12.5.',
  ]);
  // Only shown: put back.
  await host!.run();
  expect(host!.row(1)![6]).toBe('(1,2)');
  host!.set(1, 2, 99999);
  host!.set(1, 8, 99.5);
  await sql()`ALTER TYPE shade ADD VALUE 'purple'`;
  test.clock.advance(3_600_000);
  await host!.run();
  expect(note(1, 2)).toBe('Tandem: p must be a number from -9999.99 to 9999.99.');
  expect(await one(`SELECT s || ' ' || m::numeric AS value FROM told`)).toBe('purple 99.50');
});

it('[R30] refuses a key that the table would store in another form, instead of bringing the row twice', async () => {
  await sql().unsafe('CREATE TABLE net (addr inet, size numeric(5,1), v text, PRIMARY KEY (addr, size))');
  await start(
    'net',
    ['addr', 'size', 'v'],
    [
      ['10.0.0.1/32', 1, 'a'],
      ['10.0.0.2', 1.25, 'b'],
      ['10.0.0.3', 2, 'c'],
    ],
  );
  for (let i = 0; i < 3; i++) await host!.run();
  expect(host!.sheet.grid.length).toBe(4);
  expect(await one(`SELECT json_agg(host(addr)) AS value FROM net`)).toEqual(['10.0.0.3']);
  expect(note('10.0.0.1/32', 1)).toBe(
    'Tandem: The table would store addr as 10.0.0.1 and size as 1. Type it like that: rows are told apart by it.',
  );
  host!.set('10.0.0.1/32', 1, '10.0.0.1');
  await host!.settle();
  expect(await one(`SELECT count(*)::int AS value FROM net`)).toBe(2);
});
