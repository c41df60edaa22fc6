import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import type { PushRequest } from '../../shared/protocol/push.ts';
import type { SyncRequest } from '../../shared/protocol/sync.ts';
import { pauseLink, resumeLink } from '../../api/links/change-link.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;
const HEADERS = ['id', 'name'];

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(
    `CREATE TABLE item (id integer PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'One'), (2, 'Two')`,
  );
  host = await startTab(test.context(), 'item', HEADERS, [
    [1, 'One'],
    [2, 'Two'],
  ] satisfies Cell[][]);
});
afterEach(() => test.close());

const last = (name: string) => host.sent.findLast((one) => one.name === name)!;
const names = async () => (await sql()`SELECT name FROM item ORDER BY id`).map((row) => row['name']);
const state = async () => ({
  rows: await sql()`SELECT key, a::text, b::text, seen_hi, seen_lo, status FROM tandem."row" ORDER BY key`,
  journal: await sql()`SELECT id FROM tandem.journal ORDER BY id`,
  offers: await sql()`SELECT id FROM tandem.offer ORDER BY id`,
  items: await sql()`SELECT * FROM item ORDER BY id`,
});

it('[I4] the same (epoch, seq) replays the stored reply and does nothing again', async () => {
  host.set(1, 2, 'Uno');
  await host.run();
  const push = last('push');
  const after = await state();
  expect(await host.deliver('push', push.message)).toEqual(push.result);
  expect(await state()).toEqual(after);
});

it('[I4] the same (ifEpoch, run) replays the stored reply of the opening message', async () => {
  await host.run();
  const sync = last('sync');
  const after = await state();
  expect(await host.deliver('sync', sync.message)).toEqual(sync.result);
  expect(await state()).toEqual(after);
});

it('[I4] an acknowledgement that comes twice settles its offers once', async () => {
  await sql()`UPDATE item SET name = 'Uno' WHERE id = 1`;
  await host.run();
  const ack = last('ack');
  const after = await state();
  expect(await host.deliver('ack', ack.message)).toEqual(ack.result);
  expect(await state()).toEqual(after);
  expect(host.row(1)).toEqual([1, 'Uno']);
});

it('[R13] takes no row that was read without a column in use: it is not blank', async () => {
  host.set(1, 2, 'Uno');
  await host.run();
  const after = await state();
  const message = structuredClone(last('push').message) as PushRequest;
  const { epoch: _epoch, seq: _seq, ...opening } = message;
  delete opening.rows[0]!.cells['c2'];
  const ifEpoch = host.sheet.memo.epoch;
  const answer = await host.deliver('push', { ...opening, run: 'without', ifEpoch, scope: 'rows' });
  expect(answer).toMatchObject({
    ok: false,
    error: { code: 'mapping_changed', retry: 'rescan', message: expect.stringContaining('"name"') as string },
  });
  expect(await state()).toEqual(after);
  expect(await names()).toEqual(['Uno', 'Two']);
  // The epoch is not opened: the host's next run goes on as if nothing had been sent.
  expect((await host.run()).outcome).toBe('done');
});

it('[I5] a message of an older epoch does nothing, and is told the current epoch', async () => {
  host.set(1, 2, 'Uno');
  await host.run();
  const push = last('push');
  await host.run();
  const after = await state();
  const message = structuredClone(push.message) as PushRequest;
  message.rows[0]!.cells['c2'] = 'stale';
  const answer = await host.deliver('push', message);
  expect(answer).toMatchObject({
    ok: false,
    error: { code: 'stale_epoch', retry: 'rescan', epoch: host.sheet.memo.epoch },
  });
  expect(await state()).toEqual(after);
});

it('[I5] a late opening message opens nothing', async () => {
  await host.run();
  const late = { ...(structuredClone(last('sync').message) as SyncRequest), run: 'another-run' };
  const [before] = await sql()`SELECT epoch FROM tandem.link`;
  expect(await host.deliver('sync', late)).toMatchObject({ ok: false, error: { code: 'stale_epoch' } });
  expect((await sql()`SELECT epoch FROM tandem.link`)[0]).toEqual(before);
});

it('[I5] within an epoch a step out of order is refused, and so is a step of another run', async () => {
  host.set(1, 2, 'Uno');
  await host.run();
  const push = structuredClone(last('push').message) as PushRequest;
  expect(await host.deliver('push', { ...push, seq: push.seq! + 5 })).toMatchObject({ error: { code: 'stale_seq' } });
  expect(await host.deliver('push', { ...push, seq: push.seq! + 1, run: 'zombie' })).toMatchObject({
    error: { code: 'stale_epoch' },
  });
});

