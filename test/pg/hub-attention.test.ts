import { afterAll, beforeAll, expect, it } from 'vitest';
import { getJournal } from '../../api/links/get-journal.ts';
import { listProblems } from '../../api/links/list-problems.ts';
import { previewUndo } from '../../api/links/preview-undo.ts';
import { decideMissing } from '../../api/links/settle-rows.ts';
import { undoEntries } from '../../api/links/undo-entries.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

/** One link in every kind of trouble at once, as the sidebar lists it. */

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;
const link = () => host.link.id;
const problems = (input: object = {}) => listProblems({ ctx: test.context(), input: { link: link(), ...input } });

beforeAll(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2) CHECK (price > 0));
    INSERT INTO item SELECT n, 'Item ' || n, n FROM generate_series(1, 20) n`);
  host = await startTab(test.context(), 'item', ['id', 'name', 'price'], []);
  await updateLink({ ctx: test.context(), input: { link: link(), columns: { c2: 'ask' } } });
  host.set(1, 2, 'Sheet 1');
  host.set(2, 2, 'Sheet 2 \ud800 "code":"conflict"');
  await sql()`UPDATE item SET name = 'Table ' || id WHERE id IN (1, 2)`;
  host.set(3, 3, -3);
  host.set(4, 2, '"code":"conflict"');
  host.set(4, 3, -4);
  host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 5 && row[0] !== 6);
  for (let run = 0; run < 3; run++) await host.run();
});
afterAll(() => test.close());

it('[I11] lists what needs a person by kind, of a conflict both values, of a missing row what it held', async () => {
  const { problems: rows, counts, next } = await problems();
  expect(counts).toEqual({ conflict: 2, refused: 2, missing: 2, removed: 0, renamed: 0, held: 0, unfinished: 0 });
  expect(next).toBeNull();
  const byKey = new Map(rows.map((row) => [row.key, row]));
  expect(byKey.get('1')).toMatchObject({
    kind: 'conflict',
    column: 'name',
    cells: [{ column: 'c2', header: 'name', code: 'conflict', sheet: 'Sheet 1', table: 'Table 1' }],
  });
  expect(byKey.get('2')!.cells[0]).toMatchObject({ sheet: 'Sheet 2 \ud800 "code":"conflict"', table: 'Table 2' });
  expect(byKey.get('3')).toMatchObject({ kind: 'refused', message: expect.stringContaining('greater than 0') });
  // A value that reads like the mark of a conflict is none.
  expect(byKey.get('4')).toMatchObject({ kind: 'refused' });
  expect(byKey.get('5')).toMatchObject({
    kind: 'missing',
    values: [{ value: 'Item 5' }, { header: 'price', value: 5 }],
  });
});

it('[I11] pages through them, each once', async () => {
  const keys: string[] = [];
  let after: string | undefined;
  do {
    const page = await problems({ limit: 2, after });
    keys.push(...page.problems.map(({ key }) => key));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(keys.sort()).toEqual(['1', '2', '3', '4', '5', '6']);
  expect((await problems({ kind: 'missing' })).problems.map(({ key }) => key)).toEqual(['5', '6']);
  await expect(problems({ after: 'x' })).rejects.toThrow('earlier page');
});

it('[I11] shows them to nobody else', async () => {
  const ctx = test.context(PERSON);
  await expect(listProblems({ ctx, input: { link: link() } })).rejects.toMatchObject({ code: 'link_not_found' });
});

it('deletes no more missing rows than the person was asked about', async () => {
  const ctx = test.context();
  const more = decideMissing({ ctx, input: { link: link(), decision: 'delete', atMost: 1 } });
  await expect(more).rejects.toMatchObject({ code: 'wrong_state', message: expect.stringMatching(/^2 rows are miss/) });
  expect((await problems()).counts.missing).toBe(2);
});

it('decides single missing rows, and leaves the others to be decided', async () => {
  const ctx = test.context();
  expect(await decideMissing({ ctx, input: { link: link(), decision: 'delete', keys: ['5'] } })).toMatchObject({
    deleted: 1,
  });
  expect((await problems({ kind: 'missing' })).problems.map(({ key }) => key)).toEqual(['6']);
  await decideMissing({ ctx, input: { link: link(), decision: 'restore', keys: ['6'] } });
  await host.run();
  expect(host.row(6)).toEqual([6, 'Item 6', 6]);
  expect((await problems()).counts.missing).toBe(0);
});

it('[I15] tells what an undo would do and what not, and writes nothing', async () => {
  const ctx = test.context();
  host.set(11, 3, 110);
  host.set(12, 3, 120);
  host.set(13, 3, 130);
  await host.run();
  await sql()`UPDATE item SET price = 121 WHERE id = 12`;
  const history = async (input: object = {}) => getJournal({ ctx, input: { link: link(), ...input } });
  const { run } = (await history({ key: '11' })).entries[0]!;
  const before = (await history({ limit: 1 })).entries[0]!.id;
  const preview = await previewUndo({ ctx, input: { link: link(), run: run! } });
  expect(preview).toMatchObject({ undone: 2, already: 0, refused: [{ key: '12', column: 'price' }] });
  expect(preview.refused[0]!.reason).toContain('changed again since');
  expect(preview.changes.map(({ key, header, before, after }) => [key, header, before, after]).sort()).toEqual([
    ['11', 'price', 110, 11],
    ['13', 'price', 130, 13],
  ]);
  expect((await history({ limit: 1 })).entries[0]!.id).toBe(before);
  expect((await sql()`SELECT price::int AS price FROM item WHERE id = 11`)[0]!.price).toBe(110);

  const [entry] = (await history({ run: run!, key: '11' })).entries;
  expect(entry!.undone).toBe(false);
  await undoEntries({ ctx, input: { link: link(), entries: [entry!.id] } });
  expect((await history({ run: run! })).entries.map(({ key, undone }) => [key, undone])).toEqual([
    ['13', false],
    ['12', false],
    ['11', true],
  ]);
});

it('pages through the history, of all or of one row', async () => {
  const ctx = test.context();
  const all = (await getJournal({ ctx, input: { link: link(), limit: 500 } })).entries.map(({ id }) => id);
  const paged: number[] = [];
  let before: number | undefined;
  do {
    const page = await getJournal({ ctx, input: { link: link(), limit: 3, before } });
    paged.push(...page.entries.map(({ id }) => id));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(paged).toEqual(all);
  expect(all.length).toBeGreaterThan(6);
});
