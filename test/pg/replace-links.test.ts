import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pauseLink, resumeLink } from '../../api/links/change-link.ts';
import { confirmReplace } from '../../api/links/confirm-replace.ts';
import { getPlan } from '../../api/links/get-plan.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { changeColumns } from '../../api/links/change-columns.ts';
import { retryRows } from '../../api/links/settle-rows.ts';
import { startLink } from '../../api/links/start-link.ts';
import { auditLink } from '../../api/sync/audit.ts';
import type { Cell } from '../../shared/cell.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { linkTab, startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;
const ctx = () => test.context();

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());
beforeEach(async () => {
  await sql().unsafe(`
    DELETE FROM tandem.link;
    DROP TABLE IF EXISTS rate;
    CREATE TABLE rate (name text, factor numeric(6,2) CHECK (factor > 0), since date, note text DEFAULT 'none');
    INSERT INTO rate VALUES ('old', 1, '2020-01-01', 'x'), ('older', 2, NULL, NULL)`);
});

const HEADERS = ['name', 'factor', 'since', 'note'];
const link = (rows: Cell[][]) => linkTab(ctx(), 'rate', HEADERS, rows, { kind: 'replace' });
async function start(rows: Cell[][]): Promise<HubHost> {
  const host = await link(rows);
  await host.run();
  await startLink({ ctx: ctx(), input: { link: host.link.id, winner: 'sheet' } });
  return host;
}
const inTable = async () =>
  (await sql()`SELECT name, factor::text, since::text, note FROM rate ORDER BY name`).map((row) => Object.values(row));
const stamp = async () =>
  (await sql()`SELECT string_agg(xmin::text || ctid::text, ',' ORDER BY ctid) AS s FROM rate`)[0]!['s'] as string;
const status = (host: HubHost) => getStatus({ ctx: ctx(), input: { link: host.link.id } });
const DAY = { date: '2026-03-01' };
const day = (name: string, factor: Cell): Cell[] => [name, factor, DAY, 'n'];

it('replaces a keyless table by the tab, after a plan, in one transaction, and again only when the tab has changed', async () => {
  const host = await link([day('b', 2), [null, null, null, null], day('a', 1.5), day('a', 1.5), ['c', 3, null, null]]);
  expect(host.mapping.kind).toBe('replace');
  await host.run();
  expect(await getPlan({ ctx: ctx(), input: { link: host.link.id } })).toMatchObject({
    complete: true,
    insertIntoTable: 4,
    replace: { before: 2, refused: [] },
  });
  expect((await inTable()).map(([name]) => name)).toEqual(['old', 'older']);
  await startLink({ ctx: ctx(), input: { link: host.link.id, winner: 'sheet' } });
  expect(await host.run()).toMatchObject({ outcome: 'done', pushed: 4, cellsWritten: 0, refused: [] });
  // Equal rows are two rows; a blank cell takes the column's default.
  const all = [
    ['a', '1.50', '2026-03-01', 'n'],
    ['a', '1.50', '2026-03-01', 'n'],
    ['b', '2.00', '2026-03-01', 'n'],
    ['c', '3.00', null, 'none'],
  ];
  expect(await inTable()).toEqual(all);
  const before = await stamp();
  host.sheet.grid = [host.sheet.grid[0]!, ...host.sheet.grid.slice(1).reverse()];
  for (let i = 0; i < 2; i++) expect(await host.run()).toMatchObject({ outcome: 'done', pushed: 0 });
  expect(await host.run({ kind: 'rows', from: 2, to: 2 })).toMatchObject({ outcome: 'done', pushed: 0 });
  expect(await stamp()).toBe(before);
  expect(await status(host)).toMatchObject({ rows: 4, replaced: { rows: 4, at: expect.any(String) }, notices: [] });
  host.sheet.grid.push(day('d', 9));
  expect(await host.run()).toMatchObject({ pushed: 5 });
  expect(await inTable()).toHaveLength(5);
});

it('[R41] replaces a partition of another table: nothing flows back, whatever passes it by', async () => {
  const host = await start([day('a', 1)]);
  await sql()
    .unsafe(`CREATE TABLE rates (name text, factor numeric(6,2), since date, note text) PARTITION BY LIST (note);
    ALTER TABLE rates ATTACH PARTITION rate DEFAULT`);
  expect(await host.run()).toMatchObject({ outcome: 'done', pushed: 1 });
  expect(await sql()`SELECT name FROM rates`).toEqual([{ name: 'a' }]);
  const second = await linkTab(ctx(), 'rate', HEADERS, [], { kind: 'replace', sheet: 2 });
  expect(second.mapping.kind).toBe('replace');
  await sql()`DROP TABLE rates`;
});

