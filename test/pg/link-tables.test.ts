import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkInfo, LinkStatus } from '../../shared/protocol/links.ts';
import type { TableRules } from '../../shared/protocol/table-rules.ts';
import { connectDatabase } from '../../api/database/connect.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { HubHost } from './hub-host.ts';
import type { Cell } from '../../shared/cell.ts';
import { MemorySheet } from '../unit/support/memory-sheet.ts';

/** Tables as somebody else made them, and what became of them since: linked, or refused in words, and never lost. */
let test: TestApp;
let tabs = 0;
const sql = () => test.database.sql;

beforeAll(async () => {
  test = await createTestApp();
  await sql().unsafe(`CREATE EXTENSION btree_gist;
    CREATE TABLE ruled (id integer PRIMARY KEY, n text);
    CREATE RULE log AS ON INSERT TO ruled DO ALSO NOTIFY logged;
    CREATE TABLE parted (id integer PRIMARY KEY, n text) PARTITION BY RANGE (id);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9);
    CREATE TABLE afar (id integer NOT NULL, n text) PARTITION BY RANGE (id);
    CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
    CREATE FOREIGN TABLE afar_1 PARTITION OF afar FOR VALUES FROM (0) TO (9) SERVER nowhere;
    ALTER TABLE ONLY afar ADD PRIMARY KEY (id);
    CREATE TABLE periods (id integer, at daterange, PRIMARY KEY (id, at WITHOUT OVERLAPS))`);
});
afterAll(() => test.close());

type Column = string | { header: string; column: string; label?: string; via?: string[] };

const send = async (method: string, path: string, body?: unknown) => {
  const response = await test.request(method, path, body === undefined ? {} : { body });
  const answer = (await response.json()) as { error?: { message: string } };
  return { status: response.status, body: answer as never, message: answer.error?.message ?? '' };
};
const link = (table: string, columns: Column[], more: object = {}) =>
  send('POST', '/v1/links', {
    spreadsheet: 'spreadsheet-1',
    sheet: ++tabs,
    sheetName: 'Tab',
    timeZone: 'Europe/Berlin',
    schema: 'public',
    table,
    columns: columns.map((column) => (typeof column === 'string' ? { header: column, column } : column)),
    ...more,
  });
const preview = async (table: string, columns: Column[], rows: Cell[][] = []): Promise<HubHost> => {
  const { status, body, message } = await link(table, columns);
  expect([status, message]).toEqual([201, '']);
  const headers = columns.map((column) => (typeof column === 'string' ? column : column.header));
  const host = new HubHost(test.context(), body as LinkInfo, new MemorySheet(headers, rows));
  await host.run();
  return host;
};
const start = ({ link: { id } }: HubHost, winner = 'table') => send('POST', `/v1/links/${id}/start`, { winner });
const started = async (table: string, columns: Column[], rows: Cell[][] = []): Promise<HubHost> => {
  const host = await preview(table, columns, rows);
  expect((await start(host)).message).toBe('');
  await host.settle();
  return host;
};
const status = async ({ link: { id } }: HubHost) => (await send('GET', `/v1/links/${id}/status`)).body as LinkStatus;
const notices = async (host: HubHost) => (await status(host)).notices.map(({ message }) => message).join('\n');

