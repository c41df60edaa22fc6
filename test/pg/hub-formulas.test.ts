import { afterAll, beforeAll, expect, it } from 'vitest';
import { getStatus } from '../../api/links/get-status.ts';
import { retryRows } from '../../api/links/settle-rows.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

/** A column of formulas, and a cell that refuses: one story, told in order. */

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;
const total = async (id: number) =>
  (await sql()`SELECT total::float8 AS total FROM bill WHERE id = ${id}`)[0]?.['total'];
const problems = async () => {
  const { problems } = await getStatus({ ctx: test.context(), input: { link: host.link.id } });
  return problems.map(({ key, status, message }) => ({ key, status, message }));
};

beforeAll(async () => {
  test = await createTestApp();
  await sql().unsafe(`CREATE TABLE bill (id integer PRIMARY KEY, net numeric, total numeric(10, 2), note text)`);
  host = await startTab(
    test.context(),
    'bill',
    ['id', 'net', 'total', 'note'],
    [
      [1, 10, 12, null],
      [2, 20, 24, null],
    ],
    { winner: 'sheet' },
  );
  for (const row of [2, 3]) host.sheet.formulas.add(`${row}:3`);
  await host.settle();
});
afterAll(() => test.close());

it('[I14] delivers what a formula shows; that the table rounds it holds nothing up, and is not written over it', async () => {
  host.set(1, 3, 14.998);
  await host.settle();
  expect([await total(1), host.row(1)![2], await problems()]).toEqual([15, 14.998, []]);
  const { cellsWritten } = host;
  for (let tick = 0; tick < 3; tick++) expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });
  expect(host.cellsWritten).toBe(cellsWritten);
});

it('[I14] holds a change of the table to such a cell, with the reason, until one of the two gives way', async () => {
  await sql()`UPDATE bill SET total = 99 WHERE id = 2`;
  await host.settle();
  expect(host.row(2)![2]).toBe(24);
  expect(await problems()).toEqual([
    { key: '2', status: 'held', message: expect.stringContaining('total holds a formula here') as string },
  ]);
  host.sheet.formulas.delete('3:3');
  host.set(2, 3, 99);
  await host.settle();
  expect([await total(2), await problems()]).toEqual([99, []]);
  host.sheet.formulas.add('3:3');
});

it('[I14] adds a row of the table without touching the formula column; what is filled down there is delivered', async () => {
  await sql()`INSERT INTO bill (id, net) VALUES (3, 30)`;
  await host.settle();
  expect([host.row(3), await problems()]).toEqual([[3, 30, null, null], []]);
  host.set(3, 3, 36);
  host.sheet.formulas.add('4:3');
  await host.settle();
  expect([await total(3), await problems()]).toEqual([36, []]);
});

it('[I14] an error or an unfinished value is unknown: the table keeps what it has, and the row says why', async () => {
  for (const error of ['#REF!', 'Loading...']) {
    host.set(3, 3, { error });
    await host.settle();
    expect(await total(3)).toBe(36);
    expect(await problems()).toMatchObject([{ key: '3', status: 'held' }]);
  }
  host.set(3, 3, 37);
  await host.settle();
  expect([await total(3), await problems()]).toEqual([37, []]);
});

it('[I11] tells in the host’s own words why a cell could not be written, and tries again when the value changes', async () => {
  host.sheet.refuse = (_row, position, value) => (position === 4 && value === 'no' ? 'invalid' : null);
  await sql()`UPDATE bill SET note = 'no' WHERE id = 1`;
  await host.settle();
  expect(host.row(1)![3]).toBeNull();
  expect(await problems()).toEqual([
    { key: '1', status: 'held', message: 'note: The data validation rules refuse it.' },
  ]);
  await sql()`UPDATE bill SET note = 'yes' WHERE id = 1`;
  await host.settle();
  expect([host.row(1)![3], await problems()]).toEqual(['yes', []]);
});

it('[I6] tells where the table puts another value in the place of what a formula shows, until both agree', async () => {
  await sql().unsafe(`
    CREATE FUNCTION stamp_bill() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.total := 1000; RETURN NEW; END $$;
    CREATE TRIGGER stamp BEFORE UPDATE ON bill FOR EACH ROW EXECUTE FUNCTION stamp_bill()`);
  host.set(3, 3, 38);
  await host.settle();
  expect([await total(3), host.row(3)![2]]).toEqual([1000, 38]);
  expect(await problems()).toEqual([
    { key: '3', status: 'held', message: expect.stringContaining('total holds a formula here') as string },
  ]);
  const { cellsWritten } = host;
  for (let tick = 0; tick < 3; tick++) expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });
  expect(host.cellsWritten).toBe(cellsWritten);
  await retryRows({ ctx: test.context(), input: { link: host.link.id } });
  await host.settle();
  expect(await problems()).toMatchObject([{ key: '3', status: 'held' }]);
  await sql()`DROP TRIGGER stamp ON bill`;
  host.set(3, 3, 39);
  await host.settle();
  expect([await total(3), await problems()]).toEqual([39, []]);
  // Without the formula the table's value can be shown.
  await sql()`CREATE TRIGGER stamp BEFORE UPDATE ON bill FOR EACH ROW EXECUTE FUNCTION stamp_bill()`;
  host.set(3, 3, 40);
  await host.settle();
  host.sheet.formulas.delete('4:3');
  host.set(3, 3, 41);
  await host.settle();
  expect([await total(3), host.row(3)![2], await problems()]).toEqual([1000, 1000, []]);
});
