import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildAddon } from '../../addon/build.ts';
import type { TabState } from '../../addon/src/rpc.ts';
import { openBrowser } from './browser.ts';
import { attention, settings } from './sidebar/link-states.ts';
import { Refused, ScriptedPage, type Answers } from './sidebar/scripted-page.ts';
import { scenes } from './sidebar/states.ts';

/** The sidebar where answers are late, refused or never come, where others decide meanwhile, and people hesitate. */

const sceneOf = (name: string) => scenes.find((scene) => scene.name === name)!.api;
const linked = sceneOf('in-step').state as Extract<TabState, { kind: 'linked' }>;
const preview: TabState = { ...linked, lastSync: null, link: { ...linked.link, state: 'preview' } };
const never = () => new Promise(() => undefined);

let browser: Browser;
let dir: string;
let sidebar: ScriptedPage;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tandem-sidebar-'));
  const { outdir } = await buildAddon({ outdir: dir });
  browser = await openBrowser();
  sidebar = await ScriptedPage.open(browser, await readFile(join(outdir, 'sidebar.html'), 'utf8'));
});
afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true });
});
afterEach(() => expect(sidebar.faults.splice(0)).toEqual([]));

async function open(answers: Answers): Promise<ScriptedPage> {
  await sidebar.begin(answers);
  return sidebar;
}

it('says that it may be out of date where looking again goes on failing, and no longer once it does not', async () => {
  const { page, answers } = await open({ state: () => linked });
  await sidebar.sees('In step');
  answers.state = () => {
    throw new Refused('not_signed_in', 'Google did not say who you are.');
  };
  await page.clock.runFor(21_000);
  await expect.poll(() => sidebar.count('state')).toBe(2);
  expect(await sidebar.text()).not.toMatch(/who you are/);
  await page.clock.runFor(20_000);
  await sidebar.sees(/perhaps no longer so.*Google did not say who you are/);
  answers.state = () => linked;
  await page.clock.runFor(20_000);
  await page.getByText(/no longer so/).waitFor({ state: 'detached' });
});

it('shows what a look finds however late its answer comes, and looks once at a time', async () => {
  const late: ((state: TabState) => void)[] = [];
  const { page, answers } = await open({ state: () => linked });
  await sidebar.sees('In step');
  answers.state = () => new Promise<TabState>((resolve) => late.push(resolve));
  await page.clock.runFor(21_000);
  await expect.poll(() => late.length).toBe(1);
  await page.clock.runFor(60_000);
  late[0]!({ ...linked, pending: 5 });
  await sidebar.sees('5 changes on the way');
  expect(late).toHaveLength(1);
});

it('leaves a look aside that was overtaken by what a person did', async () => {
  let late: (state: TabState) => void = () => undefined;
  const { page, answers } = await open({ state: () => linked });
  await sidebar.sees('In step');
  answers.state = () => new Promise<TabState>((resolve) => (late = resolve));
  await page.clock.runFor(21_000);
  answers.syncNow = () => ({ state: { ...linked, pending: 7 }, said: 'Done.' });
  await sidebar.press('Sync now');
  await sidebar.sees('7 changes on the way');
  late(linked);
  await page.clock.runFor(1_000);
  expect(await sidebar.text()).toMatch(/7 changes on the way/);
});

it('shows the tab as it is where somebody else has decided meanwhile, with the reason of the refusal', async () => {
  let now: TabState = preview;
  await open({
    state: () => now,
    preview: () => sceneOf('preview-new').preview,
    start: () => {
      now = { ...linked, link: { ...linked.link, state: 'paused' } };
      throw new Refused('wrong_state', 'The sync was paused by bob@example.com.');
    },
  });
  await sidebar.press('Start syncing');
  await sidebar.sees('The sync was paused by bob@example.com.');
  await sidebar.page.getByRole('heading', { name: 'Paused' }).waitFor();
});

it('gives up on an answer that never comes, and can be used again', async () => {
  const { page } = await open({ state: () => linked, syncNow: never });
  await sidebar.press('Sync now');
  await sidebar.sees('Syncing…');
  await page.clock.fastForward('07:01');
  await sidebar.sees(/Google did not answer in time/);
  expect(await page.getByRole('button', { name: 'Sync now' }).isEnabled()).toBe(true);
});

it('does once what is pressed twice, and keeps what came of it in view', async () => {
  await open({
    state: () => linked,
    settings: () => settings,
    audit: () => ({ state: linked, said: '3 cells updated in the sheet.' }),
  });
  await sidebar.press(/^Settings/);
  await sidebar.page.getByRole('button', { name: 'Compare everything' }).dblclick();
  await sidebar.page.getByRole('heading', { name: 'In step' }).waitFor();
  await sidebar.page.clock.runFor(500);
  expect(await sidebar.text()).toMatch(/3 cells updated in the sheet\./);
  expect(sidebar.count('audit')).toBe(1);
});

it('keeps what is typed in the settings until a person says otherwise', async () => {
  const { page } = await open({
    state: () => linked,
    settings: () => settings,
    changeSettings: () => {
      throw new Refused('database_unavailable', 'The server does not answer.');
    },
  });
  await sidebar.press(/^Settings/);
  const people = page.getByLabel('People who may use this link');
  await people.fill('carl@example.com');
  await expect.poll(() => page.getByRole('button', { name: 'Pause' }).isEnabled()).toBe(false);
  await sidebar.press('Save');
  await sidebar.sees('The server does not answer.');
  await sidebar.press('Back');
  await sidebar.press('Stay');
  expect(await people.inputValue()).toBe('carl@example.com');
  expect(sidebar.calls.find(({ name }) => name === 'changeSettings')!.args).toEqual([
    7,
    { members: ['carl@example.com'] },
    settings.members,
  ]);
  await sidebar.press('Back');
  await sidebar.press('Leave without saving');
  await sidebar.page.getByRole('heading', { name: 'In step' }).waitFor();
});