describe('linking', () => {
  it('[R18] starts on a table of more rows than are read at once', async () => {
    await sql().unsafe(`CREATE TABLE large (id integer PRIMARY KEY, n integer);
      INSERT INTO large SELECT g, g FROM generate_series(1, 10001) g`);
    const host = await preview('large', ['id', 'n']);
    expect((await send('GET', `/v1/links/${host.link.id}/plan`)).body).toMatchObject({ insertIntoSheet: 10_001 });
    expect((await start(host)).message).toBe('');
    expect((await status(host)).pending).toBe(10_001);
    await sql()`TRUNCATE large`;
  });

  it('tells rows apart by the key alone, not by what its index includes', async () => {
    await sql().unsafe(`CREATE TABLE covering (id integer, n text, PRIMARY KEY (id) INCLUDE (n));
      INSERT INTO covering VALUES (1, 'a')`);
    const host = await started('covering', ['id', 'n'], [[2, 'b']]);
    host.set(1, 2, 'edited');
    await host.settle();
    expect(await sql()`SELECT * FROM covering ORDER BY id`).toEqual([
      { id: 1, n: 'edited' },
      { id: 2, n: 'b' },
    ]);
  });

  it.each([
    ['ruled', /rule of the table \(CREATE RULE\).*Make the rule a trigger/],
    ['parted_1', /partition of parted, .*Link that table instead/],
    ['afar', /primary key is not there on each of its partitions/],
    ['periods', /WITHOUT OVERLAPS.*add an ordinary primary key/],
  ])('says why %s cannot be linked, and what to do', async (table, why) => {
    const answer = await link(table, ['id']);
    expect([answer.status, answer.message]).toEqual([422, expect.stringMatching(why)]);
  });

  it('takes turns where several tabs are linked to one table at once', async () => {
    await sql()`CREATE TABLE shared (id integer PRIMARY KEY, n text)`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => link('shared', ['id', 'n'])));
    expect(answers.map((answer) => answer.message)).toEqual(['', '', '', '']);
  });

  it('says that another program is at work on the table, and what an event trigger says', async () => {
    await sql()`CREATE TABLE busy (id integer PRIMARY KEY, n text)`;
    const other = connectDatabase(test.database.url, { max: 1 });
    await other.sql.begin(async (tx) => {
      await tx`INSERT INTO busy VALUES (1, 'x')`;
      expect((await link('busy', ['id', 'n'])).message).toMatch(/Another program .*"public.busy".*long transactions/);
    });
    await other.close();
    await sql().unsafe(`
      CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no changes on Fridays'; END $$;
      CREATE EVENT TRIGGER watch ON ddl_command_start WHEN TAG IN ('CREATE TRIGGER', 'CREATE TABLE') EXECUTE FUNCTION watch()`);
    const columns = [{ header: 'a', type: 'text', key: true }];
    for (const answer of [
      await link('busy', ['id', 'n']),
      await send('POST', '/v1/tables', { name: 'new', columns }),
    ]) {
      expect([answer.status, answer.message]).toEqual([422, expect.stringContaining('“no changes on Fridays”')]);
    }
    await sql()`DROP EVENT TRIGGER watch`;
  });

  it('refuses what cannot be, by name', async () => {
    await sql().unsafe(`CREATE TYPE pair AS (id integer, n text); CREATE TABLE typed OF pair (PRIMARY KEY (id));
      CREATE TABLE pairs (a integer, b integer, name text, PRIMARY KEY (a, b));
      CREATE TABLE refers (id integer PRIMARY KEY, a integer, b integer, j json, FOREIGN KEY (a, b) REFERENCES pairs)`);
    expect((await link('refers', ['id', { header: ' ', column: 'a' }])).message).toMatch(/header .* is empty.*"a"/);
    const label = await link('refers', ['id', { header: 'A', column: 'a', label: 'name' }]);
    expect(label.message).toMatch(/"A" refers to another table only together with "b"/);
    const keys = Array.from({ length: 33 }, (_, n) => ({ header: `h${n}`, type: 'text', key: true }));
    expect((await send('POST', '/v1/tables', { name: 'wide', columns: keys })).message).toMatch(/at most 32 columns/);

    const typed = await preview('typed', ['id', 'n']);
    const add = { add: [{ header: 'New', to: { create: 'text' } }] };
    expect((await send('POST', `/v1/links/${typed.link.id}/columns`, add)).message).toMatch(
      /"public.typed": it gets its/,
    );

    const { link: refers } = await preview('refers', ['id', 'j']);
    const filter = { match: 'all', conditions: [{ column: 'j', operator: 'equals', values: ['{}'] }] };
    const filtered = await send('PATCH', `/v1/links/${refers.id}/options`, { filter });
    expect([filtered.status, filtered.message]).toEqual([
      400,
      expect.stringContaining('"j" can\'t be compared by “is”'),
    ]);
  });
});

