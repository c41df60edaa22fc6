import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countDifferences } from '../google/demo/compare-sides.ts';
import { OWNER, type Demo } from '../google/demo/boot.ts';
import { serveDemo, type DemoServer } from '../google/demo/server.ts';
import { compareNow, Stage } from '../google/demo/stage.ts';
import { openBrowser } from './browser.ts';
import { boot, until, type Booted } from './support/boot.ts';

const fruit = [
  ['Id', 'Fruit', 'Price'],
  ['1', 'Apple', '1.5'],
  ['2', 'Pear', '2'],
  ['3', 'Quince', '4.25'],
];

let browser: Browser;
let booted: Booted;
let demo: Demo;
let stage: Stage;
let server: DemoServer;
let page: Page;
let sidebar: FrameLocator;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** A spreadsheet with fruit in it, and the sidebar open beside it; nothing linked. */
async function open(prepare: (demo: Demo) => Promise<void> = async () => {}): Promise<void> {
  booted = await boot({ rows: fruit, clock: 'wall' });
  ({ demo } = booted);
  await prepare(demo);
  stage = new Stage(demo);
  server = await serveDemo(demo, stage, 0, () => {});
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(server.url);
  sidebar = page.frameLocator('iframe[title="Tandem"]');
}

afterEach(async () => {
  await page?.close();
  await server?.close();
  await stage?.close();
  await booted?.close();
});

const press = (name: string | RegExp) => sidebar.getByRole('button', { name, exact: true }).click();

async function untilInStep(): Promise<void> {
  await until('both sides agree', async () => {
    await demo.findTable();
    const comparison = await compareNow(demo);
    return comparison !== null && comparison.rows > 0 && countDifferences(comparison) === 0;
  });
}