it('lets go of what was typed where the settings are no longer this person’s to change', async () => {
  let now = linked;
  const { page } = await open({
    state: () => now,
    settings: () => settings,
    changeSettings: () => {
      now = { ...linked, mayChange: false };
      throw new Refused('not_allowed', 'Only the person who made this link or an admin can change it.');
    },
  });
  await sidebar.press(/^Settings/);
  await page.getByLabel('People who may use this link').fill('carl@example.com');
  await sidebar.press('Save');
  await sidebar.sees('Only the person who made this link or an admin can change it.');
  await expect.poll(() => page.getByRole('button', { name: 'Pause' }).isEnabled(), { timeout: 2000 }).toBe(true);
  await sidebar.press('Back');
  await page.getByRole('heading', { name: 'In step' }).waitFor();
});

it('asks about what is not saved only where a person is about to leave', async () => {
  const { page } = await open({ state: () => linked, settings: () => settings });
  await sidebar.press(/^Settings/);
  const people = page.getByLabel('People who may use this link');
  await people.fill('carl@example.com');
  await sidebar.press('Back');
  await sidebar.press('Discard changes');
  await people.fill('eve@example.com');
  await page.getByRole('button', { name: 'Back' }).waitFor({ timeout: 2000 });
});

it('offers no try of rows that none but a decision brings back', async () => {
  const gone = attention.problems.find(({ code }) => code === 'deleted_in_table')!;
  const list = (...problems: (typeof gone)[]) => ({
    ...attention,
    counts: { ...attention.counts, conflict: 0, refused: 0, missing: 0, renamed: 0, held: problems.length },
    problems,
  });
  const other = { ...gone, key: 'ZZ', code: 'formula' };
  for (const [third, tries] of [
    [{ ...gone, key: 'ZZ' }, 0],
    [other, 1],
  ] as const) {
    const { page } = await open({
      state: () => ({ ...linked, held: 3 }),
      attention: () => list(gone, { ...gone, key: 'YY' }, third),
    });
    await sidebar.press('See all 3');
    await page.getByRole('button', { name: tries === 0 ? 'Put 3 rows back' : 'Put 2 rows back' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try all again' }).count()).toBe(tries);
  }
});

it('keeps what is chosen for a column while another is added, or refused', async () => {
  const view = sceneOf('columns').columns as { others: { header: string; position: number }[] };
  const [first] = view.others;
  const second = { ...first!, header: 'Second <b>', position: first!.position + 1 };
  let fails = true;
  const { page } = await open({
    state: () => linked,
    columns: () => ({ ...view, others: fails ? [first, second] : [second] }),
    changeColumns: () => {
      if (fails) throw new Refused('bad_request', 'Look again.');
      return { state: linked, said: '' };
    },
  });
  await sidebar.press(/^Columns/);
  const type = page.getByLabel('Type of Second <b>');
  await type.selectOption('numeric');
  await page.getByRole('button', { name: 'Add to the table' }).first().click();
  await sidebar.sees('Look again.');
  expect([await type.inputValue(), sidebar.count('columns')]).toEqual(['numeric', 2]);
  fails = false;
  await page.getByRole('button', { name: 'Add to the table' }).first().click();
  await page.getByLabel(`Type of ${first!.header}`).waitFor({ state: 'detached' });
  expect(await type.inputValue()).toBe('numeric');
});

it('shows no sheet to be made from a table that only a whole tab can replace', async () => {
  const table = { schema: 'public', name: 'rates', rows: 3, unsuitable: 'It has no primary key.', replaceable: true };
  const { page } = await open({ state: () => sceneOf('unlinked').state, tables: () => ({ tables: [table] }) });
  await sidebar.press('Make a sheet from a table');
  expect(await page.getByRole('button', { name: /rates/ }).isEnabled()).toBe(false);
  await sidebar.sees('It has no primary key.');
  await sidebar.press('Back');
  await sidebar.press('Link to an existing table');
  expect(await page.getByRole('button', { name: /rates/ }).isEnabled()).toBe(true);
});

it('tells of a link whose tab was deleted, and removes it after a question', async () => {
  const gone = [{ id: 99, table: 'a "quoted" <i>table</i>' }];
  await open({ state: () => ({ ...linked, gone }), unlink: () => ({ state: linked, said: 'The link is removed.' }) });
  await sidebar.sees(/The tab that was linked to “a "quoted" <i>table<\/i>” was deleted/);
  await sidebar.press('Remove its link');
  await sidebar.press('Remove the link');
  await sidebar.page.getByText(/was deleted/).waitFor({ state: 'detached' });
  expect(sidebar.calls.find(({ name }) => name === 'unlink')!.args).toEqual([99]);
});

it('names a cell on one line beside a key that is long, and shows markup as text', async () => {
  const [problem] = attention.problems;
  const keys = ['5f1a2c3e-0d4b-4c6f-9a7e-2b8d1c3e5f7a', 'x'.repeat(300), '<img src=x onerror=alert(1)>'];
  const problems = keys.map((key, index) => ({ ...problem!, key, cell: `AB${index + 100}` }));
  const { page } = await open({ state: () => linked, attention: () => ({ ...attention, problems }) });
  await sidebar.press(/^Needs your attention/);
  for (const { cell } of problems) {
    const box = await page.getByRole('button', { name: `Go to cell ${cell}` }).boundingBox();
    expect(box!.height).toBeLessThan(24);
  }
  await sidebar.sees(keys[2]!);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(300);
});
