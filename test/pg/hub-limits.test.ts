import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { getPlan } from '../../api/links/get-plan.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { startLink } from '../../api/links/start-link.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { linkTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql()`CREATE TABLE plain (id integer PRIMARY KEY, n integer)`;
});
afterEach(() => test.close());

const status = (host: HubHost) => getStatus({ ctx: test.context(), input: { link: host.link.id } });

it('leaves out rows whose key is too long for the books, on either side, and syncs the others', async () => {
  await sql()`CREATE TABLE long (id text PRIMARY KEY, n integer)`;
  // Random, for books that compress what they keep; new rows come in the order of their keys, these before "b".
  const key = (characters: number) => `a${randomBytes(characters).toString('base64')}`.slice(0, characters);
  const fits = key(1_200);
  await sql()`INSERT INTO long VALUES (${fits}, 1), (${key(2_600)}, 2), ('b', 3)`;
  const typed = key(3_000);
  const host = await linkTab(
    test.context(),
    'long',
    ['id', 'n'],
    [
      [typed, 4],
      ['c', 5],
    ],
    { sheet: 3 },
  );
  await host.run();
  expect(await getPlan({ ctx: test.context(), input: { link: host.link.id } })).toMatchObject({
    complete: true,
    unusable: 2,
  });
  await startLink({ ctx: test.context(), input: { link: host.link.id, winner: 'table' } });
  for (let n = 0; n < 3; n++) await host.run();
  await sql()`INSERT INTO long VALUES (${key(1_400)}, 6), ('d', 7)`;
  await sql()`UPDATE long SET n = n + 10`;
  expect(await host.run()).toMatchObject({ outcome: 'done', refused: [] });
  // It rests until it is edited, and it is told of all the while.
  const quiet = await host.run();
  expect(quiet).toMatchObject({ outcome: 'done', pushed: 0, cellsWritten: 0 });
  expect(quiet.notices).toMatchObject([
    { code: 'rows_without_key', message: expect.stringContaining('such as row 2: id is too long for a key') as string },
  ]);
  expect(host.sheet.grid.slice(1)).toEqual([
    [typed, 4],
    ['c', 15],
    [fits, 11],
    ['b', 13],
    ['d', 17],
  ]);
  host.sheet.grid[1]![0] = 'short';
  await host.settle();
  expect(await sql()`SELECT n FROM long WHERE id = 'short'`).toEqual([{ n: 4 }]);
});

it('takes fewer rows at once where the table is too slow for a whole message of them, and comes to the end', async () => {
  // What a slow trigger makes of many rows, without the wait.
  await sql().unsafe(`
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT count(*) FROM stored) > 30 THEN RAISE EXCEPTION 'canceled' USING ERRCODE = '57014'; END IF; RETURN NULL; END $$;
    CREATE TRIGGER slow AFTER INSERT ON plain REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION slow()`);
  const rows = (from: number, count: number): Cell[][] => Array.from({ length: count }, (_, n) => [from + n, n]);
  const host = await linkTab(test.context(), 'plain', ['id', 'n'], rows(1, 60));
  const stored = async () => Number((await sql()`SELECT count(*) FROM plain`)[0]!['count']);
  await host.run();
  const go = () => startLink({ ctx: test.context(), input: { link: host.link.id, winner: 'table' } });
  await expect(go()).rejects.toMatchObject({ code: '57014' });
  for (let n = 0; n < 4 && (await stored()) < 60; n++) await host.run().catch(() => {});
  await host.settle();
  expect(await stored()).toBe(60);

  host.sheet.grid.push(...rows(101, 120));
  host.sheet.grid.splice(1, 1);
  for (let n = 0; n < 12 && (await stored()) < 180; n++) await host.run().catch(() => {});
  await host.settle();
  expect(await stored()).toBe(180);
  expect((await status(host)).problems).toMatchObject([{ key: '1', code: 'missing' }]);
});
