import { afterEach, beforeEach, expect, it } from 'vitest';
import { columnNames } from '../../shared/column-name.ts';
import type { Cell } from '../../shared/cell.ts';
import type { ChangeColumnsRequest, ColumnsInfo } from '../../shared/protocol/columns.ts';
import type { ErrorBody } from '../../shared/protocol/error.ts';
import type { LinkInfo, LinkStatus } from '../../shared/protocol/links.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric(12,2), secret text);
    INSERT INTO item VALUES (1, 'One', 1, 'a'), (2, 'Two', 2, 'b'), (3, 'Three', 3, 'c')`);
  host = await startTab(test.context(), 'item', ['id', 'name', 'price'], []);
});
afterEach(() => test.close());

async function change(body: ChangeColumnsRequest, as?: typeof PERSON): Promise<LinkInfo & ErrorBody> {
  const path = `/v1/links/${host.link.id}/columns`;
  const response = await test.request('POST', path, { body, ...(as ? { as } : {}) });
  return (await response.json()) as never;
}
const columns = async (): Promise<ColumnsInfo> =>
  (await (await test.request('GET', `/v1/links/${host.link.id}/columns`)).json()) as ColumnsInfo;
const notices = async () => {
  const status = (await (await test.request('GET', `/v1/links/${host.link.id}/status`)).json()) as LinkStatus;
  return status.notices.map(({ code, message }) => [code, message]);
};
/** A person types a column to the right of the others, header first. */
function typeColumn(header: string, cells: Cell[]): void {
  host.sheet.grid[0]!.push(header);
  host.sheet.ids.push(null);
  host.sheet.grid.slice(1).forEach((row, i) => row.push(cells[i] ?? null));
}

it('[R28] makes a table column for a new sheet column, and lets the cells that are there travel as edits', async () => {
  typeColumn('Größe (cm)', [10, null, 30]);
  const link = await change({ add: [{ header: 'Größe (cm)', to: { create: 'numeric' } }] });
  expect(link.mapping.columns.at(-1)).toMatchObject({ id: 'c4', header: 'Größe (cm)', column: 'größe_cm' });
  expect(link.state).toBe('active');
  await host.settle();
  expect(host.sheet.ids).toEqual(['c1', 'c2', 'c3', 'c4']);
  expect(await sql()`SELECT id, größe_cm::float8 AS cm FROM item ORDER BY id`).toMatchObject([
    { id: 1, cm: 10 },
    { id: 2, cm: null },
    { id: 3, cm: 30 },
  ]);
  // And back, like any other column.
  await sql()`UPDATE item SET größe_cm = 22 WHERE id = 2`;
  await host.settle();
  expect(host.row(2)).toEqual([2, 'Two', 2, 22]);
  const [comment] = await sql()`SELECT col_description('item'::regclass, 5) AS it`;
  expect(comment).toEqual({ it: 'Größe (cm)' });
  // What travelled can be undone: it is in the journal as an edit.
  expect(await sql()`SELECT op, side FROM tandem.journal WHERE "column" = 'c4' AND key = '1'`).toMatchObject([
    { op: 'update', side: 'table' },
  ]);
});

it('[R28] takes up a column that both sides have: one-sided values travel, equal ones agree, the link’s policy decides the rest', async () => {
  typeColumn('Secret', ['a', null, 'mine']);
  await change({ add: [{ header: 'Secret', to: { column: 'secret' } }] });
  await host.settle();
  expect(host.sheet.grid.slice(1).map((row) => row[3])).toEqual(['a', 'b', 'c']);
  expect(await sql()`SELECT key, op, before::text AS before FROM tandem.journal WHERE op = 'lost'`).toMatchObject([
    { key: '3', op: 'lost', before: '"mine"' },
  ]);
  const before = host.cellsWritten;
  await host.settle();
  expect(host.cellsWritten).toBe(before);
});

it('[R28] retires a column: neither side loses it, nothing travels any more, and its id is not given again', async () => {
  host.set(1, 3, 'dear');
  await host.settle();
  expect((await notices()).map(([code]) => code)).toContain('rows_rejected');
  await change({ remove: ['c3'] });
  await host.settle();
  expect((await notices()).map(([code]) => code)).not.toContain('rows_rejected');
  await sql()`UPDATE item SET price = 99 WHERE id = 2`;
  host.set(3, 3, 33);
  await host.settle();
  expect(host.row(2)).toEqual([2, 'Two', 2]);
  expect(await sql()`SELECT price::float8 AS price FROM item ORDER BY id`).toMatchObject([
    { price: 1 },
    { price: 99 },
    { price: 3 },
  ]);
  const info = await columns();
  expect(info.retired).toMatchObject([{ header: 'price', column: 'price' }]);
  expect(info.unmapped).toMatchObject([
    { name: 'price', left: true },
    { name: 'secret', left: true },
  ]);
  expect(await notices()).toEqual([]);
  host.set(1, 3, null);
  const again = await change({ add: [{ header: 'price', to: { column: 'price' } }] });
  expect(again.mapping.columns.at(-1)).toMatchObject({ id: 'c4', column: 'price' });
  await host.settle();
  // As if both had been empty: the table's values won where both had one.
  expect(host.sheet.grid.slice(1).map((row) => row[2])).toEqual([1, 99, 3]);
});

it('offers a column the table got, until it is linked or left out; says which one stops new rows', async () => {
  await sql()`ALTER TABLE item ADD COLUMN colour text`;
  await host.settle();
  expect(await notices()).toEqual([['new_columns', expect.stringContaining('"colour"')]]);
  await change({ leave: { headers: [], columns: ['colour'] } });
  expect(await notices()).toEqual([]);
  await sql()`ALTER TABLE item ADD COLUMN owner text NOT NULL DEFAULT 'me'`;
  await change({ leave: { headers: [], columns: ['owner'] } });
  await sql()`ALTER TABLE item ALTER COLUMN owner DROP DEFAULT`;
  await host.settle();
  expect(await notices()).toEqual([['table_needs_attention', expect.stringContaining('"owner"')]]);
  host.sheet.grid.push([4, 'Four', 4]);
  await host.settle();
  await host.settle();
  expect(await sql()`SELECT 1 FROM item WHERE id = 4`).toHaveLength(0);
  typeColumn('Owner', []);
  await change({ add: [{ header: 'Owner', to: { column: 'owner' } }] });
  await host.settle();
  expect(host.row(1)).toEqual([1, 'One', 1, 'me']);
  host.set(4, 4, 'you');
  await host.settle();
  expect(await sql()`SELECT owner FROM item WHERE id = 4`).toMatchObject([{ owner: 'you' }]);
  expect(await notices()).toEqual([]);
});

it('keeps a log of who changed what, and of what a sync noticed', async () => {
  await sql()`ALTER TABLE item RENAME name TO label`;
  await sql()`ALTER TABLE item ALTER COLUMN id TYPE bigint`;
  host.sheet.grid[0]![2] = 'Price in €';
  await host.settle();
  typeColumn('When', [{ date: '2024-02-29' }]);
  await change({ add: [{ header: 'When', to: { create: 'date' } }] });
  await host.settle();
  await change({ remove: ['c4'] });
  await sql()`ALTER TABLE item DROP COLUMN price`;
  await host.settle();
  const { log } = await columns();
  expect(log.map(({ what, actor }) => [actor, what])).toEqual([
    [null, '“Price in €” was set aside: The table no longer has the column "price".'],
    ['admin@example.com', '“When” stopped syncing. The table keeps its column “col_when”.'],
    ['admin@example.com', 'The sheet’s “When” was linked to the column “col_when”.'],
    ['admin@example.com', 'The column “col_when” (date) was added to the table.'],
    [null, 'The sheet’s header “price” was renamed to “Price in €”.'],
    [null, 'The table’s column “name” was renamed to “label”.'],
    [null, 'The column “id” changed from integer to bigint.'],
    ['admin@example.com', 'The tab was linked to “item”.'],
  ]);
  expect(await sql()`SELECT col_when::text AS day FROM item WHERE id = 1`).toMatchObject([{ day: '2024-02-29' }]);
});

it('refuses what cannot be, in words, and changes nothing then', async () => {
  const said = async (body: ChangeColumnsRequest) => (await change(body)).error;
  expect(await said({ remove: ['c1'] })).toMatchObject({ message: expect.stringContaining('tells the rows apart') });
  expect(await said({ add: [{ header: 'name', to: { create: 'text' } }] })).toMatchObject({
    message: expect.stringContaining('linked already'),
  });
  expect(await said({ add: [{ header: 'Other', to: { column: 'name' } }] })).toMatchObject({
    message: expect.stringContaining('"name" already'),
  });
  expect(await said({ add: [{ header: 'Other', to: { column: 'nope' } }] })).toMatchObject({ code: 'bad_request' });
  expect(await said({ add: [{ header: 'a\u0000', to: { create: 'text' } }] })).toMatchObject({ code: 'bad_request' });
  expect(
    await said({
      add: [
        { header: 'Fine', to: { create: 'text' } },
        { header: 'fine ', to: { column: 'nope' } },
      ],
    }),
  ).toMatchObject({ code: 'bad_request' });
  expect(await sql()`SELECT 1 FROM information_schema.columns WHERE column_name = 'fine'`).toHaveLength(0);
  await sql()`UPDATE tandem.link SET members = ARRAY[${PERSON.sub}]`;
  expect((await change({ remove: ['c3'] }, PERSON)).error).toMatchObject({ code: 'not_allowed' });
  // A name that the table has already gets a number, and a header with quotes is only ever a name.
  const tricky = await change({
    add: [
      { header: '"; DROP TABLE item; --', to: { create: 'text' } },
      { header: 'Secret!', to: { create: 'text' } },
    ],
  });
  expect(tricky.mapping.columns.slice(-2).map(({ column }) => column)).toEqual(['drop_table_item', 'secret_1']);
});

it('never names a column by a word that SQL reserves', async () => {
  const words = await sql()<{ word: string }[]>`SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')`;
  const system = ['tableoid', 'xmin', 'xmax', 'cmin', 'cmax', 'ctid'];
  for (const word of [...words.map((row) => row.word), ...system]) expect(columnNames([word])).toEqual([`col_${word}`]);
});

