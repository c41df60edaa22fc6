import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditLink } from '../../api/sync/audit.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2));
    INSERT INTO item VALUES (1, 'One', 1), (2, 'Two', 2), (3, 'Three', 3)`);
});
afterEach(() => test.close());

const start = () => startTab(test.context(), 'item', ['id', 'name', 'price'], []);
const audit = (host: HubHost) => auditLink({ ctx: test.context(), input: { link: host.link.id } });
const hidden = (statement: string) =>
  sql().begin(async (tx) => {
    await tx`SET LOCAL session_replication_role = replica`;
    await tx.unsafe(statement);
  });

it('[I12] finds by audit what session_replication_role hid from the triggers: once an hour by itself', async () => {
  const host = await start();
  await hidden(
    `UPDATE item SET price = 9 WHERE id = 1; DELETE FROM item WHERE id = 2; INSERT INTO item VALUES (4, 'Four', 4)`,
  );
  await host.settle();
  expect(host.row(1)).toEqual([1, 'One', 1]);
  test.clock.advance(3_600_000);
  await host.settle();
  expect(host.sheet.grid.slice(1).sort()).toEqual([
    [1, 'One', 9],
    [3, 'Three', 3],
    [4, 'Four', 4],
  ]);
  expect(await audit(host)).toEqual({ differences: 0 });
});

it('[I7] finds nothing where all was synced, and marks nothing twice', async () => {
  const host = await start();
  await sql()`UPDATE item SET name = 'Uno' WHERE id = 1`;
  expect(await audit(host)).toEqual({ differences: 0 });
  await host.settle();
  expect(await audit(host)).toEqual({ differences: 0 });
  await hidden(`UPDATE item SET name = 'Due' WHERE id = 2`);
  expect(await audit(host)).toEqual({ differences: 1 });
  expect(await audit(host)).toEqual({ differences: 0 });
  // A refused edit is no change of the table.
  host.set(3, 3, 'dear');
  await host.settle();
  expect(await audit(host)).toEqual({ differences: 0 });
  test.clock.advance(3_600_000);
  expect(await host.run()).toMatchObject({ cellsWritten: 0 });
});

it('[I12] merges a hidden change with an edit of the sheet, and journals the loser', async () => {
  const host = await start();
  await hidden(`UPDATE item SET name = 'Hidden' WHERE id = 1`);
  host.set(1, 3, 7);
  await audit(host);
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Hidden', 7]);
  expect((await sql()`SELECT name, price::text FROM item WHERE id = 1`)[0]).toEqual({ name: 'Hidden', price: '7.00' });
});