it('two openings at once: one opens, the other scans again', async () => {
  await host.run();
  const base = structuredClone(last('sync').message) as SyncRequest;
  const open = (run: string) => host.deliver('sync', { ...base, ifEpoch: host.sheet.memo.epoch, run });
  const answers = await Promise.all([open('first'), open('second')]);
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  expect(answers.find((answer) => !answer.ok)).toMatchObject({ error: { code: 'stale_epoch' } });
});

it('a push that came to the end but whose reply was lost is not applied twice', async () => {
  host.set(1, 2, 'Uno');
  host.afterSend = (name) => {
    if (name === 'push') throw new Error('reply lost');
  };
  await expect(host.run()).rejects.toThrow('reply lost');
  host.afterSend = () => {};
  await host.settle();
  expect(await names()).toEqual(['Uno', 'Two']);
  expect(await sql()`SELECT count(*)::int AS n FROM tandem.journal WHERE op = 'update'`).toMatchObject([{ n: 1 }]);
});

it('[I16] an apply whose acknowledgement was lost is not mistaken for a person’s edit', async () => {
  await sql()`UPDATE item SET name = 'v2' WHERE id = 1`;
  host.beforeSend = (name) => {
    if (name === 'ack') throw new Error('killed before ack');
  };
  await expect(host.run()).rejects.toThrow('killed before ack');
  host.beforeSend = () => {};
  expect(host.row(1)).toEqual([1, 'v2']);
  // The table has moved on meanwhile: what the sheet shows is the old offer, not an edit.
  await sql()`UPDATE item SET name = 'v3' WHERE id = 1`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 'v3']);
  expect((await names())[0]).toBe('v3');
  expect(await sql()`SELECT 1 FROM tandem.journal WHERE op = 'lost'`).toHaveLength(0);
});

it('[I16] the same without the write-ahead note: document properties were wiped', async () => {
  await sql()`UPDATE item SET name = 'v2' WHERE id = 1`;
  host.beforeSend = (name) => {
    if (name === 'ack') throw new Error('killed before ack');
  };
  await expect(host.run()).rejects.toThrow();
  host.beforeSend = () => {};
  host.sheet.memo = { epoch: 0, note: null };
  await sql()`UPDATE item SET name = 'v3' WHERE id = 1`;
  await host.settle();
  expect(host.row(1)).toEqual([1, 'v3']);
  expect(await sql()`SELECT 1 FROM tandem.journal WHERE op = 'lost'`).toHaveLength(0);
});

it('refuses a copied spreadsheet, and writes nothing', async () => {
  await host.run();
  const message = { ...(last('sync').message as SyncRequest), spreadsheet: 'a-copy', ifEpoch: host.sheet.memo.epoch };
  expect(await host.deliver('sync', message)).toMatchObject({ ok: false, error: { code: 'copied_spreadsheet' } });
});

it('[I10] a paused link takes and gives nothing; what happened meanwhile follows when it goes on', async () => {
  const input = { link: host.link.id };
  await pauseLink({ ctx: test.context(), input });
  host.set(1, 2, 'Uno');
  host.sheet.grid.splice(2, 1);
  await sql()`INSERT INTO item VALUES (3, 'Three')`;
  expect(await host.run()).toMatchObject({ outcome: 'paused', cellsWritten: 0, pushed: 0 });
  expect(await names()).toEqual(['One', 'Two', 'Three']);
  await resumeLink({ ctx: test.context(), input });
  await host.settle();
  expect(await names()).toEqual(['Uno', 'Two', 'Three']);
  expect(host.row(3)).toEqual([3, 'Three']);
});

it('[I10] an unusable scan pauses the link by itself, and its end resumes it', async () => {
  const headers = host.sheet.grid[0]!;
  host.sheet.grid[0] = [null, null];
  expect(await host.run()).toMatchObject({ outcome: 'paused' });
  expect(await sql()`SELECT paused_cause FROM tandem.link`).toMatchObject([{ paused_cause: 'sheet' }]);
  host.sheet.grid[0] = headers;
  await host.settle();
  expect(await sql()`SELECT state FROM tandem.link`).toMatchObject([{ state: 'active' }]);
  expect(await names()).toEqual(['One', 'Two']);
});

it('answers busy while somebody else holds the row, and loses nothing', async () => {
  host.set(1, 2, 'Uno');
  await sql()
    .begin(async (tx) => {
      await tx`UPDATE item SET name = 'held' WHERE id = 1`;
      await expect(host.run()).rejects.toMatchObject({ code: '55P03' });
      throw new Error('roll back');
    })
    .catch(() => {});
  await host.settle();
  expect(await names()).toEqual(['Uno', 'Two']);
}, 30_000);
