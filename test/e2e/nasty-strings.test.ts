import { afterAll, beforeAll, expect, it } from 'vitest';
import { nastyStrings } from '../fixtures/nasty-strings.ts';
import { bootLinked, type Booted } from './support/boot.ts';

/** Through the built add-on; test/pg/nasty-strings.test.ts sends the same through the REST host. */
let booted: Booted;

beforeAll(async () => {
  booted = await bootLinked({
    rows: [
      ['Key', 'Text', 'Note'],
      ['first', 'text', 'note'],
    ],
  });
});
afterAll(() => booted?.close());

const inTable = nastyStrings.filter((text) => !text.includes('\0') && !/[\ud800-\udfff]/u.test(text));
const fits = nastyStrings.filter((text) => text.length <= 50_000);

async function complaints(): Promise<Map<string, string>> {
  const rows = await booted.demo.sql<{ key: string; message: string }[]>`
    SELECT key, error->>'message' AS message FROM tandem."row" WHERE status <> 'ok'`;
  return new Map(rows.map(({ key, message }) => [key, message]));
}

it('[I17] shows each as it stands in the table, or says why not; none is a formula', async () => {
  const { demo } = booted;
  const rows = inTable.map((text, n) => ({ key: `t${n}`, text, note: 'n' }));
  await demo.sql`INSERT INTO companies SELECT * FROM json_populate_recordset(NULL::companies, ${JSON.stringify(rows)}::text::json)`;
  for (let i = 0; i < 4; i++) await demo.tick();
  expect(demo.takeFailures()).toEqual([]);
  const { tab } = demo;
  const last = tab.dataExtent().rows;
  expect(last).toBe(inTable.length + 2);
  const said = await complaints();
  let exact = 0;
  for (let row = 2; row <= last; row++) {
    const key = String(tab.value(row, 1));
    if (!key.startsWith('t')) continue;
    for (const column of [1, 2, 3]) expect(tab.formula(row, column)).toBe('');
    const text = inTable[Number(key.slice(1))]!;
    if (tab.value(row, 2) === text) exact++;
    else expect(said.get(key), JSON.stringify([text.slice(0, 50), tab.value(row, 2)])).toMatch(/^\S[^]{15,300}\.$/);
  }
  // All but what reads like an error, or is longer than a cell.
  expect(inTable.length - exact).toBeLessThanOrEqual(10);
  const [stored] = await demo.sql`SELECT count(*)::int AS same FROM companies c
    JOIN json_to_recordset(${JSON.stringify(rows)}::text::json) AS x (key text, text text) ON c.key = x.key AND c.text = x.text`;
  expect(stored!['same']).toBe(inTable.length);
});

it('[I1] takes each from a cell as it stands there, or says why not', async () => {
  const { demo } = booted;
  const { tab } = demo;
  let row = tab.dataExtent().rows;
  tab.insertRows(row, fits.length + 1, 'after');
  const block = fits.map((text, n) => [`s${n}`, text, 'n']);
  tab.setInputs(row + 1, 1, block, { mode: 'raw' });
  row += block.length;
  for (let i = 0; i < 4; i++) await demo.tick();
  expect(demo.takeFailures()).toEqual([]);
  const stored = new Map((await demo.sql`SELECT key, text FROM companies`).map((one) => [one['key'] as string, one['text'] as string])); // prettier-ignore
  const said = await complaints();
  let refused = 0;
  for (const [n, text] of fits.entries()) {
    if (stored.has(`s${n}`)) expect(stored.get(`s${n}`)).toBe(text);
    else {
      refused++;
      expect(said.get(`s${n}`), JSON.stringify(text.slice(0, 50))).toMatch(/^\S[^]{15,300}\.$/);
    }
  }
  expect(refused).toBe(10);
  await demo.tick();
  expect(await demo.sql`SELECT count(*)::int AS n FROM tandem.journal WHERE op = 'lost'`).toEqual([{ n: 0 }]);
});