describe('the sidebar, by mouse and keyboard', () => {
  it('makes a table from the tab, shows the plan, syncs, pauses, resumes and unlinks', async () => {
    await open();
    await press('Create a table from this tab');
    await sidebar.getByLabel('Name of the table').fill('fruit');
    await press('Create table');
    await sidebar.getByRole('heading', { name: 'First sync' }).waitFor();
    expect((await demo.sql`select 1 from fruit`).length).toBe(0);
    await press(/^start/i);
    await untilInStep();
    expect(await demo.sql`select id, fruit, price::text from fruit order by id`).toMatchObject([
      { fruit: 'Apple', price: '1.5' },
      { fruit: 'Pear', price: '2' },
      { fruit: 'Quince', price: '4.25' },
    ]);
    // The rows are there before the triggers are: wait for the whole of it.
    await sidebar.getByRole('heading', { name: 'In step' }).waitFor();
    const handlers = demo.install.triggers.map((trigger) => trigger.handler).sort();
    expect(handlers).toEqual(['onSheetChange', 'onSheetEdit', 'tick']);

    await press(/^Settings/);
    await press('Pause');
    await sidebar.getByRole('heading', { name: 'Paused' }).waitFor();
    await demo.sql`update fruit set price = 9 where id = 1`;
    await demo.tick();
    expect(demo.tab.value(2, 3)).toBe(1.5);
    await press('Resume');
    await until('the price arrives', () => demo.tab.value(2, 3) === 9);

    await press(/^Settings/);
    await press('Remove the link');
    // Asked once more before it goes.
    await press('Remove the link');
    await sidebar.getByRole('button', { name: 'Create a table from this tab' }).waitFor();
    expect(demo.install.triggers).toEqual([]);
    expect((await demo.sql`select count(*)::int as n from fruit`)[0]?.['n']).toBe(3);
    expect(demo.tab.value(2, 2)).toBe('Apple');
  });

  it('links a table that has rows: matches columns, asks who wins, keeps both sides’ own rows', async () => {
    await open(async ({ sql }) => {
      await sql`create table stock (id bigint primary key, fruit text, price numeric)`;
      await sql`insert into stock values (2, 'Pear', 3), (3, 'Quince', 4.25), (4, 'Fig', 6)`;
    });
    await press('Link to an existing table');
    await sidebar.getByRole('button', { name: /stock/ }).click();
    await press('Compare');
    await sidebar.getByRole('heading', { name: 'First sync' }).waitFor();
    const start = sidebar.getByRole('button', { name: /^start/i });
    await sidebar.getByText('The table', { exact: true }).click();
    await start.click();
    await untilInStep();
    expect(await demo.sql`select id::int, fruit, price::float from stock order by id`).toEqual([
      { id: 1, fruit: 'Apple', price: 1.5 },
      { id: 2, fruit: 'Pear', price: 3 },
      { id: 3, fruit: 'Quince', price: 4.25 },
      { id: 4, fruit: 'Fig', price: 6 },
    ]);
    expect(demo.tab.value(3, 3)).toBe(3);
  });

  it('[I11] names the cell of a refused value, and asks what to do about rows that are gone', async () => {
    await open();
    await press('Create a table from this tab');
    await sidebar.getByLabel('Name of the table').fill('fruit');
    await press('Create table');
    await press(/^start/i);
    await untilInStep();
    await demo.sql`alter table fruit add constraint dear check (price < 100)`;
    demo.hands.type(4, 3, '400');
    await demo.idle();
    await press('Sync now');
    await sidebar.getByText('C4', { exact: true }).waitFor();
    await sidebar.getByText(/Price must be less than 100/).waitFor();
    demo.hands.type(4, 3, '40');
    await demo.idle();

    demo.hands.deleteRows(2, 1);
    await demo.idle();
    await press('Sync now');
    await sidebar.getByText('1 row missing from the sheet').waitFor();
    expect((await demo.sql`select count(*)::int as n from fruit`)[0]?.['n']).toBe(3);
    await press('Look and decide');
    await press('Restore 1');
    await sidebar.getByText(/Nothing needs you/).waitFor();
    await untilInStep();
    expect((await demo.sql`select fruit from fruit where id = 1`)[0]?.['fruit']).toBe('Apple');
  });

  it('[I11] [I15] changes the policy, decides a conflict, undoes a cell and brings a deleted row back', async () => {
    await open();
    await press('Create a table from this tab');
    await sidebar.getByLabel('Name of the table').fill('fruit');
    await press('Create table');
    await press(/^start/i);
    await sidebar.getByRole('heading', { name: 'In step' }).waitFor();
    const fruitOf = async (id: number) => (await demo.sql`select fruit, price::float from fruit where id = ${id}`)[0];

    await press(/^Settings/);
    await sidebar.getByRole('radio', { name: /^Ask/ }).check();
    await press('Save');
    await sidebar.getByText('Saved', { exact: true }).waitFor();
    await press('Back');

    await demo.sql`update fruit set fruit = 'Avocado' where id = 1`;
    demo.hands.type(2, 2, 'Apricot');
    await demo.idle();
    await press('Sync now');
    await sidebar.getByRole('heading', { name: '1 row changed on both sides' }).waitFor();
    expect([demo.tab.value(2, 2), (await fruitOf(1))?.['fruit']]).toEqual(['Apricot', 'Avocado']);
    await press('Look and decide');
    await sidebar.getByText('Avocado', { exact: true }).waitFor();
    await press('Keep the sheet’s Fruit of 1');
    await sidebar.getByText(/Nothing needs you/).waitFor();
    expect((await fruitOf(1))?.['fruit']).toBe('Apricot');
    await press('Back');

    demo.hands.type(3, 3, '7');
    await demo.idle();
    expect(await fruitOf(2)).toEqual({ fruit: 'Pear', price: 7 });
    await press(/^History/);
    // The value that gave way stands there, too.
    await sidebar.getByText('The table’s value gave way').waitFor();
    await press('Undo: 2, Price');
    await sidebar.getByText('This is written to the table, and the sheet follows.').waitFor();
    expect(await fruitOf(2)).toEqual({ fruit: 'Pear', price: 7 });
    await press('Undo');
    await sidebar.getByText('Taken back', { exact: true }).waitFor();
    expect([await fruitOf(2), demo.tab.value(3, 3)]).toEqual([{ fruit: 'Pear', price: 2 }, 2]);
    await press('Back');

    demo.hands.deleteRows(4, 1);
    await demo.idle();
    await press('Sync now');
    await sidebar.getByRole('heading', { name: '1 row missing' }).waitFor();
    await press('Look and decide');
    await press('Delete');
    await press('Delete the row');
    await sidebar.getByText(/Nothing needs you/).waitFor();
    expect(await fruitOf(3)).toBeUndefined();
    await press('Back');
    await press(/^Deleted rows/);
    await press('Restore 3');
    await sidebar.getByText('No row was deleted in the last 30 days.').waitFor();
    await untilInStep();
    expect(await fruitOf(3)).toEqual({ fruit: 'Quince', price: 4.25 });
  });

  it('[R26] [R27] [R31] [R35] makes a sheet with labels and related columns, and decides edited keys and mass deletes', async () => {
    await open(async ({ sql }) => {
      await sql.unsafe(`
        create table seller (id int primary key, name text, town text);
        insert into seller values (1, 'Ann', 'Ulm'), (2, 'Bob', 'Bonn');
        create table stock (id text primary key, fruit text, seller int references seller);
        insert into stock select 'S' || n, 'Fruit ' || n, 1 + n % 2 from generate_series(11, 26) n`);
    });
    await press('Make a sheet from a table');
    await sidebar.getByRole('button', { name: /^stock/ }).click();
    await sidebar.getByLabel('What seller shows').selectOption('name');
    await sidebar.getByLabel('Value to show').selectOption({ label: 'seller.town (by seller)' });
    await press('Add the column');
    await press('Make the sheet');
    await sidebar.getByRole('heading', { name: 'First sync' }).waitFor();
    await press(/^start/i);
    await sidebar.getByRole('heading', { name: 'In step' }).waitFor();
    const tab = demo.spreadsheet.workbook.tabs.find(({ title }) => title === 'stock')!;
    const line = (row: number) => [1, 2, 3, 4].map((column) => tab.value(row, column));
    expect([line(1), line(2)]).toEqual([
      ['id', 'fruit', 'seller', 'town'],
      ['S11', 'Fruit 11', 'Bob', 'Bonn'],
    ]);

    // An edited key, and each of the three things it may have meant.
    const person = demo.google.person(OWNER);
    const stock = async (id: string) => (await demo.sql`select fruit from stock where id = ${id}`)[0]?.['fruit'];
    const rows: [number, string, string][] = [
      [2, 'K1', 'Rename it'],
      [3, 'K2', 'Put the old key back'],
      [4, 'K3', 'It is a new row'],
    ];
    for (const [row, key, answer] of rows) {
      person.type(tab, `A${row}`, key);
      await demo.idle();
      await press('Sync now');
      await sidebar.getByRole('heading', { name: '1 key changed' }).waitFor();
      await press('Look and decide');
      await press(answer);
      if (key !== 'K3') await sidebar.getByText(/Nothing needs you/).waitFor();
      else {
        // The row that the old key was of is missing now.
        await press(/^Restore /);
        await sidebar.getByText(/Nothing needs you/).waitFor();
      }
      await press('Back');
    }
    expect([await stock('K1'), await stock('S11')]).toEqual(['Fruit 11', undefined]);
    const keys = (): unknown[] => Array.from({ length: 17 }, (_, n) => tab.value(n + 2, 1));
    expect([await stock('K2'), await stock('S12'), keys()[1]]).toEqual([undefined, 'Fruit 12', 'S12']);
    expect([await stock('K3'), await stock('S13')]).toEqual(['Fruit 13', 'Fruit 13']);

    // Many rows gone at once wait for a word, and are then kept in a tab of their own.
    await press(/^Settings/);
    await sidebar.getByLabel('In the sheet').selectOption('archive');
    await press('Save');
    await sidebar.getByText('Saved', { exact: true }).waitFor();
    await press('Back');
    await demo.sql`delete from stock where id not in ('K1', 'K3')`;
    await press('Sync now');
    await sidebar.getByRole('heading', { name: '15 rows deleted in the table' }).waitFor();
    expect(keys().filter((key) => key !== null)).toHaveLength(17);
    await press('See all 15');
    await press('Delete them here');
    await press(/^Delete .*15/);
    await sidebar.getByText(/Nothing needs you/).waitFor();
    await until('the rows are archived', () => keys().filter((key) => key !== null).length === 2);
    const archive = demo.spreadsheet.workbook.tabs.find(({ title }) => title === 'Archive of stock')!;
    expect(archive.dataExtent().rows).toBe(16);
  });
});