it('makes no plan while a column is missing, and says which', async () => {
  const host = await link([day('a', 1)]);
  const { grid } = host.sheet;
  host.sheet.grid = grid.map((row) => row.filter((_, index) => index !== 2));
  const [mark] = host.sheet.ids.splice(2, 1);
  const told = expect.stringContaining('The sheet no longer has the column "since".');
  for (let i = 0; i < 2; i++) expect(await host.run()).toMatchObject({ outcome: 'paused', message: told, pushed: 0 });
  host.sheet.grid = grid;
  host.sheet.ids.splice(2, 0, mark!);
  expect(await host.run()).toMatchObject({ outcome: 'done', pushed: 1 });
  expect(await getPlan({ ctx: ctx(), input: { link: host.link.id } })).toMatchObject({ complete: true });
});

it('replaces nothing while a single cell is refused, and lists the cells', async () => {
  const host = await start([day('a', 1), day('b', 'many'), day('c', -1), [{ error: '#REF!' }, 1, null, null]]);
  const first = await host.run();
  // What no codec would take is told first; what only the table can judge once the rest is right.
  expect(first.refused.map(({ error }) => error!.message)).toEqual([
    expect.stringContaining('factor'),
    'name shows #REF!.',
  ]);
  expect((await inTable()).map(([name]) => name)).toEqual(['old', 'older']);
  host.sheet.grid[2]![1] = 5;
  host.sheet.grid[4]![0] = 'd';
  const { refused, notices } = await host.run();
  // R17, for rows without a key: these are all the notes there are, and a person's is left.
  expect([...host.sheet.notes]).toEqual([['4:2', 'Tandem: factor must be greater than 0.']]);
  host.sheet.notes.set('3:2', 'Tandem: moved here by a sort').set('3:1', 'mine');
  expect(refused).toMatchObject([{ key: 'row 4', error: { message: 'factor must be greater than 0.' } }]);
  expect(notices).toMatchObject([{ code: 'replace_refused', count: 1, message: expect.stringContaining('in row 4') }]);
  expect(await status(host)).toMatchObject({
    rejected: 1,
    problems: [{ key: 'row 4', column: 'factor' }],
    replaced: null,
  });
  expect((await inTable()).map(([name]) => name)).toEqual(['old', 'older']);
  // The same tab is not sent again for the same refusal, and nothing is noted again, until a person or the table says so.
  expect(await host.run()).toMatchObject({ pushed: 0, refused: [{ key: 'row 4' }] });
  await retryRows({ ctx: ctx(), input: { link: host.link.id } });
  expect(await host.run()).toMatchObject({ pushed: 4, refused: [{ key: 'row 4' }] });
  await sql()`ALTER TABLE rate ADD CHECK (name <> 'zzz')`;
  expect(await host.run()).toMatchObject({ pushed: 4, refused: [{ key: 'row 4' }] });
  expect(await host.run()).toMatchObject({ pushed: 0 });
  test.clock.advance(3_600_000);
  expect(await host.run()).toMatchObject({ pushed: 4 });
  host.sheet.grid[3]![1] = 7;
  expect((await host.run()).refused).toEqual([]);
  expect([...host.sheet.notes]).toEqual([['3:1', 'mine']]);
  expect((await inTable()).map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect(await status(host)).toMatchObject({ rejected: 0, notices: [] });
});

it('asks before the table loses more than half of its rows, and takes the word for that tab alone', async () => {
  const rows = Array.from({ length: 10 }, (_, n) => day(`n${n}`, n + 1));
  const host = await start(rows);
  await host.run();
  host.sheet.grid = host.sheet.grid.slice(0, 5);
  expect((await host.run()).notices).toMatchObject([
    { code: 'replace_shrunk', message: expect.stringContaining('this tab has 4 rows, and the table "rate" has 10') },
  ]);
  // Nothing is sent again for the same question.
  expect(await host.run()).toMatchObject({ pushed: 0 });
  expect(await inTable()).toHaveLength(10);
  host.sheet.grid = host.sheet.grid.slice(0, 1);
  expect((await host.run()).notices).toMatchObject([{ code: 'replace_shrunk', count: 10 }]);
  await confirmReplace({ ctx: ctx(), input: { link: host.link.id } });
  host.sheet.grid.push(day('x', 1));
  expect((await host.run()).notices).toMatchObject([{ code: 'replace_shrunk', count: 9 }]);
  const response = await test.request('POST', `/v1/links/${host.link.id}/replace`, { body: {} });
  expect(response.status).toBe(200);
  expect(await host.run()).toMatchObject({ pushed: 1, notices: [] });
  expect(await inTable()).toEqual([['x', '1.00', '2026-03-01', 'n']]);
  await expect(confirmReplace({ ctx: ctx(), input: { link: host.link.id } })).rejects.toThrow('nothing to confirm');
});

it('[I5] replaces nothing by a message of an older epoch, by a run that died midway, or while a column is missing', async () => {
  const many = Array.from({ length: 1500 }, (_, n) => day(`n${n}`, 1));
  const host = await start(many);
  let sends = 0;
  host.beforeSend = () => {
    if (++sends === 3) throw new Error('killed');
  };
  await expect(host.run()).rejects.toThrow('killed');
  expect(await inTable()).toHaveLength(2);
  host.beforeSend = () => {};
  expect(await host.run()).toMatchObject({ pushed: 1500 });
  expect(await inTable()).toHaveLength(1500);
  const late = host.sent.findLast(({ name, message }) => name === 'replace' && (message as { last: boolean }).last)!;
  host.sheet.grid[1]![0] = 'changed';
  await host.run();
  expect(await host.deliver('replace', late.message)).toMatchObject({ ok: false, error: { code: 'stale_epoch' } });
  expect((await sql()`SELECT count(*)::int AS n FROM rate WHERE name = 'changed'`)[0]!['n']).toBe(1);

  // A column taken out of the sheet would empty the table's.
  const at = await stamp();
  for (const row of host.sheet.grid) row.splice(2, 1);
  host.sheet.ids.splice(2, 1);
  expect((await host.run()).notices).toMatchObject([{ code: 'column_suspended' }]);
  expect(await stamp()).toBe(at);
  await pauseLink({ ctx: ctx(), input: { link: host.link.id } });
  expect(await host.run()).toMatchObject({ outcome: 'paused' });
  await resumeLink({ ctx: ctx(), input: { link: host.link.id } });
});

it('[R34] replaces nothing where rows of another table would go, or lose what they refer to, along with it', async () => {
  await sql().unsafe(`
    ALTER TABLE rate ADD UNIQUE (name);
    CREATE TABLE booking (id integer, rate text REFERENCES rate (name) ON DELETE CASCADE);
    INSERT INTO booking VALUES (1, 'old')`);
  const host = await link([day('old', 1), day('b', 2)]);
  await host.run();
  const told = expect.stringContaining('Rows of "booking" refer to this table, and would be deleted');
  const plan = await getPlan({ ctx: ctx(), input: { link: host.link.id } });
  expect(plan.replace!.refused).toMatchObject([{ message: told }]);
  await startLink({ ctx: ctx(), input: { link: host.link.id, winner: 'sheet' } });
  expect((await host.run()).refused).toMatchObject([{ error: { message: told } }]);
  await sql()`ALTER TABLE booking DROP CONSTRAINT booking_rate_fkey`;
  await sql()`ALTER TABLE booking ADD FOREIGN KEY (rate) REFERENCES rate (name) ON DELETE SET NULL`;
  expect((await host.run()).refused).toMatchObject([
    { error: { message: expect.stringContaining('would lose what they refer to') } },
  ]);
  expect((await sql()`SELECT rate FROM booking`)[0]!['rate']).toBe('old');
  expect((await inTable()).map(([name]) => name)).toEqual(['old', 'older']);
  await sql()`DROP TABLE booking`;
  expect(await host.run()).toMatchObject({ refused: [] });
  expect((await inTable()).map(([name]) => name)).toEqual(['b', 'old']);
});

it('[R34] sees foreign keys of single partitions, and to them, as well', async () => {
  await sql().unsafe(`
    CREATE TABLE price (name text PRIMARY KEY, base text REFERENCES price ON DELETE CASCADE) PARTITION BY LIST (name);
    CREATE TABLE price_1 PARTITION OF price DEFAULT;
    CREATE TABLE sale (id integer, price text) PARTITION BY RANGE (id);
    CREATE TABLE sale_1 PARTITION OF sale DEFAULT;
    ALTER TABLE sale_1 ADD FOREIGN KEY (price) REFERENCES price ON DELETE CASCADE;
    CREATE TABLE tender (price text REFERENCES price_1 ON DELETE SET NULL);
    CREATE TABLE visit (id integer, price text REFERENCES price ON DELETE CASCADE) PARTITION BY RANGE (id);
    CREATE TABLE visit_1 PARTITION OF visit DEFAULT`);
  const told = async (table: string, sheet: number) => {
    const host = await linkTab(ctx(), table, ['name'], [['b']], { kind: 'replace', sheet });
    await host.run();
    const { replace } = await getPlan({ ctx: ctx(), input: { link: host.link.id } });
    return replace!.refused.map(({ message }) => message.slice(0, 20));
  };
  const others = ['Rows of "sale_1" ref', 'Rows of "tender" ref', 'Rows of "visit" refe'];
  expect(await told('price', 1)).toEqual(others);
  expect(await told('price_1', 2)).toEqual(['Rows of "price" refe', ...others]);
  await sql()`DROP TABLE price, sale, tender, visit`;
});

it('[I12] keeps no list of changed rows for a tab that replaces its table, where another syncs it', async () => {
  await sql()`ALTER TABLE rate ADD PRIMARY KEY (name)`;
  const whole = await start([day('a', 1)]);
  await whole.run();
  const rows = await startTab(ctx(), 'rate', ['name', 'factor'], [], { sheet: 2 });
  await sql()`UPDATE rate SET factor = factor + 1`;
  await rows.settle();
  expect(rows.row('a')).toEqual(['a', 2]);
  expect(await auditLink({ ctx: ctx(), input: { link: whole.link.id } })).toEqual({ differences: 0 });
  expect(await sql()`SELECT key FROM tandem.dirty`).toEqual([]);
});

it('[I13] replaces nothing once a column is left alone, not even in the middle of a run that began before', async () => {
  const host = await start([day('a', 1), day('b', 2)]);
  let sends = 0;
  host.beforeSend = async () => {
    if (++sends === 2) await sql()`ALTER TABLE rate ALTER COLUMN note TYPE varchar(60)`;
  };
  expect((await host.run()).notices).toMatchObject([{ code: 'column_suspended' }]);
  expect((await inTable()).map(([name, , , note]) => [name, note])).toEqual([
    ['old', 'x'],
    ['older', null],
  ]);
  // A host that opens again under the epoch it had is told what it was told: its rows are refused all the same.
  const [opening, rows] = host.sent.filter(({ name }) => name === 'replace').map(({ message }) => message as object);
  const { mapFingerprint } = host.sent.at(-1)!.message as { mapFingerprint: string };
  const again = await host.deliver('replace', {
    ...opening,
    ifEpoch: host.sheet.memo.epoch,
    run: 'other',
    mapFingerprint,
  });
  expect(again).toMatchObject({ ok: true, reply: { more: false } });
  const { epoch } = (again as { reply: { epoch: number } }).reply;
  expect(await host.deliver('replace', { ...rows, run: 'other', epoch, seq: 2, mapFingerprint })).toMatchObject({
    ok: false,
    error: { code: 'wrong_state', message: expect.stringContaining('"note"') },
  });
  expect(await inTable()).toHaveLength(2);
});

it('[R34] takes messages of its own kind only', async () => {
  await sql()`ALTER TABLE rate ADD PRIMARY KEY (name)`;
  const whole = await start([day('a', 1)]);
  await whole.run();
  const rows = await startTab(ctx(), 'rate', ['name', 'factor'], [], { sheet: 2 });
  const refused = {
    ok: false,
    error: { code: 'wrong_state', message: expect.stringContaining('linked in another way') },
  };
  const opening = (from: HubHost, to: HubHost) => {
    const { message } = from.sent.find(({ name }) => name === 'sync' || name === 'replace')!;
    const { epoch } = to.sheet.memo;
    return { ...(message as object), link: to.link.id, ifEpoch: epoch, mapFingerprint: to.mapping.fingerprint };
  };
  expect(await whole.deliver('sync', opening(rows, whole))).toMatchObject(refused);
  expect(await rows.deliver('replace', opening(whole, rows))).toMatchObject(refused);
  expect(await inTable()).toHaveLength(1);
});

it('takes no values from another table: none would flow to the tab', async () => {
  await sql().unsafe(`
    CREATE TABLE unit (id integer PRIMARY KEY, label text);
    ALTER TABLE rate ADD COLUMN unit integer REFERENCES unit`);
  const host = await start([day('a', 1)]);
  const add = [{ header: 'Unit', to: { related: { via: ['unit'], column: 'label' } } }];
  await expect(changeColumns({ ctx: ctx(), input: { link: host.link.id, add } })).rejects.toThrow('replaces its table');
  expect(await host.run()).toMatchObject({ outcome: 'done', refused: [] });
  await sql()`DROP TABLE rate, unit`;
});
