import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveDemo, type DemoServer } from '../google/demo/server.ts';
import { Stage } from '../google/demo/stage.ts';
import { StoryTable } from '../google/demo/story/story-table.ts';
import { openBrowser } from './browser.ts';
import { bootLinked, until, type Booted } from './support/boot.ts';

let booted: Booted;
let stage: Stage;
let server: DemoServer;
let browser: Browser;
let page: Page;
let companies: StoryTable;
const faults: string[] = [];

beforeAll(async () => {
  booted = await bootLinked({ clock: 'wall' });
  companies = new StoryTable(booted.demo);
  stage = new Stage(booted.demo);
  server = await serveDemo(booted.demo, stage, 0, () => {});
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(server.url);
  await page.getByRole('grid').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await stage?.close();
  await booted?.close();
});

const cell = (row: number, column: number) => page.locator(`.sheet [data-cell="${row},${column}"]`);
const table = () => page.getByRole('table', { name: 'Table' });
const sidebar = (): FrameLocator => page.frameLocator('iframe[title="Tandem"]');

/** Brings a row of the sheet into view, as a person scrolls to it. */
async function scrollTo(row: number): Promise<void> {
  await page.getByRole('grid').evaluate((grid, top) => (grid.scrollTop = top), Math.max(0, (row - 8) * 22));
  await cell(row, 1).waitFor();
}

async function runSql(text: string): Promise<void> {
  await page.getByLabel('SQL', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
}

describe('the demo page in a browser', () => {
  it('shows an edit made in the grid in the table under it', async () => {
    const row = companies.row('AAPL');
    await scrollTo(row);
    await cell(row, companies.column('Security')).click();
    await page.keyboard.type('Apple Computer');
    await page.keyboard.press('Enter');
    await table().getByText('Apple Computer', { exact: true }).waitFor();
    expect(await companies.stored('AAPL', 'security')).toBe('Apple Computer');
  });

  it('shows an UPDATE from the SQL box in the grid after a tick', async () => {
    const row = companies.row('AAPL');
    await runSql(`update companies set headquarters_location = 'Cupertino, CA' where symbol = 'AAPL'`);
    await page.getByText('UPDATE 1 in').waitFor();
    const shown = cell(row, companies.column('Headquarters Location'));
    expect(await shown.innerText()).toBe('Cupertino, California');
    await page.getByRole('button', { name: 'Tick now' }).click();
    await shown.getByText('Cupertino, CA', { exact: true }).waitFor();
    await page.getByText('In step', { exact: true }).first().waitFor();
  });

  it('shows the status in the real sidebar', async () => {
    await sidebar()
      .getByText(/in step/i)
      .first()
      .waitFor();
    await sidebar()
      .getByText(/companies/)
      .first()
      .waitFor();
    await sidebar()
      .getByRole('button', { name: /sync now/i })
      .waitFor();
  });

  it('[I11] shows why the database refused a row as a note on the very cell, and takes it away once it is good', async () => {
    await runSql('alter table companies add constraint cik_positive check (cik > 0)');
    await page.getByText('ALTER TABLE done in').waitFor();
    const row = companies.row('ABNB');
    const column = companies.column('CIK');
    await scrollTo(row);
    await cell(row, column).click();
    await page.keyboard.type('-1');
    await page.keyboard.press('Enter');
    await until('the cell is marked', async () =>
      ((await cell(row, column).getAttribute('class')) ?? '').includes('noted'),
    );
    await cell(row, column).hover();
    const note = page.getByRole('tooltip');
    await note.waitFor();
    expect(await note.innerText()).toMatch(/^Tandem: .*CIK must be greater than 0/s);
    expect(await companies.stored('ABNB', 'cik')).toBe('1559720');

    await cell(row, column).click();
    await page.keyboard.type('1559720');
    await page.keyboard.press('Enter');
    await until(
      'the note is gone',
      async () => !((await cell(row, column).getAttribute('class')) ?? '').includes('noted'),
    );
  });

  it('says what is wrong with SQL that fails', async () => {
    await runSql('select * from nothing_of_that_name');
    await page.getByText('relation "nothing_of_that_name" does not exist').waitFor();
  });

  it('shows the rows of a query', async () => {
    await runSql(
      `select symbol, security from companies where symbol in ('MMM', 'AAPL') order by 1; select 42 as answer`,
    );
    await page.getByRole('table', { name: 'Result' }).getByText('42', { exact: true }).waitFor();
    await page.getByRole('button', { name: /public\.companies/ }).click();
    await table().waitFor();
  });

  it('pastes a block, clears it with Delete and undoes that with Ctrl+Z', async () => {
    const row = companies.row('GOOG');
    const column = companies.column('GICS Sector');
    await scrollTo(row);
    await cell(row, column).click();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'Search\tAdvertising\nMore search\t"Tabs\tinside"');
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
    });
    await cell(row + 1, column + 1)
      .getByText('Tabs')
      .waitFor();
    expect(booted.demo.tab.value(row, column)).toBe('Search');
    await page.keyboard.press('Delete');
    await until('the block is empty', () => booted.demo.tab.value(row + 1, column) === null);
    await page.keyboard.press('Control+z');
    await until('the block is back', () => booted.demo.tab.value(row + 1, column) === 'More search');
    await page.keyboard.press('Control+z');
    await until('the old values are back', () => booted.demo.tab.value(row, column) === 'Communication Services');
  });

  it('moves with arrows, Tab and Escape, and drops what Escape leaves', async () => {
    await scrollTo(1);
    await cell(3, 2).click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await page.locator('.name-box').innerText()).toBe('C4');
    await page.keyboard.type('never');
    await page.keyboard.press('Escape');
    expect(await cell(4, 3).innerText()).not.toContain('never');
    await page.keyboard.press('Control+ArrowUp');
    expect(await page.locator('.name-box').innerText()).toBe('C1');
  });

  it('keeps only the rows in view in the document and still reaches the last one', async () => {
    const last = booted.demo.tab.dataExtent().rows;
    await scrollTo(last);
    expect(await cell(last, 1).innerText()).toBe(booted.demo.tab.displayValue(last, 1));
    expect(await page.locator('.sheet .row').count()).toBeLessThan(60);
  });

  it('answers neither another site nor another host name', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/demo/sql`, { method: 'POST', headers, body: JSON.stringify({ text: 'select 1' }) });
    expect((await post({ 'content-type': 'application/json', origin: 'https://example.com' })).status).toBe(403);
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(403);
    expect((await post({ 'content-type': 'application/json' })).status).toBe(200);
  });

  it('raises no error in the page', () => {
    expect(faults).toEqual([]);
  });
});
