import postgres, { type TransactionSql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ErrorBody } from '../../shared/protocol/error.ts';
import type { LinkStatus } from '../../shared/protocol/links.ts';
import type { SyncRequest } from '../../shared/protocol/sync.ts';
import { ADMIN, createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { auditIfDue } from '../../api/sync/audit.ts';
import { capturedSql } from '../../api/sync/capture.ts';
import { getTableRules } from '../../api/links/get-table-rules.ts';
import { quoteLiteral } from '../../api/sync/quote-name.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;

beforeAll(async () => {
  test = await createTestApp();
  await sql()`CREATE TABLE team (id integer PRIMARY KEY, name text UNIQUE)`;
  await sql()`CREATE TABLE item (id integer PRIMARY KEY, title text, team integer REFERENCES team)`;
  await sql()`INSERT INTO item VALUES (1, 'one'), (2, 'two')`;
  host = await startTab(test.context(), 'item', ['id', 'title', 'team'], []);
});
afterAll(() => test.close());

const at = (path = '') => `/v1/links/${host.link.id}${path}`;

async function ask(method: string, path: string, body?: unknown, as: { sub: string; email?: string } = ADMIN) {
  const response = await test.request(method, path, { as, body });
  const { error } = (await response.json()) as Partial<ErrorBody>;
  return { status: response.status, ...error };
}

/** An opening message as the host sent it last, for the epoch there is now. */
async function opening(): Promise<SyncRequest> {
  await host.run();
  const last = host.sent.filter(({ name }) => name === 'sync').at(-1)!.message as SyncRequest;
  const [link] = await sql()<{ epoch: number }[]>`
    UPDATE tandem.link SET lease_run = NULL, lease_host = NULL, lease_until = NULL RETURNING epoch::float8 AS epoch`;
  return { ...structuredClone(last), ifEpoch: link!.epoch, run: 'by-hand' };
}

it('names the field of a message that holds what no database can, or a number beyond its own', async () => {
  const message = await opening();
  const { scan } = message;
  expect(await ask('POST', '/v1/sync', { ...message, run: 'a\0b' })).toMatchObject({
    code: 'bad_request',
    field: 'run',
  });
  for (const timeZone of ['a\0b', '\ud800', 'x'.repeat(101)]) {
    const told = await ask('POST', '/v1/sync', { ...message, scan: { ...scan, timeZone } });
    expect(told).toMatchObject({ code: 'bad_request', field: 'scan.timeZone' });
  }
  const undo = (body: unknown) => ask('POST', at('/undo/preview'), body);
  expect(await undo({ entries: [1e308] })).toMatchObject({ code: 'bad_request' });
  expect(await undo({ entries: [1], before: 1e308 })).toMatchObject({ code: 'bad_request' });
  for (const page of ['journal', 'tombstones']) {
    const told = await ask('GET', at(`/${page}?before=9223372036854775808`));
    expect(told).toMatchObject({ code: 'bad_request', field: 'before' });
  }
  const table = { name: 'made', columns: [{ header: 'id', type: 'bigint', key: true }] };
  expect(await ask('POST', '/v1/tables', { ...table, schema: '' })).toMatchObject({
    code: 'bad_request',
    field: 'schema',
  });
});

it('pauses for trouble of the sheet that is told in any characters, and goes on', async () => {
  const message = await opening();
  const anomaly = { code: 'duplicate_header' as const, message: 'The header "a\0\ud800" stands above two columns.' };
  expect((await ask('POST', '/v1/sync', { ...message, scan: { ...message.scan, anomaly } })).status).toBe(200);
  const status = (await (await test.request('GET', at('/status'))).json()) as LinkStatus;
  expect(status.notices.map((notice) => notice.message)).toContain(
    'The header "a\ufffd\ufffd" stands above two columns.',
  );
  await host.settle();
  expect((await ask('GET', at('/status'))).status).toBe(200);
});

it('goes on although Sheets said in any characters why it refuses a value', async () => {
  await sql()`UPDATE item SET title = 'uno' WHERE id = 1`;
  host.beforeSend = (name, message: { results?: { cells: Record<string, object> }[] }) => {
    for (const { cells } of name === 'ack' ? (message.results ?? []) : []) {
      for (const cell of Object.values(cells)) Object.assign(cell, { outcome: 'invalid', reason: 'no \0 \ud83d!' });
    }
  };
  await host.run();
  host.beforeSend = () => {};
  for (const path of ['/status', '/problems', '/journal']) expect((await ask('GET', at(path))).status).toBe(200);
  expect((await sql()`SELECT error->>'message' AS told FROM tandem."row" WHERE key = '1'`)[0]).toEqual({
    told: 'title: no \ufffd \ufffd!',
  });
  await host.settle();
});

it('lets a member in by address in any case, by sub, and nobody by a sub that reads like a member’s address', async () => {
  await ask('PATCH', at(), { members: [' Person@Example.com ', 'sub-7'] });
  expect((await ask('GET', at(), undefined, PERSON)).status).toBe(200);
  expect((await ask('GET', at(), undefined, { sub: 'sub-7' })).status).toBe(200);
  expect((await ask('GET', at(), undefined, { sub: 'person@example.com' })).status).toBe(404);
  await ask('PATCH', at(), { members: [] });
  expect((await ask('GET', at(), undefined, PERSON)).status).toBe(404);
});

it('knows no link for whom it is not shared with, an admin too, whatever they ask of it', async () => {
  const message = await opening();
  await sql()`UPDATE tandem.link SET owner = 'somebody else'`;
  const { scan: _scan, outcomes: _outcomes, ifEpoch: epoch, ...envelope } = message;
  const bodies: Record<string, unknown> = {
    'PATCH ': { policy: 'sheet' },
    'PATCH /options': { filter: null },
    'POST /undo': { entries: [1] },
    'POST /undo/preview': { entries: [1] },
    'POST /restore': { keys: ['1'] },
    'POST /conflicts': { keep: 'sheet' },
    'POST /start': { winner: 'sheet' },
    'POST /missing': { decision: 'delete' },
    'POST /renames': { decision: 'rename' },
    'POST /removed': { decision: 'remove' },
    'POST /retry': {},
    'POST /columns': { remove: ['c2'] },
    '/v1/sync': message,
    '/v1/push': { ...envelope, ifEpoch: epoch, scope: 'rows', rows: [], missing: [] },
    '/v1/ack': { ...envelope, epoch, seq: 2, results: [], marked: [], final: true },
    '/v1/reserve-keys': { ...envelope, epoch, seq: 2, n: 1 },
    '/v1/replace': { ...envelope, epoch, seq: 2, rows: [], last: true },
  };
  const state = () =>
    sql()`SELECT (l.*)::text, (SELECT json_agg(r)::text FROM tandem."row" r) AS rows FROM tandem.link l`;
  const before = await state();
  const routes = test.app.routes.filter(({ method, path }) => method !== 'ALL' && /:id|^\/v1\/[a-z-]+$/.test(path));
  let asked = 0;
  for (const { method, path } of routes) {
    const rest = path.startsWith('/v1/links/:id') ? path.slice('/v1/links/:id'.length) : null;
    const body = rest === null ? bodies[path] : bodies[`${method} ${rest}`];
    if (rest === null && body === undefined) continue;
    const query = rest === '/choices' ? '?column=c3' : '';
    const told = await ask(method, rest === null ? path : at(rest + query), body);
    // Whoever removes the link of a tab is told that it is another's: see change-link.ts.
    expect({ method, path, ...told }).toMatchObject({
      path,
      code: method === 'DELETE' ? 'not_allowed' : 'link_not_found',
    });
    asked++;
  }
  expect(asked).toBeGreaterThanOrEqual(30);
  expect(await state()).toEqual(before);
  await sql()`UPDATE tandem.link SET owner = ${ADMIN.sub}`;
});

it('reads rows of other tables within the time of a transaction alone: one that is locked held its connections', async () => {
  const ctx = test.context();
  const alone = new Proxy(ctx.sql, {
    apply: () => expect.fail('a query without a limit of its time'),
    get: (target, name) => (name === 'unsafe' ? expect.fail(name) : (Reflect.get(target, name) as unknown)),
  });
  const rules = await getTableRules({ ctx: { ...ctx, sql: alone }, input: { schema: 'public', name: 'item' } });
  expect(rules.columns.map(({ name }) => name)).toEqual(['id', 'title', 'team']);
});

it('looks for triggers on partitions without waiting for one that somebody has locked', async () => {
  await sql().unsafe(`CREATE TABLE part (id integer PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (id);
    CREATE TABLE part_2 PARTITION OF part_1 FOR VALUES FROM (0) TO (5)`);
  const { link } = await startTab(test.context(), 'part', ['id'], [], { sheet: 2 });
  const look = (tx: TransactionSql) => tx<{ ok: boolean }[]>`
    SELECT ${capturedSql(tx, tx`relation`)} AS ok FROM tandem.link WHERE id = ${link.id}::uuid`;
  await sql().begin(async (tx) => {
    await tx`LOCK TABLE part_2 IN ACCESS EXCLUSIVE MODE`;
    const looked = await sql().begin(async (other) => {
      await other`SET LOCAL lock_timeout = 100`;
      return look(other);
    });
    expect([...looked]).toEqual([{ ok: true }]);
    await tx`ALTER TABLE part_2 DISABLE TRIGGER tandem_capture_update`;
    expect([...(await look(tx))]).toEqual([{ ok: false }]);
  });
});

it('takes no column, type or key for one of those that every object has', async () => {
  await sql().unsafe(`CREATE TYPE "constructor" AS ENUM ('Ferrari', 'McLaren'); CREATE DOMAIN "valueOf" AS text;
    CREATE TABLE race (id text PRIMARY KEY, "__proto__" text, "toString" "constructor", name "valueOf", "constructor" text);
    INSERT INTO race VALUES ('__proto__', 'a', 'Ferrari', 'b', 'c')`);
  const race = await startTab(test.context(), 'race', ['id', '__proto__', 'toString', 'name'], [], { sheet: 3 });
  const { link } = race;
  expect(link.mapping.columns.map(({ kind }) => kind)).toEqual(['text', 'text', 'enum', 'text']);
  race.set('__proto__', 3, 'McLaren');
  await race.settle();
  await sql()`DELETE FROM race`;
  await race.settle();
  expect(await ask('POST', `/v1/links/${link.id}/restore`, { keys: ['__proto__'] })).toMatchObject({ status: 200 });
  await race.settle();
  // What is not synced went with the table's own delete.
  const [row] = await sql()<object[]>`SELECT to_json(r)::text AS row FROM race r`;
  expect(row).toEqual({ row: '{"id":"__proto__","__proto__":"a","toString":"McLaren","name":"b","constructor":null}' });
  expect(race.row('__proto__')).toEqual(['__proto__', 'a', 'McLaren', 'b']);
  await sql()`ALTER TABLE race ALTER COLUMN "toString" TYPE text`;
  await race.settle();
  expect(race.mapping.columns[2]!.suspended).toContain('The type of "toString" changed from constructor to text');
});

it('logs no value of a row where an audit fails', async () => {
  await sql()`UPDATE tandem.link SET audited_at = to_timestamp(0)`;
  const ctx = test.context();
  const fails = () =>
    Promise.reject(new postgres.PostgresError({ code: '22P02', detail: 'secret-cell-value' } as never));
  const failing = new Proxy(ctx.sql, {
    get: (target, name) => (name === 'begin' ? fails : (Reflect.get(target, name) as unknown)),
  });
  expect(await auditIfDue({ ...ctx, sql: failing }, host.link.id)).toBe(0);
  expect(JSON.stringify(test.logged)).toContain('could not be compared');
  expect(JSON.stringify(test.logged)).not.toContain('secret-cell-value');
});

it('quotes texts alike whatever the database says of backslashes', async () => {
  for (const text of ["it's", 'a\\', "\\' OR 1=1 --", '\\n', "''\\\\'"]) {
    for (const setting of ['on', 'off']) {
      const [read] = await sql().begin(async (tx) => {
        await tx`SELECT set_config('standard_conforming_strings', ${setting}, true)`;
        return tx.unsafe<{ text: string }[]>(`SELECT ${quoteLiteral(text)} AS text`);
      });
      expect(read).toEqual({ text });
    }
  }
});
