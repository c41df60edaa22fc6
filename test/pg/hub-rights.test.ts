import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectDatabase, type Connection } from '../../api/database/connect.ts';
import { changeColumns } from '../../api/links/change-columns.ts';
import { createLink } from '../../api/links/create-link.ts';
import { changeOptions } from '../../api/links/link-options.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { getLinkRules } from '../../api/links/get-link-rules.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { listTables } from '../../api/links/list-tables.ts';
import { decideMissing } from '../../api/links/settle-rows.ts';
import { undoEntries } from '../../api/links/undo-entries.ts';
import type { Context } from '../../api/context.ts';
import { createApp } from '../../api/app.ts';
import { ADMIN, createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

/** What the database lets the server's own user do: here one that owns none of the tables. */
let test: TestApp;
let hub: Connection;
let ctx: Context;
let role: string;
const sql = () => test.database.sql;
const admin = (text: string) => sql().unsafe(text.replaceAll('hub_role', role));
const status = (host: HubHost) => getStatus({ ctx, input: { link: host.link.id } });

beforeEach(async () => {
  test = await createTestApp();
  role = `hub_${test.database.name}`;
  await admin(`CREATE ROLE hub_role; GRANT USAGE, CREATE ON SCHEMA tandem TO hub_role;
    GRANT ALL ON ALL TABLES IN SCHEMA tandem TO hub_role; GRANT ALL ON ALL SEQUENCES IN SCHEMA tandem TO hub_role;
    CREATE TABLE item (id integer PRIMARY KEY, n integer, note text);
    INSERT INTO item VALUES (1, 1), (2, 2), (3, 3);
    GRANT SELECT, INSERT, UPDATE, TRIGGER ON item TO hub_role;
    ALTER DATABASE "${test.database.name}" SET role = hub_role`);
  hub = connectDatabase(test.database.url);
  ctx = { ...test.context(), sql: hub.sql, db: hub.db };
});
afterEach(async () => {
  await hub.close();
  const { name } = test.database;
  await admin(
    `ALTER DATABASE "${name}" RESET role; REASSIGN OWNED BY hub_role TO CURRENT_USER; DROP OWNED BY hub_role`,
  );
  await admin(`DROP ROLE hub_role`);
  await test.close();
});

it('links a second tab to a table of somebody else, and says which right it lacks', async () => {
  const host = await startTab(ctx, 'item', ['id', 'n'], []);
  const second = await startTab(ctx, 'item', ['id', 'n'], [], { sheet: 2 });
  expect(second.sheet.grid).toHaveLength(4);
  await admin(`ALTER TABLE item DISABLE TRIGGER USER; UPDATE item SET n = 20 WHERE id = 2`);
  await host.settle();
  expect(host.row(2)).toEqual([2, 20]);

  host.sheet.grid.splice(1, 1);
  await host.settle();
  await decideMissing({ ctx, input: { link: host.link.id, decision: 'delete' } });
  expect((await status(host)).problems[0]!.message).toMatch(/lacks a right .*\(permission denied for table item\)/);

  await admin(`REVOKE SELECT ON item FROM hub_role; UPDATE item SET n = 30 WHERE id = 3`);
  const last = host.sent.findLast(({ name }) => name === 'sync')!.message as object;
  const app = createApp({ ...ctx, identity: test.identity.verify, admins: [ctx.caller.email!] });
  const token = await test.identity.token({ ...ADMIN, email_verified: true });
  const answer = await app.request('/v1/sync', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...last, run: 'r', ifEpoch: (await status(host)).link.epoch }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    422,
    { error: { code: 'table_unsuitable', message: expect.stringContaining('grant it SELECT, INSERT') as string } },
  ]);
  await admin(`GRANT SELECT ON item TO hub_role`);
  await host.run();
  expect(host.row(3)).toEqual([3, 30]);
});

it('says which rights a table lacks before it is linked, and before columns of it are taken up', async () => {
  await admin(`CREATE SCHEMA closed; CREATE TABLE closed.item (id integer PRIMARY KEY);
    CREATE TABLE seen (id integer PRIMARY KEY, n integer REFERENCES item, secret text);
    GRANT SELECT (id, n), UPDATE (n), INSERT, TRIGGER ON seen TO hub_role;
    CREATE TABLE parted (id integer PRIMARY KEY) PARTITION BY RANGE (id); GRANT ALL ON parted TO hub_role;
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9)`);
  const refusal = (schema: string, table: string, columns: { column: string; label?: string }[]) =>
    createLink({
      ctx,
      input: {
        ...{ spreadsheet: 's', sheet: 9, sheetName: 'T', timeZone: 'UTC', schema, table },
        columns: columns.map((column) => ({ header: column.column, direction: 'both' as const, ...column })),
      },
    }).then(
      () => 'linked',
      (error: Error) => error.message,
    );
  expect(await refusal('closed', 'item', [{ column: 'id' }])).toMatch(
    /grant it USAGE on the schema "closed", SELECT, UPDATE, TRIGGER on closed.item/,
  );
  expect(await refusal('public', 'seen', [{ column: 'id' }, { column: 'secret' }])).toMatch(
    /"public.seen" .* SELECT\.$/,
  );
  expect(await refusal('public', 'parted', [{ column: 'id' }])).toMatch(/TRIGGER on parted_1\.$/);
  await admin(`REVOKE TRIGGER ON item FROM hub_role`);
  expect(await refusal('public', 'seen', [{ column: 'id' }, { column: 'n', label: 'note' }])).toMatch(
    /^Values can't be taken from "public.item": .*TRIGGER on item\.$/,
  );
  const host = await startTab(ctx, 'seen', ['id', 'n'], [[1, 1]]);
  // Its triggers are there.
  await admin(`REVOKE TRIGGER ON seen FROM hub_role`);
  expect(await sql()`SELECT id, n FROM seen`).toEqual([{ id: 1, n: 1 }]);
  const input = { link: host.link.id };
  const filter = { match: 'all' as const, conditions: [{ column: 'secret', operator: 'empty' as const, values: [] }] };
  await expect(changeOptions({ ctx, input: { ...input, filter } })).rejects.toThrow(/"public.seen".* SELECT\.$/);
  const add = [{ header: 'Secret', to: { column: 'secret' } }];
  await expect(changeColumns({ ctx, input: { ...input, add } })).rejects.toThrow(/"public.seen".* SELECT\.$/);
});

