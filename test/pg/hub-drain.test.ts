import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../api/database/transaction.ts';
import { readLink } from '../../api/links/link-record.ts';
import { drainChanges, takeDirty } from '../../api/sync/dirty.ts';
import { linkTab, startTab, type HubHost } from './hub-host.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;
const ctx = () => test.context();

beforeAll(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text);
    INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c')`);
  const rows = [1, 2, 3].map((id) => [id, 'abc'[id - 1]!]);
  host = await startTab(ctx(), 'item', ['id', 'name'], rows);
});
afterAll(() => test.close());

const oid = async () => (await sql()<{ oid: number }[]>`SELECT 'item'::regclass::oid::int8::float8 AS oid`)[0]!.oid;
const waiting = async () => (await sql()`SELECT 1 FROM tandem.change`).length;
const dirty = async (link: HubHost) =>
  (await sql()`SELECT key FROM tandem.dirty WHERE link = ${link.link.id}::uuid ORDER BY key`).map((row) =>
    String(row['key']),
  );

/** A message of the link that takes one key, lets `meanwhile` begin, and then takes others. */
async function message(link: HubHost, keys: string[][], meanwhile: () => Promise<void>): Promise<void> {
  let other: Promise<void> | null = null;
  await inTransaction(sql(), async (tx) => {
    await readLink(tx, link.link.id, ctx().caller, { lock: true });
    for (const some of keys) {
      await takeDirty(tx, link.link.id, some);
      other ??= meanwhile();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  await other;
}

it('[I12] a drain, after a TRUNCATE too, never waits in a ring with a message that takes keys in another order', async () => {
  for (const change of ['UPDATE item SET name = name', 'TRUNCATE item']) {
    await sql().unsafe(`UPDATE item SET name = name`);
    await drainChanges(sql(), await oid());
    expect(await dirty(host)).toEqual(['1', '2', '3']);
    await sql().unsafe(change);
    const relation = await oid();
    // The keys in order would be 1, 2, 3; the drain writes them so.
    await message(host, [['3'], ['1', '2']], () => drainChanges(sql(), relation));
    expect(await waiting()).toBe(0);
    expect(await dirty(host)).toEqual(['1', '2', '3']);
  }
  await host.settle();
});

it('[I12] a drain gives way to a long message of another link on the table, and loses nothing', async () => {
  await sql()`INSERT INTO item VALUES (1, 'a'), (2, 'b')`;
  await host.settle();
  const second = await linkTab(ctx(), 'item', ['id', 'name'], [], { sheet: 2 });
  await sql()`UPDATE item SET name = 'later' WHERE id = 1`;
  const relation = await oid();
  await inTransaction(sql(), async (tx) => {
    await readLink(tx, second.link.id, ctx().caller, { lock: true });
    await drainChanges(sql(), relation);
    expect(await waiting()).toBe(1);
    // The first link's messages go on.
    expect((await host.run()).outcome).toBe('done');
  });
  await host.settle();
  expect(await waiting()).toBe(0);
  expect(host.row(1)).toEqual([1, 'later']);
});
