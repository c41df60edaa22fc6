import { afterAll, beforeAll, expect, it } from 'vitest';
import { nastyStrings } from '../fixtures/nasty-strings.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { looksLikeError, type Cell } from '../../shared/cell.ts';
import { startTab } from './hub-host.ts';
import { startRestSheet, type RestSheet } from './rest-host-sheet.ts';

/** Through the REST host; test/e2e/nasty-strings.test.ts sends the same through the add-on. */
let test: TestApp;
let sheet: RestSheet;
const sql = () => test.database.sql;

beforeAll(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE canary (id integer PRIMARY KEY);
    CREATE TABLE nasty (id text PRIMARY KEY, t text, note text);`);
});
afterAll(async () => {
  await sheet?.close();
  await test.close();
});

/** A Postgres text cannot hold these, so no application can have put them there. */
const UNSTORABLE = /\0|[\ud800-\udfff]/u;
const inTable = nastyStrings.filter((text) => !UNSTORABLE.test(text));

const SENTENCE = /^\S[^]{15,2400}\.$/;

async function complaint(key: string): Promise<string | null> {
  const [row] = await sql()<{ message: string | null }[]>`
    SELECT error->>'message' AS message FROM tandem."row" WHERE key = ${key} AND status <> 'ok'`;
  return row?.message ?? null;
}

const shownOf = (tab: Tab, key: string): unknown => {
  const { rows } = tab.dataExtent();
  for (let row = 2; row <= rows; row++) if (tab.value(row, 1) === key) return tab.value(row, 2);
  return 'no such row';
};

it('has at least 200 of them, all different', () => expect(nastyStrings.length).toBeGreaterThanOrEqual(200));

it('[I17] shows each as it stands in the table, or says why not; none is a formula', async () => {
  const rows = inTable.map((text, n) => ({ id: `t${n}`, t: text, note: 'n' }));
  await sql()`INSERT INTO nasty SELECT * FROM json_populate_recordset(NULL::nasty, ${JSON.stringify(rows)}::text::json)`;
  sheet = await startRestSheet(test, 'nasty', [['id', 't', 'note']]);
  for (let i = 0; i < 4; i++) await sheet.run();
  const { tab } = sheet;
  const last = tab.dataExtent().rows;
  expect(last).toBe(inTable.length + 1);
  for (let row = 1; row <= last; row++) for (let c = 1; c <= 3; c++) expect(tab.formula(row, c)).toBe('');
  for (const [n, text] of inTable.entries()) {
    const shown = shownOf(tab, `t${n}`);
    if (shown === text) expect(await complaint(`t${n}`), text.slice(0, 50)).toBe(null);
    else expect(await complaint(`t${n}`), JSON.stringify([text.slice(0, 50), shown])).toMatch(SENTENCE);
  }
  // An edit beside it disturbs none.
  for (let row = 2; row <= last; row++) tab.setInput(row, 3, 'edited', { mode: 'user' });
  await sheet.settle();
  const stored = await sql()`SELECT id, t, note FROM nasty`;
  expect(stored.filter((row) => row['t'] !== inTable[Number((row['id'] as string).slice(1))])).toEqual([]);
  expect(stored.every((row) => row['note'] === 'edited')).toBe(true);
});

it('[I1] takes each from a cell as it stands there, or says why not', async () => {
  const fits = nastyStrings.filter((text) => text.length <= 50_000);
  const { tab } = sheet;
  let row = tab.dataExtent().rows;
  tab.insertRows(row, fits.length + 1, 'after');
  for (const [n, text] of fits.entries()) {
    tab.setInput(++row, 1, `s${n}`, { mode: 'raw' });
    tab.setInput(row, 2, text, { mode: 'raw' });
  }
  for (let i = 0; i < 4; i++) await sheet.run();
  const stored = new Map(
    (await sql()`SELECT id, t FROM nasty`).map((one) => [one['id'] as string, one['t'] as string]),
  );
  let refused = 0;
  for (const [n, text] of fits.entries()) {
    if (stored.has(`s${n}`)) expect(stored.get(`s${n}`)).toBe(text);
    else {
      refused++;
      expect(await complaint(`s${n}`), JSON.stringify(text.slice(0, 50))).toMatch(SENTENCE);
    }
  }
  // Six with NUL or half a character, four that read like errors.
  expect(refused).toBe(10);
  expect((await sql()`SELECT to_regclass('canary') AS it`)[0]!['it']).toBe('canary');
});

it('makes tables, columns and links of them, or refuses with a sentence', async () => {
  const refusal = async (response: Response): Promise<string | null> => {
    const body = (await response.json()) as { error?: { message: string } };
    expect(response.status, JSON.stringify(body).slice(0, 300)).toBeLessThan(500);
    return response.status < 300 ? null : body.error!.message;
  };
  let made = 0;
  const post = (path: string, body: unknown) => test.request('POST', path, { body });
  const key = { header: 'id', type: 'text', key: true };
  // A dozen at a time as headers; each alone as a name is a table of its own.
  for (let n = 0; n < nastyStrings.length; n += 12) {
    const columns = nastyStrings.slice(n, n + 12).map((header) => ({ header, type: 'text', key: false }));
    const said = await refusal(await post('/v1/tables', { name: `columns ${n}`, columns: [key, ...columns] }));
    if (said === null) made++;
    else expect(said).toMatch(SENTENCE);
  }
  for (const name of nastyStrings.filter((_, n) => n % 3 === 0)) {
    const said = await refusal(await post('/v1/tables', { name, columns: [key] }));
    if (said === null) made++;
    else expect(said).toMatch(SENTENCE);
  }
  expect(made).toBeGreaterThan(60);
  for (const [n, text] of nastyStrings.filter((_, n) => n % 5 === 0).entries()) {
    const link = {
      spreadsheet: `book ${n}`,
      sheet: n,
      sheetName: text,
      timeZone: text,
      schema: 'public',
      table: 'canary',
    };
    for (const columns of [[{ header: text, column: 'id' }], [{ header: 'id', column: text }]]) {
      const said = await refusal(await post('/v1/links', { ...link, columns }));
      if (said !== null) expect(said).toMatch(SENTENCE);
    }
    const said = await refusal(
      await post('/v1/links', { ...link, table: text, columns: [{ header: 'id', column: 'id' }] }),
    );
    expect(said).toMatch(SENTENCE);
  }
  expect((await sql()`SELECT to_regclass('canary') AS it`)[0]!['it']).toBe('canary');
  // Names are sanitised: letters, marks, digits and underscores of any script.
  const tables =
    await sql()`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`;
  expect(tables.filter((one) => !/^[\p{L}\p{M}\p{N}_]+$/u.test(one['relname'] as string))).toEqual([]);
});

it('[I11] syncs under nasty headers, and keys that are nasty are kept or refused with a reason', async () => {
  await sql().unsafe(`CREATE TABLE keyed (id text PRIMARY KEY, v text)`);
  const host = await startTab(test.context(), 'keyed', ['id', 'v'], [['first', 'v']], { sheet: 77 });
  for (const header of nastyStrings.filter((text, n) => n % 9 === 0 || UNSTORABLE.test(text))) {
    host.sheet.grid[0]![1] = header.slice(0, 50_000);
    expect((await host.run()).outcome, JSON.stringify(header.slice(0, 40))).toBe('done');
  }
  host.sheet.grid[0]![1] = 'v';
  await host.settle();
  const keys = nastyStrings.filter((text) => text.length <= 50_000 && !looksLikeError(text));
  host.sheet.grid.push(...keys.map((text, n): Cell[] => [text, `v${n}`]));
  for (let i = 0; i < 3; i++) {
    const report = await host.run();
    expect(report.outcome, report.message).toBe('done');
  }
  const kept = new Map((await sql()`SELECT id, v FROM keyed`).map((row) => [row['v'] as string, row['id'] as string]));
  const { problems, notices } = await getStatus({ ctx: test.context(), input: { link: host.link.id } });
  const said = [...problems, ...notices].map(({ message }) => message).join('\n');
  for (const [n, text] of keys.entries()) {
    const stored = kept.get(`v${n}`);
    // Keys are compared trimmed and in one Unicode form; a copy of a key is told of, and never two rows.
    if (stored !== undefined) expect(stored).toBe(text.normalize('NFC').trim());
  }
  expect(said).not.toBe('');
  expect(kept.size).toBeGreaterThan(150);
  await host.run();
  expect((await sql()`SELECT count(*)::int AS n FROM keyed`)[0]!['n']).toBe(kept.size);
});
