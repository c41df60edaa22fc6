import { afterEach, beforeEach, expect, it } from 'vitest';
import { getStatus } from '../../api/links/get-status.ts';
import { listProblems } from '../../api/links/list-problems.ts';
import { decideConflicts } from '../../api/links/settle-conflicts.ts';
import { cellHash } from '../../shared/digest.ts';
import { updateLink } from '../../api/links/update-link.ts';
import type { UpdateLinkRequest } from '../../shared/protocol/links.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price numeric(12,2), note text);
    INSERT INTO item VALUES (1, 'One', 1, NULL), (2, 'Two', 2, 'b')`);
});
afterEach(() => test.close());

async function start(update: UpdateLinkRequest): Promise<HubHost> {
  const host = await startTab(
    test.context(),
    'item',
    ['id', 'name', 'price', 'note'],
    [
      [1, 'One', 1, null],
      [2, 'Two', 2, 'b'],
    ],
  );
  await updateLink({ ctx: test.context(), input: { link: host.link.id, ...update } });
  return host;
}
const clash = async (host: HubHost) => {
  host.set(1, 2, 'Uno');
  host.set(1, 3, 7);
  await sql()`UPDATE item SET name = 'Un', price = 8 WHERE id = 1`;
};
const inTable = async () =>
  Object.values((await sql()`SELECT name, price::text AS price FROM item WHERE id = 1`)[0]!) as string[];
const journal = async (op: string) =>
  (
    await sql()`SELECT key, "column", side, before::text, after::text FROM tandem.journal WHERE op = ${op} ORDER BY id`
  ).map((row) => ({ ...row }));

it('[I1] lets the sheet win where the link says so, and one column differ from it', async () => {
  const host = await start({ policy: 'sheet', columns: { c3: 'table' } });
  await clash(host);
  await host.settle();
  expect(await inTable()).toEqual(['Uno', '8.00']);
  expect(host.row(1)).toEqual([1, 'Uno', 8, null]);
  expect(await journal('lost')).toEqual([
    { key: '1', column: 'c3', side: 'sheet', before: '7', after: '8' },
    { key: '1', column: 'c2', side: 'table', before: '"Un"', after: '"Uno"' },
  ]);
});

it('[R7] fills blank cells of a row that both sides made under one key, whoever wins conflicts', async () => {
  const host = await start({ policy: 'sheet' });
  await sql()`INSERT INTO item VALUES (3, 'Three', 3, 'c')`;
  host.sheet.grid.push([3, 'Drei', null, null]);
  await host.settle();
  expect(host.row(3)).toEqual([3, 'Drei', 3, 'c']);
  const [row] = await sql()`SELECT name, price::float8 AS price, note FROM item WHERE id = 3`;
  expect(row).toEqual({ name: 'Drei', price: 3, note: 'c' });
  expect(await journal('lost')).toEqual([
    { key: '3', column: 'c2', side: 'table', before: '"Three"', after: '"Drei"' },
  ]);
});

it('[I11] asks: writes neither side, journals each pair once, and lets the rest of the row through', async () => {
  const host = await start({ policy: 'table', columns: { c2: 'ask' } });
  await clash(host);
  host.set(1, 4, 'note');
  expect((await host.run()).refused).toMatchObject([{ key: '1', result: 'held', error: { code: 'conflict' } }]);
  await host.settle();
  expect(await inTable()).toEqual(['Un', '8.00']);
  expect(host.row(1)).toEqual([1, 'Uno', 8, 'note']);
  const held = [{ key: '1', column: 'c2', side: 'sheet', before: '"Uno"', after: '"Un"' }];
  expect(await journal('held')).toEqual(held);
  expect(host.sheet.notes.get('2:2')).toContain('changed here and in the table, which has "Un" now');
  const status = () => getStatus({ ctx: test.context(), input: { link: host.link.id } });
  expect(await status()).toMatchObject({ held: 1, problems: [{ key: '1', status: 'conflict', column: 'name' }] });
  for (let i = 0; i < 3; i++) expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });

  // Another pair is another question.
  await sql()`UPDATE item SET name = 'Ein' WHERE id = 1`;
  await host.settle();
  expect(await journal('held')).toEqual([...held, { ...held[0], after: '"Ein"' }]);
  expect(host.row(1)![1]).toBe('Uno');
  // Agreement ends it.
  host.set(1, 2, 'Ein');
  await host.settle();
  expect((await status()).problems).toEqual([]);
  expect(host.sheet.notes.get('2:2')).toBeUndefined();
});

for (const keep of ['sheet', 'table'] as const) {
  it(`[I1] keeps the ${keep}'s value where a person says so, and journals the other`, async () => {
    const host = await start({ policy: 'ask' });
    await clash(host);
    await host.settle();
    const decide = (column?: string) =>
      decideConflicts({ ctx: test.context(), input: { link: host.link.id, keep, keys: ['1'], column } });
    expect(await decide('c2')).toEqual({ cells: 1 });
    await host.settle();
    const name = keep === 'sheet' ? 'Uno' : 'Un';
    expect(await inTable()).toEqual([name, '8.00']);
    expect(host.row(1)).toEqual([1, name, 7, null]);
    expect(await journal('lost')).toMatchObject([{ column: 'c2', side: keep === 'sheet' ? 'table' : 'sheet' }]);
    expect(await decide()).toEqual({ cells: 1 });
    // The word was on the pair that stood there: the table moves on, and the person is asked again.
    await sql()`UPDATE item SET price = 9 WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![2]).toBe(7);
    expect(await inTable()).toEqual([name, '9.00']);
    expect(await decide()).toEqual({ cells: 1 });
    await host.settle();
    expect(host.row(1)![2]).toBe(keep === 'sheet' ? 7 : 9);
    expect(await inTable()).toEqual([name, keep === 'sheet' ? '7.00' : '9.00']);
  });
}

it('[I1] decides no pair of values but the one that the person saw [R21]', async () => {
  const host = await start({ policy: 'ask' });
  await clash(host);
  await host.settle();
  const ctx = test.context();
  const { problems } = await listProblems({ ctx, input: { link: host.link.id } });
  const { sheet, table, column } = problems[0]!.cells.find((cell) => cell.column === 'c2')!;
  const input = { link: host.link.id, keep: 'table' as const, keys: ['1'], column };
  const seen = { sheet: cellHash(sheet), table: cellHash(table!) };
  await sql()`UPDATE item SET name = 'Dritter' WHERE id = 1`;
  await host.settle();
  expect(await decideConflicts({ ctx, input: { ...input, seen } })).toEqual({ cells: 0 });
  await host.settle();
  expect(host.row(1)![1]).toBe('Uno');
  expect(await decideConflicts({ ctx, input: { ...input, seen: { ...seen, table: cellHash('Dritter') } } })).toEqual({
    cells: 1,
  });
  await host.settle();
  expect(host.row(1)![1]).toBe('Dritter');
});

it('lets the later edit win where that is proved, and falls back to the fixed policy where it is not', async () => {
  const host = await start({ policy: 'table', columns: { c2: 'latest', c3: 'latest' } });
  // Overlap: both changed since the last quiet scan.
  await clash(host);
  await host.settle();
  expect(host.row(1)).toEqual([1, 'Un', 8, null]);

  // The table's change was made, unnoticed, long before a scan that proved the sheet untouched.
  await host.run();
  host.set(1, 2, 'Uno');
  await sql()`UPDATE item SET name = 'Earlier' WHERE id = 1`;
  await sql()`UPDATE tandem.change SET at = at - interval '1 hour'`;
  await host.settle();
  expect(host.row(1)![1]).toBe('Uno');
  expect((await inTable())[0]).toBe('Uno');
  expect((await journal('lost')).at(-1)).toMatchObject({ side: 'table', before: '"Earlier"', after: '"Uno"' });

  // No scan was quiet since long, but the row itself was dealt with after the table's change.
  await sql()`UPDATE item SET name = 'Between' WHERE id = 1`;
  host.set(1, 2, 'Due');
  await sql()`UPDATE tandem.change SET at = at - interval '1 hour'`;
  await sql()`UPDATE tandem.link SET scanned_at = now() - interval '2 hours'`;
  await sql()`UPDATE tandem."row" SET dealt_at = now() - interval '10 minutes' WHERE key = '1'`;
  await host.run({ kind: 'rows', from: 2, to: 2 });
  await host.settle();
  expect((await inTable())[0]).toBe('Due');

  // The table's change is later than the message that brought the edit can be.
  await updateLink({ ctx: test.context(), input: { link: host.link.id, policy: 'sheet' } });
  host.set(1, 2, 'Once');
  await sql()`UPDATE item SET name = 'Later' WHERE id = 1`;
  await sql()`UPDATE tandem.change SET at = at + interval '1 hour'`;
  await host.settle();
  expect(host.row(1)![1]).toBe('Later');
});

it('sets policy, missing mode and members over HTTP, for the creator or an admin among the members', async () => {
  const host = await start({});
  const path = `/v1/links/${host.link.id}`;
  const patch = async (body: unknown, as?: typeof PERSON) => {
    const response = await test.request('PATCH', path, { body, ...(as ? { as } : {}) });
    return [response.status, await response.json()] as const;
  };
  expect(await patch({ policy: 'ask', members: [PERSON.email], columns: { c2: 'latest' } })).toEqual([
    200,
    {
      policy: 'ask',
      columns: { c2: 'latest' },
      empty: {},
      missingMode: 'confirm',
      softDeleteColumn: null,
      softDeleteChoices: [],
      removedMode: 'remove',
      owner: expect.any(String) as string,
      members: [PERSON.email],
    },
  ]);
  expect((await patch({ missingMode: 'automatic', columns: { c2: null } }))[1]).toMatchObject({
    policy: 'ask',
    columns: {},
    missingMode: 'automatic',
    members: [PERSON.email],
  });
  expect((await patch({ policy: 'table' }, PERSON))[0]).toBe(403);
  expect((await patch({ policy: 'mine' }))[0]).toBe(400);
  expect((await patch({ missingMode: 'soft' }))[0]).toBe(400);
  expect((await patch({ softDeleteColumn: 'name' }))[0]).toBe(400);
  expect((await patch({ columns: { c99: 'ask' } }))[0]).toBe(400);
  const settings = await test.request('GET', `${path}/settings`, { as: PERSON });
  expect(await settings.json()).toMatchObject({ policy: 'ask' });
  // Nothing of it changes the mapping: hosts go on without reading anew.
  expect(await host.run()).toMatchObject({ outcome: 'done' });
});
