import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LinkInfo, PlanInfo } from '../../shared/protocol/links.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { HubHost, linkTab, startTab } from './hub-host.ts';
import { MemorySheet } from '../unit/support/memory-sheet.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2), total numeric GENERATED ALWAYS AS (price * 2) STORED);
    CREATE VIEW cheap AS SELECT * FROM item;
    CREATE TABLE keyless (name text);
    INSERT INTO item (id, name, price) VALUES (1, 'One', 1), (2, 'Two', 2)`);
});
afterEach(() => test.close());

const body = <More extends object>(more?: More) => ({
  spreadsheet: 'spreadsheet-1',
  sheet: 7,
  sheetName: 'Tab',
  timeZone: 'Europe/Berlin',
  schema: 'public',
  table: 'item',
  columns: [
    { header: 'Id', column: 'id' },
    { header: 'Name', column: 'name' },
    { header: 'Total', column: 'total' },
  ],
  ...(more ?? ({} as More)),
});
const send = async (method: string, path: string, options: Parameters<TestApp['request']>[2] = {}) => {
  const response = await test.request(method, path, options);
  return { status: response.status, body: (await response.json()) as never };
};
const failure = async (more: object) => {
  const { status, body: answer } = await send('POST', '/v1/links', { body: body(more) });
  return [status, (answer as { error: { code: string; message: string } }).error] as const;
};

it('lists what can be linked, and says why the rest cannot', async () => {
  const { body: list } = await send('GET', '/v1/tables');
  expect(list).toEqual({
    tables: [
      {
        schema: 'public',
        rows: null,
        name: 'cheap',
        unsuitable: 'It is a view. Link the table it reads from.',
        replaceable: false,
      },
      { schema: 'public', rows: null, name: 'item', unsuitable: null, replaceable: true },
      {
        schema: 'public',
        rows: null,
        name: 'keyless',
        unsuitable: expect.stringContaining('no primary key'),
        replaceable: true,
      },
    ],
  });
  const { body: table } = await send('GET', '/v1/tables/public/item');
  expect(table).toMatchObject({
    columns: [
      { name: 'id', type: 'integer', kind: 'integer', nullable: false, primaryKey: true, generated: false },
      { name: 'name', kind: 'text', nullable: false },
      { name: 'price', type: 'numeric(12,2)', kind: 'decimal', nullable: true },
      { name: 'total', generated: true },
    ],
  });
  expect((await send('GET', '/v1/tables/public/nothing')).body).toMatchObject({ error: { code: 'table_not_found' } });
  expect((await send('GET', '/v1/tables/tandem/link')).status).toBe(404);
});

it('makes a table from headers, and refuses a name that is taken', async () => {
  const input = {
    name: 'Új lista',
    columns: [
      { header: 'Order #', type: 'bigint', key: true },
      { header: "Who's", type: 'text', key: false },
      { header: 'order', type: 'date', key: false },
    ],
  };
  const { status, body: table } = await send('POST', '/v1/tables', { body: input });
  expect(status).toBe(201);
  expect(table).toMatchObject({
    name: 'új_lista',
    columns: [
      { name: 'col_order', comment: 'Order #', primaryKey: true },
      { name: 'who_s', comment: "Who's" },
      { name: 'col_order_1', kind: 'date' },
    ],
  });
  expect((await send('POST', '/v1/tables', { body: input })).body).toMatchObject({ error: { code: 'name_taken' } });
});

it('makes a table and links it, both or neither, and once however often it is asked', async () => {
  const { spreadsheet, sheet, sheetName, timeZone } = body();
  const table = {
    name: 'fruit',
    columns: [
      { header: 'Nr', type: 'bigint', key: true, generated: { startAt: 4 } },
      { header: 'Fruit', type: 'text', key: false },
    ],
  };
  const ask = (more: object = {}, as = {}) =>
    send('POST', '/v1/tables/linked', { body: { spreadsheet, sheet, sheetName, timeZone, table, ...more }, ...as });
  const left = async () =>
    (
      await sql()`
    SELECT to_regclass('public.fruit') IS NOT NULL AS made, (SELECT count(*)::int FROM tandem.link) AS links,
           (SELECT count(*)::int FROM tandem.schema_log) AS logged`
    )[0];
  expect((await ask({}, { as: PERSON })).status).toBe(403);
  // The table could be made: only the link can't. Nothing of it stays.
  const twice = { ...table, columns: [...table.columns, { header: 'Fruit ', type: 'text', key: false }] };
  expect((await ask({ table: twice })).body).toMatchObject({ error: { code: 'bad_request' } });
  expect(await left()).toEqual({ made: false, links: 0, logged: 0 });
  const other = await send('POST', '/v1/links', { body: body() });
  expect((await ask()).body).toMatchObject({ error: { code: 'already_linked' } });
  expect(await left()).toEqual({ made: false, links: 1, logged: 1 });
  await send('DELETE', `/v1/links/${(other.body as LinkInfo).id}`);

  const id = randomUUID();
  const { status, body: link } = await ask({ id });
  const columns = [
    { header: 'Nr', column: 'nr', key: true, madeByTable: true },
    { header: 'Fruit', column: 'fruit', key: false },
  ];
  expect([status, link]).toMatchObject([201, { id, table: 'fruit', state: 'preview', mapping: { columns } }]);
  // Its answer was lost; by now there are rows in the table.
  await sql()`INSERT INTO fruit (fruit) VALUES ('Fig')`;
  expect((await ask({ id })).body).toEqual(link);
  expect(await sql()`SELECT nr::int, fruit FROM fruit`).toEqual([{ nr: 4, fruit: 'Fig' }]);
  // Changed meanwhile, it is not what was made.
  expect((await ask({ id, table: { ...table, name: 'fruits' } })).body).toMatchObject({
    error: { code: 'already_linked' },
  });
  expect(await sql()`SELECT to_regclass('public.fruits') AS made`).toEqual([{ made: null }]);
  // Another request is another one, and so is that of another tab.
  expect((await ask({ id: randomUUID(), sheet: 8 })).body).toMatchObject({ error: { code: 'name_taken' } });
  expect((await ask({ id, sheet: 8 })).body).toMatchObject({ error: { code: 'name_taken' } });

  // The same of a table that was there before.
  const again = body({ id: randomUUID(), sheet: 9 });
  const answers = await Promise.all([1, 2, 3].map(() => send('POST', '/v1/links', { body: again })));
  expect(answers.map((answer) => [answer.status, (answer.body as LinkInfo).id])).toEqual(
    Array(3).fill([201, again.id]),
  );
  expect(await failure({ id: randomUUID(), sheet: 9 })).toMatchObject([409, { code: 'already_linked' }]);
  expect(await failure({ id: again.id, sheet: 10 })).toMatchObject([409, { code: 'already_linked' }]);
});

it('leaves tables and linking to admins, and a link to its creator and members', async () => {
  for (const [method, path] of [
    ['GET', '/v1/tables'],
    ['GET', '/v1/tables/public/item'],
  ] as const) {
    expect((await send(method, path, { as: PERSON })).status).toBe(403);
  }
  expect((await send('POST', '/v1/links', { as: PERSON, body: body() })).status).toBe(403);
  const { body: link } = await send('POST', '/v1/links', { body: body() });
  const { id } = link as LinkInfo;
  const list = async (as?: typeof PERSON) =>
    ((await send('GET', '/v1/links?spreadsheet=spreadsheet-1', as ? { as } : {})).body as { links: unknown[] }).links
      .length;
  expect(await list()).toBe(1);
  expect(await list(PERSON)).toBe(0);
  for (const path of ['', '/plan', '/status', '/journal']) {
    expect((await send('GET', `/v1/links/${id}${path}`, { as: PERSON })).body).toMatchObject({
      error: { code: 'link_not_found' },
    });
  }
  // Not "not found": the add-on would forget the link in the spreadsheet, for everybody.
  expect((await send('DELETE', `/v1/links/${id}`, { as: PERSON })).body).toMatchObject({
    error: { code: 'not_allowed', message: expect.stringContaining('still linked') as string },
  });
  expect((await send('DELETE', `/v1/links/${randomUUID()}`, { as: PERSON })).status).toBe(404);
  await sql()`UPDATE tandem.link SET members = ARRAY[${PERSON.sub}]`;
  expect((await send('GET', `/v1/links/${id}`, { as: PERSON })).status).toBe(200);
  expect((await send('DELETE', `/v1/links/${id}`)).body).toEqual({ ok: true });
  expect(await list()).toBe(0);
});

it('refuses mappings that cannot work, in words that say what to do', async () => {
  expect(await failure({ table: 'nothing' })).toMatchObject([404, { code: 'table_not_found' }]);
  expect(await failure({ table: 'cheap' })).toMatchObject([422, { code: 'table_unsuitable' }]);
  expect(await failure({ columns: [{ header: 'Name', column: 'name' }] })).toMatchObject([
    400,
    { code: 'bad_request', message: 'The key column "id" must be mapped: rows are told apart by it.' },
  ]);
  expect((await failure({ columns: [{ header: 'A', column: 'nope' }] }))[1].message).toContain('no column "nope"');
  const twice = [
    { header: 'Id', column: 'id' },
    { header: 'Id ', column: 'name' },
  ];
  expect((await failure({ columns: twice }))[1].message).toContain('mapped twice');
  expect((await send('POST', '/v1/links', { body: body() })).status).toBe(201);
  expect(await failure({})).toMatchObject([409, { code: 'already_linked' }]);
});

it('shows the plan before anything is written, and starts only when all of the sheet is staged', async () => {
  const host = await linkTab(
    test.context(),
    'item',
    ['id', 'name', 'price'],
    [
      [1, 'One', 1],
      [2, 'Zwei', 2],
      [3, 'Three', 3],
      [null, 'no key', null],
    ],
  );
  const path = `/v1/links/${host.link.id}`;
  expect((await send('GET', `${path}/plan`)).body).toMatchObject({ complete: false });
  expect((await send('POST', `${path}/start`, { body: { winner: 'table' } })).body).toMatchObject({
    error: { code: 'wrong_state' },
  });
  await host.run();
  const { body: plan } = await send('GET', `${path}/plan`);
  expect(plan).toMatchObject({
    complete: true,
    equal: 1,
    insertIntoTable: 1,
    insertIntoSheet: 0,
    different: 1,
    unusable: 1,
  });
  expect((plan as PlanInfo).samples).toContainEqual({
    key: '2',
    sort: 'different',
    cells: [{ header: 'name', sheet: 'Zwei', table: 'Two' }],
  });
  expect(await sql()`SELECT count(*)::int AS n FROM item`).toMatchObject([{ n: 2 }]);
  expect(await sql()`SELECT 1 FROM tandem."row"`).toHaveLength(0);
  // A second scan of the same sheet sends nothing again.
  expect(await host.run()).toMatchObject({ pushed: 0 });
  host.set(3, 2, 'Drei');
  await host.run();
  const { body: started } = await send('POST', `${path}/start`, { body: { winner: 'sheet' } });
  expect(started).toMatchObject({ state: 'active' });
  expect((await sql()`SELECT name FROM item ORDER BY id`).map((row) => row['name'])).toEqual(['One', 'Zwei', 'Drei']);
  expect((await send('GET', `${path}/plan`)).body).toMatchObject({ error: { code: 'wrong_state' } });
});

it('never deletes at the first sync, whatever either side lacks, and can stop at any chunk', async () => {
  const rows = Array.from({ length: 1203 }, (_, i) => [i + 100, `row ${i}`, i + 1]);
  const host = await linkTab(test.context(), 'item', ['id', 'name', 'price'], rows);
  await host.run();
  // A start that died after its first transaction: everything staged, nothing applied.
  await sql()`INSERT INTO tandem.dirty SELECT id, '1', '{1}'::text[] FROM tandem.link UNION ALL SELECT id, '2', '{2}'::text[] FROM tandem.link`;
  await sql()`UPDATE tandem.link SET state = 'active', first_sync_winner = 'table'`;
  await host.settle();
  expect(await sql()`SELECT count(*)::int AS n FROM item`).toMatchObject([{ n: 1205 }]);
  expect(host.sheet.grid).toHaveLength(1 + 1205);
  expect(await sql()`SELECT 1 FROM tandem.journal WHERE op IN ('delete', 'update')`).toHaveLength(0);
});

it('keeps two tabs on one table in step with each other [I12]', async () => {
  const one = await startTab(test.context(), 'item', ['id', 'name'], []);
  const two = await startTab(test.context(), 'item', ['id', 'name', 'price'], [], { sheet: 2 });
  one.set(1, 2, 'Uno');
  await one.settle();
  await two.settle();
  expect(two.row(1)).toEqual([1, 'Uno', 1]);
  two.set(2, 2, 'Dos');
  await two.settle();
  await one.settle();
  expect(one.row(2)).toEqual([2, 'Dos']);
  await one.settle();
  await two.settle();
  expect(await sql()`SELECT 1 FROM tandem.dirty`).toHaveLength(0);
});

it('shows computed columns on the sheet and never writes them to the table', async () => {
  const host = await startTab(test.context(), 'item', ['id', 'price', 'total'], [], {});
  expect(host.row(2)).toEqual([2, 2, 4]);
  host.set(2, 3, 99);
  host.set(2, 2, 5);
  await host.settle();
  expect(host.row(2)).toEqual([2, 5, 10]);
  expect(await sql()`SELECT price::float8 AS price FROM item WHERE id = 2`).toMatchObject([{ price: 5 }]);
});

it('[I13] follows a renamed column, suspends one that is gone, and takes it up again', async () => {
  const host = await startTab(test.context(), 'item', ['id', 'name', 'price'], []);
  await sql()`ALTER TABLE item RENAME name TO label`;
  host.set(1, 2, 'Uno');
  await host.settle();
  expect(await sql()`SELECT label FROM item WHERE id = 1`).toMatchObject([{ label: 'Uno' }]);

  const [, , price] = host.sheet.ids;
  host.sheet.ids[2] = null;
  host.sheet.grid[0]![2] = 'something else';
  for (const row of host.sheet.grid.slice(1)) row[2] = null;
  await host.settle();
  expect(host.mapping.columns[2]!.suspended).toContain('no longer has the column');
  await sql()`UPDATE item SET price = 50 WHERE id = 1`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Uno', null]);
  expect(await sql()`SELECT price::float8 AS price FROM item ORDER BY id`).toMatchObject([{ price: 50 }, { price: 2 }]);

  host.sheet.ids[2] = price!;
  host.sheet.grid[0]![2] = 'price';
  host.set(1, 3, 1);
  host.set(2, 3, 2);
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Uno', 50]);
  expect(host.row(2)).toEqual([2, 'Two', 2]);
});

it('[I13] keeps in the history what was typed in a suspended column of a row that the table deletes', async () => {
  const host = await startTab(test.context(), 'item', ['id', 'name', 'price'], []);
  await sql()`ALTER TABLE item DROP price CASCADE`;
  await host.settle();
  host.set(1, 3, 77);
  await sql()`DELETE FROM item`;
  await host.settle();
  expect(host.sheet.grid.slice(1).flat()).toEqual([]);
  const lost = await sql()`SELECT key, side, before::text AS before, cause FROM tandem.journal WHERE op = 'lost'`;
  expect(lost).toEqual([{ key: '1', side: 'sheet', before: '77', cause: expect.stringContaining('not synced') }]);
});

it('pauses, naming the table, when it is dropped or keyed anew', async () => {
  const host = await startTab(test.context(), 'item', ['id', 'name'], []);
  await sql()`ALTER TABLE item DROP CONSTRAINT item_pkey`;
  await sql()`ALTER TABLE item ADD PRIMARY KEY (name)`;
  expect(await host.run()).toMatchObject({ outcome: 'paused', message: expect.stringContaining('"public.item"') });
  await sql()`DROP TABLE item CASCADE`;
  expect(await host.run()).toMatchObject({ outcome: 'paused', message: expect.stringContaining('is gone') });
  expect(host.sheet.grid).toHaveLength(3);
});

it('takes composite keys, identity keys and keys the sheet spells differently', async () => {
  await sql().unsafe(`
    CREATE TABLE line (doc text, no integer, qty integer, PRIMARY KEY (no, doc));
    INSERT INTO line VALUES ('A', 1, 5);
    CREATE TABLE auto (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
    INSERT INTO auto (name) VALUES ('a')`);
  const lines = await startTab(
    test.context(),
    'line',
    ['doc', 'no', 'qty'],
    [
      [' A ', '01', 5],
      ['B', 2, 7],
    ],
  );
  expect(await sql()`SELECT doc, no, qty FROM line ORDER BY no`).toMatchObject([
    { doc: 'A', no: 1, qty: 5 },
    { doc: 'B', no: 2, qty: 7 },
  ]);
  expect(lines.sheet.grid).toHaveLength(3);
  const auto = await startTab(test.context(), 'auto', ['id', 'name'], [[50, 'typed']], { sheet: 2 });
  expect(await sql()`SELECT id, name FROM auto ORDER BY id`).toMatchObject([
    { id: 1, name: 'a' },
    { id: 50, name: 'typed' },
  ]);
  expect(auto.row(1)).toEqual([1, 'a']);
});

it('carries a cycle over HTTP, and answers errors in the one shape', async () => {
  const link = (await send('POST', '/v1/links', { body: body() })).body as LinkInfo;
  const host = new HubHost(test.context(), link, new MemorySheet(['Id', 'Name', 'Total'], [[1, 'One', 2]]));
  host.deliver = async (name, message) => {
    const { status, body: answer } = await send('POST', `/v1/${name}`, { body: message });
    return status === 200 ? { ok: true, reply: answer } : { ok: false, error: (answer as { error: never }).error };
  };
  await host.run();
  await send('POST', `/v1/links/${link.id}/start`, { body: { winner: 'table' } });
  await host.settle();
  expect(host.row(2)).toEqual([2, 'Two', 4]);
  expect((await send('GET', `/v1/links/${link.id}/status`)).body).toMatchObject({ rows: 2, pending: 0, problems: [] });
  expect((await send('POST', '/v1/sync', { body: {} })).body).toMatchObject({ error: { code: 'bad_request' } });
  const journal = (await send('GET', `/v1/links/${link.id}/journal?limit=1`)).body;
  expect(journal).toEqual({ entries: [], next: null });
});
