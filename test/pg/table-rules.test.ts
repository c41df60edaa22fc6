import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { LinkRules } from '../../shared/protocol/table-rules.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
});
afterEach(() => test.close());

it('tells what a table accepts: choices of types, checks and foreign keys, what is required, and lengths', async () => {
  await test.database.sql.unsafe(`
    CREATE TYPE mood AS ENUM ('fine', 'so, so', 'it''s bad');
    CREATE DOMAIN feeling AS mood;
    CREATE TABLE owner (code text PRIMARY KEY, name text);
    INSERT INTO owner VALUES ('b', 'Bea'), ('a', 'Al');
    CREATE TABLE crowd (id int PRIMARY KEY);
    INSERT INTO crowd SELECT generate_series(1, 501);
    CREATE TABLE pet (
      id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      "Größe" varchar(2) NOT NULL CHECK ("Größe" IN ('S', 'M', 'XL')),
      mood mood, feeling feeling, owner text REFERENCES owner, crowd int REFERENCES crowd,
      size int CHECK (size > 0), kind text CHECK (kind = ANY (ARRAY['cat', 'dog']) OR kind IS NULL),
      twice int GENERATED ALWAYS AS (size * 2) STORED, code char(3) NOT NULL DEFAULT 'abc')`);
  const rules = await (await test.request('GET', '/v1/tables/public/pet/rules')).json();
  const rule = (name: string, more: object = {}) => ({
    ...{ name, choices: null, refersTo: null, required: false, maxLength: null },
    ...more,
  });
  expect(rules).toEqual({
    columns: [
      rule('id'),
      rule('Größe', { choices: { from: 'type', values: ['S', 'M', 'XL'] }, required: true, maxLength: 2 }),
      rule('mood', { choices: { from: 'type', values: ['fine', 'so, so', "it's bad"] } }),
      rule('feeling', { choices: { from: 'type', values: ['fine', 'so, so', "it's bad"] } }),
      rule('owner', {
        choices: { from: 'reference', values: ['a', 'b'] },
        // Its text columns can stand for the key; the key itself is no label.
        refersTo: { schema: 'public', name: 'owner', column: 'code', labels: ['name'] },
      }),
      // More than a drop-down holds: named, not listed.
      rule('crowd', { refersTo: { schema: 'public', name: 'crowd', column: 'id', labels: [] } }),
      rule('size'),
      rule('kind', { choices: { from: 'type', values: ['cat', 'dog'] } }),
      rule('twice'),
      rule('code', { maxLength: 3 }),
    ],
    related: [
      {
        via: ['owner'],
        table: 'owner',
        columns: [
          { name: 'code', type: 'text' },
          { name: 'name', type: 'text' },
        ],
      },
      { via: ['crowd'], table: 'crowd', columns: [{ name: 'id', type: 'integer' }] },
    ],
  });
  expect((await test.request('GET', '/v1/tables/public/nothing/rules')).status).toBe(404);
  expect((await test.request('GET', '/v1/tables/tandem/link/rules')).status).toBe(404);
  expect((await test.request('GET', '/v1/tables/public/pet/rules', { as: PERSON })).status).toBe(403);
});

it('tells everybody who may use a link how its columns look, with labels and related columns from the start', async () => {
  await test.database.sql.unsafe(`
    CREATE TABLE owner (code text PRIMARY KEY, name text, phone varchar(9));
    INSERT INTO owner VALUES ('b', 'Bea', '1'), ('a', 'Al', '2'), ('c', 'Twin', '3'), ('d', 'Twin', '4');
    CREATE TABLE pet (id int PRIMARY KEY, owner text REFERENCES owner, name varchar(20) NOT NULL)`);
  const link = (columns: object[]) =>
    test.request('POST', '/v1/links', {
      body: {
        spreadsheet: 'book-1',
        sheet: 7,
        sheetName: 'Pets',
        timeZone: 'Etc/UTC',
        schema: 'public',
        table: 'pet',
        columns: [{ header: 'Id', column: 'id' }, { header: 'Name', column: 'name' }, ...columns],
      },
    });
  const refused = await link([{ header: 'Vet', column: 'name', via: ['name'] }]);
  expect([refused.status, ((await refused.json()) as { error: { message: string } }).error.message]).toEqual([
    400,
    'The table has no foreign key on "name". Add one, so that it is known which row a value comes from.',
  ]);
  const made = await link([
    { header: 'Owner', column: 'owner', label: 'name' },
    { header: 'Phone', column: 'phone', via: ['owner'] },
  ]);
  expect(made.status).toBe(201);
  const { id, mapping } = (await made.json()) as LinkInfo;
  expect(mapping.columns.map(({ column, kind, direction }) => [column, kind, direction])).toEqual([
    ['id', 'integer', 'both'],
    ['name', 'text', 'both'],
    ['owner', 'text', 'both'],
    ['owner.phone', 'text', 'toSheet'],
  ]);
  // The other table's changes concern the link from now on.
  expect(
    await test.database.sql`SELECT tgname FROM pg_trigger WHERE tgrelid = 'owner'::regclass AND tgname ~ 'tandem'`,
  ).toHaveLength(4);
  expect((await test.request('GET', `/v1/links/${id}/rules`, { as: PERSON })).status).toBe(404);
  await test.request('PATCH', `/v1/links/${id}`, { body: { members: [PERSON.sub] } });
  const rules = async () =>
    (await (await test.request('GET', `/v1/links/${id}/rules`, { as: PERSON })).json()) as LinkRules;
  const first = await rules();
  expect(
    first.columns.map(({ header, choices, maxLength, refersTo, from }) => [header, choices, maxLength, refersTo, from]),
  ).toEqual([
    ['Id', null, null, null, null],
    ['Name', null, 20, null, null],
    // Of two rows of one name neither can be meant by it.
    ['Owner', ['Al', 'Bea'], null, { name: 'owner', by: 'name' }, null],
    ['Phone', null, null, null, 'owner'],
  ]);
  await test.database.sql`UPDATE owner SET phone = '5'`;
  expect((await rules()).choices).toBe(first.choices);
  await test.database.sql`UPDATE owner SET name = 'Dee' WHERE code = 'd'`;
  const second = await rules();
  expect(second.choices).not.toBe(first.choices);
  expect(second.columns[2]!.choices).toEqual(['Al', 'Bea', 'Dee', 'Twin']);
});