describe('between the plan and its start', () => {
  it.each([
    ['DROP COLUMN n', /no longer has the column "n".*Sync the tab once/],
    ['ALTER n TYPE integer USING 1', /type of "n" changed from text to integer.*Sync the tab once/],
    ['ALTER id TYPE text', /type of "id", the key of "public.planned_\d", changed from integer to text/],
    ['DROP CONSTRAINT planned_N_pkey', /primary key of "public.planned_\d" was changed/],
    ['DROP COLUMN id', /primary key of "public.planned_\d" was changed/],
  ])('[R18] %s: both say what has changed', async (change, why) => {
    const table = `planned_${++tabs % 10}`;
    await sql().unsafe(`DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (id integer PRIMARY KEY, n text);
      INSERT INTO ${table} VALUES (1, 'a')`);
    const host = await preview(table, ['id', 'n'], [[2, 'b']]);
    await sql().unsafe(`ALTER TABLE ${table} ${change.replace('planned_N', table)}`);
    for (const answer of [await send('GET', `/v1/links/${host.link.id}/plan`), await start(host)]) {
      expect([answer.status, answer.message]).toEqual([409, expect.stringMatching(why)]);
    }
    if (!change.includes('n TYPE')) return;
    await host.settle();
    expect((await start(host)).message).toBe('');
  });
});

