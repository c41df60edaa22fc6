import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeColumns } from '../../api/links/change-columns.ts';
import { deleteLink } from '../../api/links/change-link.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { changeOptions, getChoices } from '../../api/links/link-options.ts';
import { auditLink } from '../../api/sync/audit.ts';
import { isCaptured } from '../../api/sync/capture.ts';
import { lookUpSql } from '../../api/sync/labels.ts';
import type { OptionsRequest } from '../../shared/protocol/options.ts';
import { filledRows as rows, makeJobTables } from './support/job-tables.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;
const ctx = () => test.context();

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());
beforeEach(() => makeJobTables(sql()));

const options = (host: HubHost, input: OptionsRequest) =>
  changeOptions({ ctx: ctx(), input: { link: host.link.id, ...input } });
const status = (host: HubHost) => getStatus({ ctx: ctx(), input: { link: host.link.id } });
const oid = async (name: string) =>
  (await sql()<{ oid: number }[]>`SELECT ${name}::text::regclass::oid::int8::float8 AS oid`)[0]!.oid;

describe('columns from related tables', () => {
  const start = async () => {
    const host = await startTab(
      ctx(),
      'job',
      ['id', 'title', 'request_id'],
      [
        [1, 'One', 1],
        [2, 'Two', 1],
        [3, 'Three', null],
      ],
    );
    host.sheet.grid[0]![3] = 'Code';
    await changeColumns({
      ctx: ctx(),
      input: {
        link: host.link.id,
        add: [{ header: 'Code', to: { related: { via: ['request_id'], column: 'code' } } }],
      },
    });
    await host.settle();
    return host;
  };

  it('[I12] shows them, follows changes of the other table and of the reference, and writes nothing there', async () => {
    const host = await start();
    expect(rows(host).map((row) => row[3] ?? null)).toEqual(['R-1', 'R-1', null]);
    await sql()`UPDATE request SET code = 'R-1a' WHERE id = 1`;
    await host.settle();
    expect(rows(host).map((row) => row[3] ?? null)).toEqual(['R-1a', 'R-1a', null]);
    // The reference itself, from either side.
    host.set(3, 3, 2);
    await sql()`UPDATE job SET request_id = 2 WHERE id = 1`;
    await host.settle();
    expect(rows(host).map((row) => row[3])).toEqual(['R-2', 'R-1a', 'R-2']);
    // Quiet again: what the other table does elsewhere concerns nobody.
    await sql()`UPDATE request SET stage = 'old'`;
    const written = host.cellsWritten;
    await host.settle();
    expect(host.cellsWritten).toBe(written);
    expect(await auditLink({ ctx: ctx(), input: { link: host.link.id } })).toEqual({ differences: 0 });
  });

  it('puts an edit of such a cell back, says where the value comes from, and keeps the edit in the history', async () => {
    const host = await start();
    host.set(1, 4, 'mine');
    const report = await host.run();
    expect(report.refused).toMatchObject([{ key: '1', error: { code: 'read_only', column: 'c4' } }]);
    expect(report.refused[0]!.error!.message).toContain('Code comes from request.code');
    await host.settle();
    expect(host.row(1)![3]).toBe('R-1');
    expect((await sql()`SELECT code FROM request WHERE id = 1`)[0]!['code']).toBe('R-1');
    const { entries } = await getJournal({ ctx: ctx(), input: { link: host.link.id, lost: true } });
    expect(entries).toMatchObject([
      { column: 'c4', before: 'mine', after: 'R-1', cause: expect.stringContaining('request.code') },
    ]);
    // A new row may be typed with it: the row is inserted, the cell shows what is true.
    host.sheet.grid.push([4, 'Four', 2, 'whatever']);
    await host.settle();
    expect(host.row(4)).toEqual([4, 'Four', 2, 'R-2']);
  });

  it('[I13] is suspended with its foreign key or column, comes back, and takes its triggers with it', async () => {
    const host = await start();
    await sql()`ALTER TABLE job DROP CONSTRAINT job_request_id_fkey`;
    await sql()`UPDATE request SET code = 'X' WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![3]).toBe('R-1');
    expect(JSON.stringify((await status(host)).notices)).toContain('no longer has the foreign key');
    await sql()`ALTER TABLE job ADD FOREIGN KEY (request_id) REFERENCES request`;
    await host.settle();
    expect(host.row(1)![3]).toBe('X');
    const request = await oid('request');
    expect(await isCaptured(sql(), request)).toBe(true);
    // Triggers that an admin switched off are put back, and what they missed is found.
    await sql()`ALTER TABLE request DISABLE TRIGGER USER`;
    await sql()`UPDATE request SET code = 'Y' WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![3]).toBe('Y');
    await deleteLink({ ctx: ctx(), input: { link: host.link.id } });
    expect(await isCaptured(sql(), request)).toBe(false);
    expect(await isCaptured(sql(), await oid('job'))).toBe(false);
  });
});