it('tells what a table accepts but for the keys of tables that it may not look into', async () => {
  await admin(`CREATE TABLE hidden (id integer PRIMARY KEY); CREATE TABLE tied (id integer PRIMARY KEY,
      item integer REFERENCES item, hidden integer REFERENCES hidden);
    GRANT SELECT, INSERT, UPDATE, TRIGGER ON tied TO hub_role`);
  const host = await startTab(ctx, 'tied', ['id', 'item', 'hidden'], []);
  const { columns } = await getLinkRules({ ctx, input: { link: host.link.id } });
  expect(columns.map(({ header, choices }) => [header, choices])).toEqual([
    ['id', null],
    ['item', ['1', '2', '3']],
    ['hidden', null],
  ]);
});

it('[R41] rests while row level security hides rows, which are not deleted, and goes on by itself', async () => {
  const host = await startTab(ctx, 'item', ['id', 'n'], []);
  const before = structuredClone(host.sheet.grid);
  await admin(`ALTER TABLE item ENABLE ROW LEVEL SECURITY; UPDATE item SET note = 'x'`);
  expect(await host.run()).toMatchObject({ outcome: 'paused' });
  expect((await status(host)).link).toMatchObject({ state: 'paused' });
  expect((await listTables({ ctx })).tables).toMatchObject([
    { name: 'item', replaceable: false, unsuitable: expect.stringMatching(/^Row level security hides rows/) as string },
  ]);
  // Seen, but not to be locked: that would hide them just as well.
  await admin(
    `CREATE POLICY seen ON item FOR SELECT USING (true); CREATE POLICY part ON item FOR UPDATE USING (n > 1)`,
  );
  expect(await host.run()).toMatchObject({ outcome: 'paused' });
  await admin(`UPDATE item SET n = 10 WHERE id = 1; DELETE FROM item WHERE id = 2`);
  await admin(
    `DROP POLICY part ON item; CREATE POLICY hub ON item FOR ALL TO hub_role USING (true) WITH CHECK (n < 100)`,
  );
  await host.settle();
  expect(host.sheet.grid).toEqual([before[0], [1, 10], [3, 3]]);
  host.set(3, 2, 100);
  await host.run();
  expect((await status(host)).problems).toMatchObject([
    { key: '3', message: expect.stringContaining('row level security of the table does not let') as string },
  ]);
  await admin(`CREATE POLICY less ON item AS RESTRICTIVE FOR ALL USING (n < 9)`);
  expect(await host.run()).toMatchObject({ outcome: 'paused' });
  await admin(`ALTER TABLE item DISABLE ROW LEVEL SECURITY; UPDATE item SET n = 11 WHERE id = 1`);
  await host.run();
  expect(host.row(1)).toEqual([1, 11]);
});

it('[R41] rests while other tables inherit from the table', async () => {
  const host = await startTab(ctx, 'item', ['id', 'n'], []);
  await admin(`CREATE TABLE item_old () INHERITS (item); INSERT INTO item_old VALUES (1, 99)`);
  expect(await host.run()).toMatchObject({ outcome: 'paused' });
  await admin(`ALTER TABLE item_old NO INHERIT item; UPDATE item SET n = 5 WHERE id = 1`);
  await host.settle();
  expect(host.row(1)).toEqual([1, 5]);
});

it('[I15] takes a row back although tables that the server may not look into refer to its table, and not where one that it may does', async () => {
  await admin(`GRANT DELETE ON item TO hub_role; CREATE SCHEMA shut;
    CREATE TABLE shut.child (id integer PRIMARY KEY, item integer REFERENCES item ON DELETE SET NULL);
    CREATE TABLE hidden (id integer PRIMARY KEY, item integer REFERENCES item ON DELETE CASCADE);
    GRANT SELECT ON shut.child TO hub_role`);
  const host = await startTab(ctx, 'item', ['id', 'n'], []);
  host.sheet.grid.push([4, 4], [5, 5]);
  await host.settle();
  await admin(`INSERT INTO shut.child VALUES (1, 5)`);
  const link = host.link.id;
  const { entries } = await getJournal({ ctx, input: { link } });
  const undo = (key: string) => {
    const { id } = entries.find((entry) => entry.op === 'insert' && entry.key === key)!;
    return undoEntries({ ctx, input: { link, entries: [id] } });
  };
  expect(await undo('4')).toMatchObject({ undone: 1, refused: [] });
  await admin(`GRANT USAGE ON SCHEMA shut TO hub_role`);
  expect(await undo('5')).toMatchObject({
    undone: 0,
    refused: [{ reason: expect.stringContaining('"child"') as string }],
  });
  expect(await sql()`SELECT id FROM item ORDER BY id`).toEqual([1, 2, 3, 5].map((id) => ({ id })));
});