describe('while a link runs', () => {
  it('[R41] pauses while the key is of another type, and forgets keys that are none any more', async () => {
    await sql().unsafe(`CREATE TABLE retyped (id integer PRIMARY KEY, n text);
      INSERT INTO retyped VALUES (1, 'a'), (2, 'b')`);
    const host = await started('retyped', ['id', 'n']);
    await sql().unsafe(`ALTER TABLE retyped ALTER id TYPE text; INSERT INTO retyped VALUES ('x', 'z')`);
    expect(await host.run()).toMatchObject({ outcome: 'paused' });
    expect(await notices(host)).toMatch(/type of "id", the key of "public.retyped", changed from integer to text/);
    await sql().unsafe(`DELETE FROM retyped WHERE id = 'x'; ALTER TABLE retyped ALTER id TYPE integer USING id::integer;
      UPDATE retyped SET n = 'after' WHERE id = 1`);
    await host.settle();
    expect(host.sheet.grid.slice(1)).toEqual([
      [1, 'after'],
      [2, 'b'],
    ]);
  });

  it('[I12] brings rows under a key whose enum label was renamed, and follows the type where it goes', async () => {
    await sql().unsafe(`CREATE TYPE stage AS ENUM ('new', 'old'); CREATE SCHEMA types;
      CREATE TABLE staged (s stage, id integer, n text, PRIMARY KEY (s, id));
      INSERT INTO staged VALUES ('new', 1, 'a'), ('old', 2, 'b')`);
    const host = await started('staged', ['s', 'id', 'n']);
    await sql().unsafe(`UPDATE staged SET n = 'x'; ALTER TYPE stage RENAME VALUE 'new' TO 'fresh'`);
    await host.settle();
    expect(host.sheet.grid.slice(1)).toEqual([
      ['old', 2, 'x'],
      ['fresh', 1, 'x'],
    ]);
    await sql().unsafe(`ALTER TYPE stage RENAME TO step; ALTER TYPE step SET SCHEMA types`);
    host.set('fresh', 3, 'from the sheet');
    await host.settle();
    expect(await sql()`SELECT n FROM staged ORDER BY id`).toEqual([{ n: 'from the sheet' }, { n: 'x' }]);
  });

  it('[R31] [R41] sets columns of another table aside while its rows cannot be told, and takes them up again', async () => {
    await sql().unsafe(`CREATE TABLE client (id integer PRIMARY KEY, name text, country varchar(5));
      INSERT INTO client VALUES (1, 'Ann', 'DE');
      CREATE TABLE purchase (id integer PRIMARY KEY, client integer REFERENCES client, n text);
      INSERT INTO purchase VALUES (1, 1, 'a')`);
    const host = await started('purchase', [
      'id',
      { header: 'Client', column: 'client', label: 'name' },
      { header: 'Country', column: 'country', via: ['client'] },
      'n',
    ]);
    await sql().unsafe(`CREATE TABLE former () INHERITS (client); INSERT INTO former VALUES (1, 'Twice', 'XX')`);
    host.set(1, 4, 'edited');
    await host.settle();
    expect(host.row(1)).toEqual([1, 'Ann', 'DE', 'edited']);
    expect(await sql()`SELECT n FROM purchase`).toEqual([{ n: 'edited' }]);
    expect(await notices(host)).toMatch(/inherit from "client".*"Client"[^]*inherit from "client".*"Country"/);
    await sql().unsafe(`DROP TABLE former; ALTER TABLE client ALTER country TYPE varchar(50);
      UPDATE client SET name = 'Anna', country = 'Deutschland'`);
    await host.settle();
    expect(host.row(1)).toEqual([1, 'Anna', 'Deutschland', 'edited']);
    expect(await notices(host)).toBe('');
  });

  it('[R31] [R41] sets columns of another table aside while that is a partition, also where its triggers are gone', async () => {
    await sql().unsafe(`CREATE TABLE west (id integer PRIMARY KEY, name text); INSERT INTO west VALUES (1, 'Ann');
      CREATE TABLE world (id integer PRIMARY KEY, name text) PARTITION BY RANGE (id);
      CREATE TABLE bill (id integer PRIMARY KEY, west integer REFERENCES west, n text); INSERT INTO bill VALUES (1, 1, 'a')`);
    const columns = ['id', { header: 'Who', column: 'west', label: 'name' }, 'n'];
    const host = await started('bill', columns);
    await sql().unsafe(`ALTER TABLE world ATTACH PARTITION west FOR VALUES FROM (0) TO (9);
      UPDATE world SET name = 'Anna'; ALTER TABLE west DISABLE TRIGGER USER`);
    host.set(1, 3, 'edited');
    await host.settle();
    expect(host.row(1)).toEqual([1, 'Ann', 'edited']);
    expect(await notices(host)).toMatch(/"west" is a partition of another table, .* "Who" can't be kept up to date/);
    expect((await link('bill', columns)).message).toMatch(/taken from "public.west".*partition of world/);
    await sql()`ALTER TABLE world DETACH PARTITION west`;
    await host.settle();
    expect(host.row(1)).toEqual([1, 'Anna', 'edited']);
    expect(await notices(host)).toBe('');
  });

  it('[R31] reads over a foreign key from the whole partitioned table, however its constraints are named', async () => {
    await sql().unsafe(`CREATE TABLE owner (id integer PRIMARY KEY, name text) PARTITION BY RANGE (id);
      CREATE TABLE owner_1 PARTITION OF owner FOR VALUES FROM (0) TO (9);
      CREATE TABLE owner_2 PARTITION OF owner FOR VALUES FROM (9) TO (99);
      INSERT INTO owner VALUES (1, 'Ann'), (10, 'Bob');
      CREATE TABLE house (id integer PRIMARY KEY, owner integer REFERENCES owner); INSERT INTO house VALUES (1, 1), (2, 10);
      ALTER TABLE house RENAME CONSTRAINT house_owner_fkey TO zzz`);
    const rules = (await send('GET', '/v1/tables/public/house/rules')).body as TableRules;
    expect(rules.related.map(({ table }) => table)).toEqual(['owner']);
    const host = await started('house', ['id', { header: 'Owner', column: 'owner', label: 'name' }]);
    await sql().unsafe(`UPDATE owner_2 SET name = 'Bert'; UPDATE owner SET name = 'Anna' WHERE id = 1`);
    await host.settle();
    expect(host.sheet.grid.slice(1)).toEqual([
      [1, 'Anna'],
      [2, 'Bert'],
    ]);
  });

  it('[I12] follows labels that a new type or another name of an enum’s value changes past all triggers', async () => {
    await sql().unsafe(`CREATE TYPE mood AS ENUM ('good', 'bad');
      CREATE TABLE weather (id integer PRIMARY KEY, mood mood, name text); INSERT INTO weather VALUES (1, 'good', 'sun'), (2, 'bad', 'rain');
      CREATE TABLE day (id integer PRIMARY KEY, a integer REFERENCES weather, b integer REFERENCES weather, own mood);
      INSERT INTO day VALUES (1, 1, 2, 'good')`);
    const host = await started('day', [
      'id',
      { header: 'A', column: 'a', label: 'name' },
      { header: 'B', column: 'b', label: 'mood' },
      { header: 'C', column: 'mood', via: ['a'] },
      'own',
    ]);
    expect(host.row(1)).toEqual([1, 'sun', 'bad', 'good', 'good']);
    const cases = [
      [`ALTER TABLE weather ALTER name TYPE varchar(9) USING upper(name)`, [1, 'SUN', 'bad', 'good', 'good']],
      [`ALTER TYPE mood RENAME VALUE 'bad' TO 'poor'`, [1, 'SUN', 'poor', 'good', 'good']],
      [
        `ALTER TYPE mood RENAME VALUE 'good' TO 'x'; ALTER TYPE mood RENAME VALUE 'poor' TO 'good';
         ALTER TYPE mood RENAME VALUE 'x' TO 'poor'`,
        [1, 'SUN', 'good', 'poor', 'poor'],
      ],
      [`ALTER TYPE mood ADD VALUE 'fair' BEFORE 'poor'`, [1, 'SUN', 'good', 'poor', 'poor']],
    ] as const;
    for (const [change, row] of cases) {
      await sql().unsafe(change);
      await host.run();
      expect(host.row(1)).toEqual(row);
    }
  });

  it('[R31] [R32] compares values of an extension’s type by its own operators, wherever it was made', async () => {
    await sql().unsafe(`CREATE SCHEMA aside; CREATE EXTENSION citext SCHEMA aside; CREATE EXTENSION ltree SCHEMA aside;
      CREATE OPERATOR = (FUNCTION = aside.citext_eq, LEFTARG = aside.citext, RIGHTARG = aside.citext);
      CREATE TABLE place (code aside.citext PRIMARY KEY, path aside.ltree UNIQUE, name text);
      INSERT INTO place VALUES ('AbC', 'a.b', 'Here');
      CREATE TABLE visit (path aside.ltree PRIMARY KEY REFERENCES place (path), place aside.citext REFERENCES place, n text);
      INSERT INTO visit VALUES ('a.b', 'abc', 'x')`);
    const host = await started('visit', [
      'path',
      { header: 'Place', column: 'place', label: 'name' },
      { header: 'Again', column: 'name', via: ['path'] },
      'n',
    ]);
    expect(host.row('a.b')).toEqual(['a.b', 'Here', 'Here', 'x']);
    host.set('a.b', 4, 'edited');
    await sql()`UPDATE place SET name = 'There'`;
    await host.settle();
    expect(host.row('a.b')).toEqual(['a.b', 'There', 'There', 'edited']);
    const filter = (operator: string) =>
      send('PATCH', `/v1/links/${host.link.id}/options`, {
        filter: { match: 'all', conditions: [{ column: 'place', operator, values: ['ABC'] }] },
      });
    for (const [operator, rows] of [
      ['equals', 1],
      ['differs', 0],
      ['one_of', 1],
    ] as const) {
      expect((await filter(operator)).message).toBe('');
      await host.settle();
      expect(host.sheet.grid).toHaveLength(1 + rows);
    }
  });

  it('[R31] follows a foreign key from a column of an extension’s type to one that is none', async () => {
    await sql().unsafe(`CREATE SCHEMA IF NOT EXISTS aside; CREATE EXTENSION IF NOT EXISTS citext SCHEMA aside;
      CREATE TABLE land (code text PRIMARY KEY, name text); INSERT INTO land VALUES ('de', 'Germany');
      CREATE TABLE trip (id integer PRIMARY KEY, land aside.citext REFERENCES land); INSERT INTO trip VALUES (1, 'de')`);
    const host = await started('trip', ['id', { header: 'Land', column: 'name', via: ['land'] }]);
    expect(host.row(1)).toEqual([1, 'Germany']);
    await sql()`UPDATE land SET name = 'Deutschland'`;
    await host.settle();
    expect(host.row(1)).toEqual([1, 'Deutschland']);
  });

  it('goes on where the schema of an extension’s type is called otherwise, or another one', async () => {
    await sql()
      .unsafe(`DROP EXTENSION IF EXISTS citext CASCADE; CREATE SCHEMA apart; CREATE EXTENSION citext SCHEMA apart;
      CREATE DOMAIN word AS apart.citext;
      CREATE TABLE term (id apart.citext PRIMARY KEY, n text); INSERT INTO term VALUES ('a', 'x');
      CREATE TABLE phrase (id word PRIMARY KEY, n text); INSERT INTO phrase VALUES ('a', 'x')`);
    const hosts = [await started('term', ['id', 'n']), await started('phrase', ['id', 'n'])];
    for (const change of [`ALTER SCHEMA apart RENAME TO farther`, `ALTER EXTENSION citext SET SCHEMA public`]) {
      await sql().unsafe(change);
      for (const host of hosts) {
        host.set('a', 2, change);
        await host.settle();
        expect(await notices(host)).toBe('');
      }
      expect(await sql()`SELECT n FROM term UNION ALL SELECT n FROM phrase`).toEqual([{ n: change }, { n: change }]);
    }
  });

  it('[I12] captures keys that each session spells in its own way', async () => {
    await sql().unsafe(`CREATE TYPE period AS RANGE (subtype = timestamptz);
      CREATE TABLE booked (at period PRIMARY KEY, n text);
      INSERT INTO booked VALUES ('[2026-01-01 00:00:00+00,2026-02-01 00:00:00+00)', 'a')`);
    const host = await started('booked', ['at', 'n']);
    await sql().begin((tx) => tx.unsafe(`SET LOCAL TimeZone = 'America/New_York'; UPDATE booked SET n = 'b'`));
    await host.settle();
    expect(host.sheet.grid[1]![1]).toBe('b');
  });

  it('writes rows of more columns than a row of Postgres can be compared by', async () => {
    const names = Array.from({ length: 801 }, (_, n) => `c${n}`);
    await sql().unsafe(`CREATE TABLE broad (id integer PRIMARY KEY, ${names.map((name) => `${name} text`).join(', ')});
      INSERT INTO broad (id) VALUES (1)`);
    const host = await started('broad', ['id', ...names]);
    host.sheet.grid[1] = [1, ...names];
    await host.settle();
    expect(await sql()`SELECT c0, c800 FROM broad`).toEqual([{ c0: 'c0', c800: 'c800' }]);
    expect((await status(host)).problems).toEqual([]);
  });

  it('[R41] rests while its table is a partition of another', async () => {
    await sql().unsafe(`CREATE TABLE month (id integer PRIMARY KEY, n text); INSERT INTO month VALUES (1, 'a');
      CREATE TABLE year (id integer PRIMARY KEY, n text) PARTITION BY RANGE (id)`);
    const host = await started('month', ['id', 'n']);
    await sql().unsafe(`ALTER TABLE year ATTACH PARTITION month FOR VALUES FROM (0) TO (9);
      UPDATE year SET n = 'passed by'`);
    expect(await host.run()).toMatchObject({ outcome: 'paused' });
    expect(await notices(host)).toMatch(/partition of year.*goes on by itself/);
    await sql()`ALTER TABLE year DETACH PARTITION month`;
    await host.settle();
    expect(host.row(1)).toEqual([1, 'passed by']);
  });

  it('says of rows that a rule has come between, and of a column set aside that must have a value', async () => {
    await sql().unsafe(`CREATE TABLE changing (id integer PRIMARY KEY, n text NOT NULL, m text)`);
    const host = await started('changing', ['id', 'n', 'm']);
    await sql()`CREATE RULE log AS ON INSERT TO changing DO ALSO NOTIFY logged`;
    host.sheet.grid.push([1, 'a', 'b']);
    await host.settle();
    expect((await status(host)).problems[0]!.message).toMatch(/CREATE RULE.*Ask your admin/);
    await sql().unsafe(`DROP RULE log ON changing; ALTER TABLE changing ALTER n TYPE integer USING 1`);
    await host.settle();
    await send('POST', `/v1/links/${host.link.id}/retry`, {});
    await host.settle();
    expect((await status(host)).problems[0]!.message).toMatch(
      /"n" must have a value, and "n" is not synced at the moment/,
    );
  });
});