describe('foreign keys shown by a label', () => {
  const start = async () => {
    const host = await startTab(
      ctx(),
      'job',
      ['id', 'title', 'owner_id'],
      [
        [1, 'One', 1],
        [2, 'Two', 2],
        [3, 'Three', null],
      ],
    );
    await options(host, { columns: { c3: { label: 'name' } } });
    await host.settle();
    return host;
  };
  const owners = async () =>
    (await sql()<{ owner: number | null }[]>`SELECT owner_id AS owner FROM job ORDER BY id`).map(({ owner }) => owner);

  it('shows labels, stores keys, and follows a label that is spelled anew', async () => {
    const host = await start();
    expect(rows(host).map((row) => row[2])).toEqual(['Alice', 'Bob', null]);
    host.set(3, 3, 'Alice');
    await host.settle();
    expect(await owners()).toEqual([1, 2, 1]);
    await sql()`UPDATE person SET name = 'Alice B.' WHERE id = 1`;
    await host.settle();
    expect(rows(host).map((row) => row[2])).toEqual(['Alice B.', 'Bob', 'Alice B.']);
    host.set(1, 3, null);
    await host.settle();
    expect(await owners()).toEqual([null, 2, 1]);
    // Without a label the key stands for itself.
    await sql()`UPDATE job SET owner_id = 4 WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![2]).toBe('4');
    expect(await auditLink({ ctx: ctx(), input: { link: host.link.id } })).toEqual({ differences: 0 });
    // Back to keys.
    await options(host, { columns: { c3: { label: null } } });
    await host.settle();
    expect(rows(host).map((row) => row[2])).toEqual(['4', 2, 1]);
  });

  it('refuses what stands for no row or for several, with near matches, and takes a key instead', async () => {
    const host = await start();
    host.set(3, 3, 'alcie');
    host.set(1, 3, 'Bob');
    await host.settle();
    expect(await owners()).toEqual([1, 2, null]);
    expect(host.sheet.notes.get('4:3')).toContain('"alcie" is none of them; near it: "Alice".');
    expect(host.sheet.notes.get('2:3')).toContain('stands for 2 different rows. Type one of their keys instead: 2, 3');
    host.set(1, 3, 3);
    host.set(3, 3, 'Alice');
    await host.settle();
    expect(await owners()).toEqual([3, 2, 1]);
    expect(host.row(1)![2]).toBe('Bob');
    expect(host.sheet.notes.size).toBe(0);
    expect(await getChoices({ ctx: ctx(), input: { link: host.link.id, column: 'c3' } })).toEqual({
      choices: ['Alice'],
      more: false,
    });
  });

  it('[R16] refuses a cell that no database can hold as a label, alone, and tells a long one without half a character', async () => {
    const host = await start();
    host.set(1, 3, 'Al\ud83d');
    host.set(3, 3, `${'x'.repeat(99)}\u{1f600}\u{1f600}`);
    host.set(2, 2, 'Zwei');
    await host.settle();
    expect((await sql()`SELECT title FROM job WHERE id = 2`)[0]!['title']).toBe('Zwei');
    expect(await owners()).toEqual([1, 2, null]);
    const { problems } = await status(host);
    expect(problems.map(({ key, message }) => [key, message])).toEqual([
      ['1', expect.stringContaining('characters that a database cannot store')],
      ['3', expect.stringContaining(`"${'x'.repeat(99)}" is none of them`)],
    ]);
  });

  it('takes a label as the table spells it, spaces and accents included', async () => {
    const host = await start();
    await sql()`INSERT INTO person VALUES (20, ${'Zoe\u0308'}), (21, 'Carl '), (22, 'Dora '), (23, 'Dora')`;
    host.set(1, 3, 'Carl ');
    host.set(2, 3, 'Zo\u00eb');
    host.set(3, 3, ' Dora');
    await host.settle();
    expect(await owners()).toEqual([21, 20, 23]);
    host.set(3, 3, 'Dora ');
    await host.settle();
    expect(await owners()).toEqual([21, 20, 22]);
    expect((await status(host)).problems).toEqual([]);
  });

  it('takes no label of two rows for one of a single row, however many rows another label has', async () => {
    const host = await start();
    await sql()`INSERT INTO person SELECT n, CASE WHEN n IN (10000, 99999) THEN 'Dora' ELSE 'Same' END
                  FROM generate_series(80000, 99999) n UNION ALL SELECT 10000, 'Dora'`;
    host.set(1, 3, 'Same');
    host.set(2, 3, 'Dora');
    host.set(3, 3, 'Alice');
    await host.settle();
    expect(await owners()).toEqual([1, 2, 1]);
    expect((await status(host)).problems.map(({ key, message }) => [key, message])).toEqual([
      ['1', expect.stringContaining('stands for 19999 different rows')],
      ['2', expect.stringContaining('stands for 2 different rows. Type one of their keys instead: 10000, 99999')],
    ]);
  });

  it.each([
    ['integer', "'7'", '7'],
    ['uuid', "'00000000-0000-4000-8000-000000000007'", '00000000-0000-4000-8000-000000000007'],
    ['varchar(9)', "'k-7'", 'k-7'],
    ['numeric(9,1)', "'7.0'", '7.0'],
  ])('looks up keys of type %s by typed texts, most of which are no such key', async (type, sqlKey, key) => {
    await sql().unsafe(`
      DROP TABLE IF EXISTS place, region;
      CREATE TABLE region (id ${type} PRIMARY KEY, name text);
      CREATE TABLE place (id integer PRIMARY KEY, region_id ${type} REFERENCES region);
      INSERT INTO region VALUES (${sqlKey}, NULL); INSERT INTO place VALUES (1, ${sqlKey}), (2, NULL), (3, NULL)`);
    const host = await startTab(ctx(), 'place', ['id', 'region_id'], []);
    await options(host, { columns: { c2: { label: 'name' } } });
    await host.settle();
    expect(host.row(1)).toEqual([1, key]);
    host.set(2, 2, key);
    host.set(3, 2, '99999999999999999999 x');
    host.sheet.grid.push([4, 99999999999], [5, ' no key ']);
    await host.settle();
    const stored = await sql()`SELECT id, region_id::text AS region FROM place WHERE region_id IS NOT NULL ORDER BY id`;
    expect(stored.map((row) => Object.values(row))).toEqual([
      [1, key],
      [2, key],
    ]);
    expect((await status(host)).problems).toHaveLength(3);
  });

  it('finds labels and keys of a large table by its indexes', async () => {
    await sql()`
      INSERT INTO person SELECT n, 'P' || n FROM generate_series(10, 20000) n`;
    await sql()`CREATE INDEX ON person (name)`;
    await sql()`ANALYZE person`;
    const source = { from: 'person', key: 'id::text', keyColumn: 'id', label: 'name::text', value: 'name' };
    const look = (cast: string | null) =>
      sql().unsafe<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${lookUpSql(source, cast)}`, ['["P7","9"]', '["9"]']);
    const plan = async (cast: string | null) => (await look(cast)).map((row) => row['QUERY PLAN']).join('\n');
    expect(await plan('integer')).not.toContain('Seq Scan');
    expect(await plan(null)).toContain('Seq Scan');
  });
});
