import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ColumnsInfo } from '../../shared/protocol/columns.ts';
import type { LinkStatus, LinkSettings } from '../../shared/protocol/links.ts';
import type { LinkOptions } from '../../shared/protocol/options.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { makeJobTables } from './support/job-tables.ts';
import { ADMIN, createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;
/** Made the link as an admin, and is none any more. */
const OWNER = { sub: 'owner-1', email: 'owner@example.com' };

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());
beforeEach(async () => {
  await makeJobTables(sql());
  await sql()`ALTER TABLE job ADD COLUMN salary integer, ADD COLUMN gone_at timestamptz`;
  const ctx = test.context();
  host = await startTab(ctx, 'job', ['id', 'title', 'owner_id', 'done'], []);
  await updateLink({ ctx, input: { link: host.link.id, members: [PERSON.sub, ADMIN.sub] } });
  await sql()`ALTER TABLE job ADD COLUMN secret text`;
  await host.settle();
  await sql()`UPDATE tandem.link SET owner = ${OWNER.sub}, owner_email = ${OWNER.email}`;
});

async function get<T>(path: string, as: typeof OWNER): Promise<T> {
  const response = await test.request('GET', `/v1/links/${host.link.id}${path}`, { as });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

async function patch(
  path: string,
  body: unknown,
  as: typeof OWNER,
): Promise<[status: number, message: string | undefined]> {
  const response = await test.request('PATCH', `/v1/links/${host.link.id}${path}`, { as, body });
  const { error } = (await response.json()) as { error?: { message: string } };
  return [response.status, error?.message];
}

const salaryFilter = {
  filter: { match: 'all', conditions: [{ column: 'salary', operator: 'greater', values: ['1'] }] },
};

it('tells only an admin of columns that the tab does not sync, and of other tables', async () => {
  for (const as of [OWNER, PERSON]) {
    const options = await get<LinkOptions>('/options', as);
    expect(options.tableColumns.map(({ name }) => name)).toEqual(['id', 'title', 'owner_id', 'done']);
    expect(options).toMatchObject({ lockChoices: ['done'], relatedChoices: [] });
    expect(options.columns.map(({ labelChoices }) => labelChoices)).toEqual([[], [], [], []]);
    const columns = await get<ColumnsInfo>('/columns', as);
    expect(columns).toMatchObject({ unmapped: [], mayChange: false });
    expect((await get<LinkSettings>('/settings', as)).softDeleteChoices).toEqual(['done']);
    for (const path of ['', '/status', '/options', '/columns', '/settings', '/problems', '/journal']) {
      expect(JSON.stringify(await get(path, as))).not.toMatch(/salary|secret|gone_at|request|person"/);
    }
  }
  const options = await get<LinkOptions>('/options', ADMIN);
  expect(options.tableColumns.map(({ name }) => name)).toContain('salary');
  expect(options.columns[2]!.labelChoices).toEqual(['name']);
  expect((await get<ColumnsInfo>('/columns', ADMIN)).unmapped.map(({ name }) => name)).toContain('secret');
  expect((await get<LinkStatus>('/status', ADMIN)).notices.map(({ code }) => code)).toContain('new_columns');
  expect((await get<LinkSettings>('/settings', ADMIN)).softDeleteChoices).toContain('gone_at');
});

it('lets only an admin choose them: for labels, filters, locks and deleted rows', async () => {
  const label = { columns: { c3: { label: 'name' } } };
  expect(await patch('/options', label, OWNER)).toEqual([403, expect.stringContaining('Only an admin')]);
  // Whether the table has such a column is not told either.
  const [there, missing] = ['salary', 'nothing'].map((column) => ({
    filter: { match: 'all', conditions: [{ column, operator: 'empty', values: [] }] },
  }));
  expect((await patch('/options', there, OWNER))[1]).toContain('This tab shows no column "salary".');
  expect((await patch('/options', missing, OWNER))[1]).toContain('This tab shows no column "nothing".');
  expect((await patch('/options', { locks: ['salary'] }, OWNER))[1]).toContain('no column "salary"');
  const soft = { missingMode: 'soft', softDeleteColumn: 'gone_at' };
  expect((await patch('', soft, OWNER))[1]).toContain('no column "gone_at"');
  expect((await host.run()).cellsWritten).toBe(0);

  expect((await patch('/options', { ...label, ...salaryFilter }, ADMIN))[0]).toBe(200);
  expect((await patch('', soft, ADMIN))[0]).toBe(200);
  // What an admin chose may be kept and changed by the creator, and given up.
  expect((await get<LinkOptions>('/options', OWNER)).columns[2]).toMatchObject({
    label: 'name',
    labelChoices: ['name'],
  });
  expect(await patch('/options', { ...label, ...salaryFilter, locks: ['done'] }, OWNER)).toEqual([200, undefined]);
  expect((await patch('/options', { columns: { c3: { label: null } }, filter: null }, OWNER))[0]).toBe(200);
  expect((await patch('/options', label, OWNER))[0]).toBe(403);
  expect((await patch('/options', salaryFilter, OWNER))[0]).toBe(400);
  expect((await patch('/options', { locks: [] }, PERSON))[0]).toBe(403);
});
