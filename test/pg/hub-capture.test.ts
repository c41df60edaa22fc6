import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeCapture } from '../../api/sync/capture.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { linkTab, startTab } from './hub-host.ts';
import { deleteLink } from '../../api/links/change-link.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(
    "CREATE TABLE item (id integer PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'a'), (2, 'b')",
  );
  await linkTab(test.context(), 'item', ['id', 'name'], []);
});
afterEach(() => test.close());

/** Captured keys since the last call, sorted; a truncation is `null`. */
async function captured(): Promise<(string[] | null)[]> {
  const rows = await sql()`DELETE FROM tandem.change RETURNING to_json(key)::text AS key`;
  return rows
    .map((row) => (row['key'] === null ? null : (JSON.parse(row['key'] as string) as string[])))
    .sort((left, right) => String(left).localeCompare(String(right)));
}

it('[I12] captures insert, update, delete, upsert and a change of key', async () => {
  await sql()`INSERT INTO item VALUES (3, 'c'), (4, 'd')`;
  expect(await captured()).toEqual([['3'], ['4']]);
  await sql()`UPDATE item SET name = 'x' WHERE id <= 2`;
  expect(await captured()).toEqual([['1'], ['2']]);
  await sql()`INSERT INTO item VALUES (1, 'u'), (5, 'v') ON CONFLICT (id) DO UPDATE SET name = excluded.name`;
  expect(await captured()).toEqual([['1'], ['5']]);
  await sql()`UPDATE item SET id = 9 WHERE id = 1`;
  expect(await captured()).toEqual([['1'], ['9']]);
  await sql()`DELETE FROM item WHERE id = 9`;
  expect(await captured()).toEqual([['9']]);
  await sql()`WITH gone AS (DELETE FROM item WHERE id = 5 RETURNING name) INSERT INTO item SELECT 6, name FROM gone`;
  expect(await captured()).toEqual([['5'], ['6']]);
});

it('[I12] captures COPY, MERGE and TRUNCATE', async () => {
  const stream = await sql()`COPY item FROM STDIN`.writable();
  await new Promise<void>((resolve, reject) => {
    stream.on('finish', resolve).on('error', reject);
    stream.end('7\tseven\n8\teight\n');
  });
  expect(await captured()).toEqual([['7'], ['8']]);
  await sql()`MERGE INTO item t USING (VALUES (7, 'm'), (10, 'n')) AS s (id, name) ON t.id = s.id
              WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.name)`;
  expect(await captured()).toEqual([['10'], ['7']]);
  await sql()`TRUNCATE item`;
  expect(await captured()).toEqual([null]);
});

it('[I12] captures what a cascade and a rolled-back savepoint really did', async () => {
  await sql()
    .unsafe(`CREATE TABLE child (id integer PRIMARY KEY, item integer REFERENCES item ON DELETE CASCADE ON UPDATE CASCADE);
    INSERT INTO child VALUES (10, 1)`);
  await linkTab(test.context(), 'child', ['id', 'item'], [], { sheet: 2 });
  await captured();
  await sql().begin(async (tx) => {
    await tx
      .savepoint(async (sp) => {
        await sp`UPDATE item SET name = 'undone' WHERE id = 2`;
        throw new Error('undo');
      })
      .catch(() => {});
    await tx`DELETE FROM item WHERE id = 1`;
  });
  expect(await captured()).toEqual([['1'], ['10']]);
});

it('[I12] captures writes to a partition directly, under the parent’s name', async () => {
  await sql().unsafe(`CREATE TABLE part (id integer, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE part_a PARTITION OF part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE part_b PARTITION OF part FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`);
  await linkTab(test.context(), 'part', ['id', 'at'], [], { sheet: 2 });
  await sql()`SET DateStyle = 'German'`;
  await sql()`INSERT INTO part_a VALUES (1, '2024-02-29')`;
  expect(await captured()).toEqual([['1', '2024-02-29']]);
  await sql()`UPDATE part SET at = '2025-03-01' WHERE id = 1`;
  expect(await captured()).toEqual([
    ['1', '2024-02-29'],
    ['1', '2025-03-01'],
  ]);
  const [row] = await sql()`SELECT DISTINCT relation = 'part'::regclass AS root FROM tandem.change`;
  expect(row).toBeUndefined();
});

it('captures for any role that may write the table, without rights on Tandem’s own', async () => {
  await sql().unsafe(`CREATE ROLE app_${test.database.name}; GRANT ALL ON item TO app_${test.database.name}`);
  try {
    await sql().begin(async (tx) => {
      await tx.unsafe(`SET LOCAL ROLE app_${test.database.name}`);
      await tx`UPDATE item SET name = 'by app' WHERE id = 1`;
      await expect(tx.savepoint((sp) => sp`SELECT * FROM tandem.change`)).rejects.toMatchObject({ code: '42501' });
    });
    expect(await captured()).toEqual([['1']]);
  } finally {
    await sql().unsafe(`DROP OWNED BY app_${test.database.name}; DROP ROLE app_${test.database.name}`);
  }
});

it('removes the triggers with the last link on the table, and not before', async () => {
  const other = await linkTab(test.context(), 'item', ['id', 'name'], [], { sheet: 2 });
  await deleteLink({ ctx: test.context(), input: { link: other.link.id } });
  await sql()`UPDATE item SET name = 'x' WHERE id = 1`;
  expect(await captured()).toEqual([['1']]);
  const [link] = await sql()`SELECT id, relation::int8::float8 AS relation FROM tandem.link`;
  await deleteLink({ ctx: test.context(), input: { link: link!['id'] as string } });
  await sql()`UPDATE item SET name = 'y' WHERE id = 1`;
  expect(await captured()).toEqual([]);
  expect(await sql()`SELECT 1 FROM pg_proc WHERE proname LIKE 'tandem_capture%'`).toHaveLength(0);
  await removeCapture(sql(), link!['relation'] as number);
});

it('[I12] shows the new name of an enum’s label, which no trigger tells', async () => {
  await sql().unsafe(`CREATE TYPE mood AS ENUM ('fine', 'bad');
    CREATE TABLE felt (id integer PRIMARY KEY, mood mood); INSERT INTO felt VALUES (1, 'fine'), (2, 'bad')`);
  const host = await startTab(test.context(), 'felt', ['id', 'mood'], [], { sheet: 2 });
  await sql().unsafe(`ALTER TYPE mood RENAME VALUE 'fine' TO 'good'; ALTER TYPE mood ADD VALUE 'so-so'`);
  await host.settle();
  expect(host.sheet.grid.slice(1)).toEqual([
    [1, 'good'],
    [2, 'bad'],
  ]);
});

it('[I12] captures keys that differ in case alone, under a name that looks like SQL', async () => {
  await sql().unsafe(`CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE named ("a$capture$'b" text COLLATE anycase PRIMARY KEY, n integer); INSERT INTO named VALUES ('Ann', 1)`);
  const host = await startTab(test.context(), 'named', ["a$capture$'b", 'n'], [], { sheet: 2 });
  await sql().unsafe(`UPDATE named SET "a$capture$'b" = 'ANN'`);
  await host.settle();
  expect(host.sheet.grid.slice(1)).toEqual([['ANN', 1]]);
});