it('[I12] never fails an application over a renamed key column, and brings what it wrote meanwhile', async () => {
  await sql()`ALTER TABLE item RENAME id TO number`;
  await sql()`UPDATE item SET name = 'Zwei' WHERE number = 2`;
  await sql()`INSERT INTO item (number, name) VALUES (7, 'Seven')`;
  await sql()`DELETE FROM item WHERE number = 3`;
  await host.settle();
  expect(host.sheet.grid.slice(1).map((row) => row.slice(0, 2))).toEqual([
    [1, 'One'],
    [2, 'Zwei'],
    [7, 'Seven'],
  ]);
  // The triggers know the new name from then on: row by row again.
  await sql()`DELETE FROM tandem.change`;
  await sql()`UPDATE item SET name = 'Uno' WHERE number = 1`;
  expect(await sql()`SELECT to_json(key)::text AS key FROM tandem.change`).toMatchObject([{ key: '["1"]' }]);
});

it('[I13] takes a column that was brought back by hand for a new one: its blanks clear nothing', async () => {
  host.sheet.grid.forEach((row) => row.pop());
  host.sheet.ids.pop();
  await host.settle();
  expect((await notices()).map(([code]) => code)).toEqual(['column_suspended']);
  typeColumn('price', []);
  await host.settle();
  expect(host.sheet.grid.slice(1).map((row) => row[2])).toEqual([1, 2, 3]);
  expect(await sql()`SELECT price::float8 AS price FROM item ORDER BY id`).toMatchObject([
    { price: 1 },
    { price: 2 },
    { price: 3 },
  ]);
  expect(await notices()).toEqual([]);
});
