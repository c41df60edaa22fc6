import { afterEach, expect, it } from 'vitest';
import { OWNER } from '../google/demo/boot.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { bootLinked, tickUntilInStep, type Booted } from './support/boot.ts';

let booted: Booted | undefined;
afterEach(async () => {
  await booted?.close();
  booted = undefined;
});

const columnA = (tab: Tab): string[] =>
  Array.from({ length: tab.dataExtent().rows - 1 }, (_, index) => tab.displayValue(index + 2, 1));
const lines = (tab: Tab): string[][] => {
  const { rows, columns } = tab.dataExtent();
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (__, c) => tab.displayValue(r + 1, c + 1)),
  );
};

it('[R25] [R26] [R35] rows are keyed, renamed, archived and restored through the built add-on', async () => {
  booted = await bootLinked({
    rows: [
      ['Id', 'Name', 'Score'],
      ...Array.from({ length: 12 }, (_, n) => [
        `P${String(n + 1).padStart(2, '0')}`,
        `Person ${n + 1}`,
        String(n * 1.5),
      ]),
    ],
  });
  const { demo } = booted;
  const { tab, sql } = demo;
  const person = demo.google.person(OWNER);
  const names = async () => (await sql`SELECT id, name FROM companies ORDER BY name`).map(({ id, name }) => [id, name]);

  // From now on the table makes ids: a row typed without one gets its own, and is inserted under it.
  await sql`ALTER TABLE companies ALTER COLUMN id SET DEFAULT 'N-' || left(md5(random()::text), 8)`;
  person.paste(tab, 'B14', [['Newcomer', '7']]);
  await demo.idle();
  await tickUntilInStep(demo);
  const [[made]] = (await names()).filter(([, name]) => name === 'Newcomer') as [[string, string]];
  expect(made).toMatch(/^N-[0-9a-f]{8}$/);
  expect(columnA(tab)[12]).toBe(made);

  // An edited key is asked about, and renamed in the table by one word.
  person.type(tab, 'A3', 'P02x');
  await demo.idle();
  for (let tick = 0; tick < 3; tick++) await demo.tick();
  expect((await names()).filter(([, name]) => name === 'Person 2')).toEqual([['P02', 'Person 2']]);
  expect(tab.note(3, 1)).toContain('The key of this row was changed from "P02" to "P02x"');
  await demo.sidebar.call('renames', tab.id, { decision: 'rename' });
  await tickUntilInStep(demo);
  await demo.tick();
  expect((await names()).filter(([, name]) => name === 'Person 2')).toEqual([['P02x', 'Person 2']]);
  expect(tab.note(3, 1)).toBe('');

  // What the table deletes is kept in a tab of its own, with what people wrote beside it.
  await demo.sidebar.call('changeSettings', tab.id, { removedMode: 'archive' });
  person.type(tab, 'D1', 'Remark');
  person.type(tab, 'D5', "'007");
  await demo.idle();
  await sql`DELETE FROM companies WHERE id = 'P04'`;
  await tickUntilInStep(demo);
  expect(columnA(tab)).not.toContain('P04');
  const archive = tab.workbook.tabs.find(({ title }) => title.startsWith('Archive of '))!;
  expect(lines(archive)[0]).toEqual(['Removed at', 'Key', 'Id', 'Name', 'Score', 'Remark']);
  expect(lines(archive)[1]!.slice(1)).toEqual(['P04', 'P04', 'Person 4', '4.5', '007']);
  expect(lines(archive)).toHaveLength(2);
  expect((await demo.sidebar.call('state')).tab.id).toBe(tab.id);
});
