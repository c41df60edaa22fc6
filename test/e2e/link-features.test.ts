import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OptionsRequest } from '../../shared/protocol/options.ts';
import type { Demo } from '../google/demo/boot.ts';
import { boot, type Booted } from './support/boot.ts';

/**
 * What a link can do besides syncing all rows both ways, in one story through the built add-on: labels, related columns,
 * the row filter, locks, directions; and then a tab that replaces its table.
 */
const jobs = [
  ['Id', 'Title', 'Owner', 'Price'],
  ['1', 'One', 'Alice', '10'],
  ['2', 'Two', 'Bob', '20'],
];

let booted: Booted;
let demo: Demo;

beforeAll(async () => {
  booted = await boot({ rows: jobs });
  demo = booted.demo;
  await demo.sql.unsafe(`
    CREATE TABLE client (id integer PRIMARY KEY, code text NOT NULL);
    CREATE TABLE person (id integer PRIMARY KEY, name text NOT NULL, client_id integer REFERENCES client);
    CREATE TABLE job (id integer PRIMARY KEY, title text, owner_id integer REFERENCES person, price numeric,
                      client_id integer REFERENCES client, done boolean NOT NULL DEFAULT false,
                      approved boolean NOT NULL DEFAULT false);
    INSERT INTO client VALUES (1, 'C-1');
    INSERT INTO person VALUES (1, 'Alice', 1), (2, 'Bob', 1);
    INSERT INTO job (id, title, owner_id, price, client_id, done) VALUES (1, 'One', 1, 10, 1, false), (3, 'Three', 2, 30, 1, true)`);
});
afterAll(() => booted?.close());

function columnOf(header: string): number {
  for (let column = 1; column <= demo.tab.columnCount; column++)
    if (demo.tab.value(1, column) === header) return column;
  throw new Error(`The sheet has no column ${header}.`);
}

const ids = (): unknown[] => {
  const found: unknown[] = [];
  for (let row = 2; row <= demo.tab.dataExtent().rows; row++) {
    const id = demo.tab.value(row, columnOf('Id'));
    if (id !== '' && id !== null) found.push(id);
  }
  return found;
};
const rowOf = (id: number): number => ids().indexOf(id) + 2;
const shown = (id: number, header: string) => demo.tab.value(rowOf(id), columnOf(header));

async function type(id: number, header: string, text: string): Promise<void> {
  demo.hands.type(rowOf(id), columnOf(header), text);
  await demo.idle();
}

async function ticks(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await demo.tick();
}

const change = (options: OptionsRequest) => demo.sidebar.call('changeOptions', demo.tab.id, options);
const job = async (id: number) => (await demo.sql`SELECT * FROM job WHERE id = ${id}`)[0];

it('[I9] links with labels and a filter chosen before the first sync, and follows related tables', async () => {
  const { id } = demo.tab;
  await demo.sidebar.call('link', id, {
    schema: 'public',
    table: 'job',
    columns: [
      { header: 'Id', column: 'id', direction: 'both' },
      { header: 'Title', column: 'title', direction: 'both' },
      { header: 'Owner', column: 'owner_id', direction: 'both' },
      { header: 'Price', column: 'price', direction: 'both' },
    ],
  });
  const options = await demo.sidebar.call('options', id);
  expect(options.columns.find(({ header }) => header === 'Owner')!.labelChoices).toEqual(['name']);
  await change({
    columns: { c3: { label: 'name' } },
    filter: { match: 'all', conditions: [{ column: 'done', operator: 'equals', values: ['FALSE'] }] },
    locks: ['approved'],
  });
  for (;;) if ((await demo.sidebar.call('preview', id)).complete) break;
  expect(await demo.sidebar.call('preview', id)).toMatchObject({ equal: 1, insertIntoTable: 1, insertIntoSheet: 0 });
  await demo.sidebar.call('start', id, { winner: 'sheet' });
  await ticks();
  expect(await job(2)).toMatchObject({ title: 'Two', owner_id: 2 });
  expect(ids()).toEqual([1, 2]);

  const add = [{ header: 'Client', to: { related: { via: ['client_id'], column: 'code' } } }];
  await demo.sidebar.call('changeColumns', id, { add }, ['Client']);
  await ticks();
  expect([shown(1, 'Client'), shown(2, 'Client')]).toEqual(['C-1', null]);
  await demo.sql`UPDATE client SET code = 'C-1b'`;
  await demo.sql`UPDATE person SET name = 'Alice B.' WHERE id = 1`;
  await ticks();
  expect([shown(1, 'Client'), shown(1, 'Owner')]).toEqual(['C-1b', 'Alice B.']);
  await type(1, 'Client', 'mine');
  await type(2, 'Owner', 'Alice B.');
  await ticks();
  expect(shown(1, 'Client')).toBe('C-1b');
  expect(await job(2)).toMatchObject({ owner_id: 1 });
});

