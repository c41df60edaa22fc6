import { afterEach, beforeEach, expect, it } from 'vitest';
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
  });
  expect((await test.request('GET', '/v1/tables/public/nothing/rules')).status).toBe(404);
  expect((await test.request('GET', '/v1/tables/tandem/link/rules')).status).toBe(404);
  expect((await test.request('GET', '/v1/tables/public/pet/rules', { as: PERSON })).status).toBe(403);
});