it('[I2] lets rows in and out by the filter, and leaves locked ones alone', async () => {
  await demo.sql`UPDATE job SET done = NOT done WHERE id IN (1, 3)`;
  await ticks();
  expect(ids().sort()).toEqual([2, 3]);
  expect(await job(1)).toMatchObject({ title: 'One' });
  await demo.sql`UPDATE job SET approved = true, price = 31 WHERE id = 3`;
  await type(3, 'Title', 'Drei');
  await ticks();
  expect([shown(3, 'Title'), shown(3, 'Price')]).toEqual(['Drei', 30]);
  expect(await job(3)).toMatchObject({ title: 'Three' });
  expect(demo.tab.note(rowOf(3), columnOf('Title'))).toContain('locked by approved');
  await demo.sql`UPDATE job SET approved = false WHERE id = 3`;
  await ticks();
  expect([shown(3, 'Title'), shown(3, 'Price')]).toEqual(['Drei', 31]);
  expect(await job(3)).toMatchObject({ title: 'Drei' });
  await change({ columns: { c4: { direction: 'toTable' } }, filter: null });
  await demo.sql`UPDATE job SET price = 99 WHERE id = 3`;
  await ticks();
  expect(shown(3, 'Price')).toBe(31);
  expect(ids().sort()).toEqual([1, 2, 3]);
});

it('[I7] replaces a table without a key by the tab, and asks before most of it goes', async () => {
  const { id } = demo.tab;
  await demo.sidebar.call('unlink', id);
  await demo.sql.unsafe(`CREATE TABLE rate (title text, price numeric CHECK (price < 1000));
    INSERT INTO rate SELECT 'old', n FROM generate_series(1, 4) n`);
  const { tables } = await demo.sidebar.call('tables');
  expect(tables.find(({ name }) => name === 'rate')).toMatchObject({ replaceable: true });
  await demo.sidebar.call('link', id, {
    schema: 'public',
    table: 'rate',
    kind: 'replace',
    columns: [
      { header: 'Title', column: 'title', direction: 'toTable' },
      { header: 'Price', column: 'price', direction: 'toTable' },
    ],
  });
  expect(await demo.sidebar.call('preview', id)).toMatchObject({
    complete: true,
    insertIntoTable: 3,
    replace: { before: 4 },
  });
  await demo.sidebar.call('start', id, { winner: 'sheet' });
  const inTable = async () =>
    (await demo.sql`SELECT title FROM rate ORDER BY title`).map((row) => row['title'] as string);
  expect(await inTable()).toEqual(['Drei', 'One', 'Two']);
  const stamp = async () => (await demo.sql`SELECT string_agg(xmin::text, ',') AS s FROM rate`)[0]!['s'] as string;
  const before = await stamp();
  await ticks(2);
  expect(await stamp()).toBe(before);
  // An edit waits for the tick; a refused one stops the whole, and says where.
  await type(1, 'Price', '5000');
  expect(await stamp()).toBe(before);
  await ticks(1);
  expect(await stamp()).toBe(before);
  expect(await demo.sidebar.call('state')).toMatchObject({ rejected: 1, link: { replaces: true } });
  // R17: the cell says why, until it is right.
  const notes = () =>
    [...Array(40).keys()].map((n) => demo.tab.note(2 + (n >> 3), 1 + (n & 7))).filter((note) => note !== '');
  expect(notes()).toEqual(['Tandem: Price must be less than 1000.']);
  // The same tab is not noted anew, nor is a note of ours left that was copied along.
  demo.tab.setNote(5, columnOf('Title'), 'Tandem: copied');
  await ticks(1);
  expect(notes()).toHaveLength(2);
  await type(1, 'Price', '50');
  await ticks(1);
  expect(notes()).toEqual([]);
  expect((await demo.sql`SELECT price::text AS price FROM rate WHERE title = 'One'`)[0]).toEqual({ price: '50' });
  for (const gone of [1, 2]) for (const header of ['Title', 'Price']) await type(gone, header, '');
  await ticks(1);
  expect(await inTable()).toHaveLength(3);
  const state = await demo.sidebar.call('state');
  expect(state.kind === 'linked' && state.notices.map(({ code }) => code)).toContain('replace_shrunk');
  await demo.sidebar.call('confirmReplace', id);
  expect(await inTable()).toEqual(['Drei']);
});
