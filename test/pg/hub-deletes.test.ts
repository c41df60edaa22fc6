import { afterEach, beforeEach, expect, it } from 'vitest';
import { DELETE_GRACE_MS } from '../../shared/limits.ts';
import type { UpdateLinkRequest } from '../../shared/protocol/links.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { listTombstones } from '../../api/links/list-tombstones.ts';
import { decideRemoved } from '../../api/links/settle-removed.ts';
import { retryRows } from '../../api/links/settle-rows.ts';
import { restoreDeleted, undoEntries } from '../../api/links/undo-entries.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, hidden text, gone_at timestamptz, gone boolean);
    INSERT INTO item SELECT n, 'row ' || n, 'x' FROM generate_series(1, 4) n`);
});
afterEach(() => test.close());

async function start(update: UpdateLinkRequest): Promise<HubHost> {
  const host = await startTab(test.context(), 'item', ['id', 'name'], []);
  await updateLink({ ctx: test.context(), input: { link: host.link.id, ...update } });
  await host.settle();
  return host;
}
const keys = (host: HubHost) => host.sheet.grid.slice(1).map(([key]) => key);
const input = (host: HubHost) => ({ ctx: test.context(), link: host.link.id });
const status = (host: HubHost) => getStatus({ ctx: test.context(), input: { link: host.link.id } });
const remove = (host: HubHost, key: number) => {
  host.sheet.grid = host.sheet.grid.filter(([one]) => one !== key);
};
/** Two complete scans by different runs, the grace apart, and one more. */
async function passGrace(host: HubHost): Promise<void> {
  await host.settle();
  test.clock.advance(DELETE_GRACE_MS);
  await host.settle();
  await host.settle();
}

it.each(['gone_at', 'gone'])(
  '[I9] soft delete: what the sheet lost is marked in the column %s, and stays',
  async (column) => {
    const host = await start({ missingMode: 'soft', softDeleteColumn: column });
    remove(host, 2);
    await host.settle();
    const marked = async () =>
      (await sql().unsafe(`SELECT id FROM item WHERE ${column} IS NOT NULL AND ${column}::text <> 'false'`)).map(
        ({ id }) => id as number,
      );
    expect(await marked()).toEqual([]);
    await passGrace(host);
    expect(await marked()).toEqual([2]);
    expect((await sql()`SELECT hidden FROM item WHERE id = 2`)[0]).toEqual({ hidden: 'x' });
    expect(keys(host)).toEqual([1, 3, 4]);
    expect((await status(host)).missing).toBe(0);

    // An application marks one, and takes the mark off another: rows leave and come back without being inserted anew.
    await sql().unsafe(`UPDATE item SET ${column} = ${column === 'gone' ? 'true' : 'now()'} WHERE id = 3`);
    await host.settle();
    expect(keys(host)).toEqual([1, 4]);
    await sql().unsafe(`UPDATE item SET ${column} = NULL WHERE id = 2`);
    await host.settle();
    expect(keys(host)).toEqual([1, 4, 2]);
    expect(await sql()`SELECT count(*)::int AS n FROM item`).toMatchObject([{ n: 4 }]);

    // A tombstone of such a row brings it back by taking the mark off; so does undo.
    const list = await listTombstones({ ctx: test.context(), input: { link: host.link.id } });
    expect(list.tombstones.map(({ key, side, taken }) => [key, side, taken])).toContainEqual(['3', 'table', false]);
    expect(await restoreDeleted({ ctx: test.context(), input: { link: host.link.id, keys: ['3'] } })).toMatchObject({
      undone: 1,
    });
    await host.settle();
    expect(keys(host)).toEqual([1, 4, 2, 3]);
    const { entries } = await getJournal({ ctx: test.context(), input: { link: host.link.id } });
    expect(entries.find(({ op }) => op === 'delete')).toMatchObject({
      key: '2',
      cause: `deleted in the sheet: marked in "${column}"`,
    });
  },
);

it('soft delete: a key typed that the table keeps as deleted is held, and "Try again" brings that row back', async () => {
  const host = await start({ missingMode: 'soft', softDeleteColumn: 'gone' });
  await sql()`UPDATE item SET gone = true WHERE id = 2`;
  await host.settle();
  expect(keys(host)).toEqual([1, 3, 4]);
  host.sheet.grid.push([2, 'typed again']);
  const { refused } = await host.run();
  expect(refused).toMatchObject([{ key: '2', result: 'held', error: { code: 'soft_deleted' } }]);
  expect(await sql()`SELECT name, gone FROM item WHERE id = 2`).toMatchObject([{ name: 'row 2', gone: true }]);
  await retryRows({ ctx: test.context(), input: { link: host.link.id, keys: ['2'] } });
  await host.settle();
  expect(await sql()`SELECT name, gone FROM item WHERE id = 2`).toMatchObject([{ name: 'row 2', gone: false }]);
  expect(host.row(2)).toEqual([2, 'row 2']);
  expect((await status(host)).lost).toMatchObject([{ key: '2', before: 'typed again', after: 'row 2' }]);
});

it('soft delete: a row edited here while the table marked it is held, and "Try again" keeps the edit', async () => {
  const host = await start({ missingMode: 'soft', softDeleteColumn: 'gone' });
  host.set(2, 2, 'edited');
  await sql()`UPDATE item SET gone = true WHERE id = 2`;
  await host.settle();
  expect((await status(host)).problems).toMatchObject([{ key: '2', status: 'held' }]);
  await retryRows({ ctx: test.context(), input: { link: host.link.id, keys: ['2'] } });
  await host.settle();
  expect(await sql()`SELECT name, gone FROM item WHERE id = 2`).toMatchObject([{ name: 'edited', gone: false }]);
});

it('turning soft delete on takes marked rows off the sheet, turning it off brings them back', async () => {
  await sql()`UPDATE item SET gone = true WHERE id = 2`;
  const host = await start({});
  expect(keys(host)).toEqual([1, 2, 3, 4]);
  await updateLink({
    ctx: test.context(),
    input: { link: host.link.id, missingMode: 'soft', softDeleteColumn: 'gone' },
  });
  await host.settle();
  expect(keys(host)).toEqual([1, 3, 4]);
  await updateLink({ ctx: test.context(), input: { link: host.link.id, missingMode: 'confirm' } });
  await host.settle();
  expect(keys(host)).toEqual([1, 3, 4, 2]);
});

it('mode off: a row deleted on the sheet stays in the table, and off the sheet until the table changes it', async () => {
  const host = await start({ missingMode: 'off' });
  remove(host, 2);
  await passGrace(host);
  expect(keys(host)).toEqual([1, 3, 4]);
  expect((await status(host)).missing).toBe(0);
  await sql()`UPDATE item SET name = 'new' WHERE id = 2`;
  await host.settle();
  expect(host.row(2)).toEqual([2, 'new']);
});

it('[R26] mode mark: a row the table deleted stays with a note, unsynced, until it is gone or there again', async () => {
  const host = await start({ removedMode: 'mark' });
  await sql()`DELETE FROM item WHERE id IN (2, 3)`;
  await host.settle();
  expect(keys(host)).toEqual([1, 2, 3, 4]);
  const note = (key: number) => host.sheet.notes.get(`${host.sheet.rowOf(key)}:1`);
  expect(note(2)).toMatch(/^Tandem: This row was deleted in the table/);
  expect(await status(host)).toMatchObject({ held: 0, rejected: 0, problems: [] });
  expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });

  remove(host, 2);
  await sql()`INSERT INTO item (id, name) VALUES (3, 'again')`;
  await host.settle();
  expect(host.row(3)).toEqual([3, 'again']);
  expect(note(3)).toBeUndefined();
  expect(await sql()`SELECT 1 FROM item WHERE id = 2`).toEqual([]);
  // Switching to remove decides anew.
  await sql()`DELETE FROM item WHERE id = 4`;
  await host.settle();
  await updateLink({ ctx: test.context(), input: { link: host.link.id, removedMode: 'remove' } });
  await host.settle();
  expect(keys(host)).toEqual([1, 3]);
});

it('[R26] mode off, towards the sheet: as mark, but without a word', async () => {
  const host = await start({ removedMode: 'off' });
  await sql()`DELETE FROM item WHERE id = 2`;
  await host.settle();
  expect(keys(host)).toEqual([1, 2, 3, 4]);
  expect(host.sheet.notes.size).toBe(0);
  host.set(2, 2, 'edited');
  await host.settle();
  expect((await status(host)).problems).toMatchObject([{ key: '2', status: 'held', column: 'name' }]);
});

it('[R27] holds the sheet’s rows where a TRUNCATE took more than the guard allows, until a person says', async () => {
  await sql()`INSERT INTO item SELECT n, 'row ' || n FROM generate_series(5, 20) n`;
  const host = await start({});
  await sql()`TRUNCATE item`;
  await host.settle();
  expect(keys(host)).toHaveLength(20);
  const { notices } = await status(host);
  expect(notices).toMatchObject([{ code: 'rows_removed', count: 20 }]);
  // A reload brings most of them back: they are simply there again, nothing is written.
  const writes = host.cellsWritten;
  await sql()`INSERT INTO item SELECT n, 'row ' || n FROM generate_series(3, 20) n`;
  await host.settle();
  expect(host.cellsWritten).toBe(writes);
  expect((await status(host)).notices).toMatchObject([{ code: 'rows_removed', count: 2 }]);

  expect(await decideRemoved({ ...input(host), input: { link: host.link.id, decision: 'restore' } })).toEqual({
    rows: 2,
  });
  await host.settle();
  expect(await sql()`SELECT id, name FROM item WHERE id < 3 ORDER BY id`).toEqual([
    { id: 1, name: 'row 1' },
    { id: 2, name: 'row 2' },
  ]);
  await sql()`TRUNCATE item`;
  await host.settle();
  // No more go than the person was asked about.
  const asked = { link: host.link.id, decision: 'remove' as const, atMost: 2 };
  await expect(decideRemoved({ ...input(host), input: asked })).rejects.toMatchObject({ code: 'wrong_state' });
  expect(await decideRemoved({ ...input(host), input: { link: host.link.id, decision: 'remove' } })).toEqual({
    rows: 20,
  });
  await host.settle();
  expect(keys(host)).toEqual([]);
  expect((await status(host)).notices).toEqual([]);
});

it('undoes everything of one row since an entry, and lists what was deleted', async () => {
  const host = await start({});
  for (const name of ['a', 'b', 'c']) {
    host.set(2, 2, name);
    await host.settle();
  }
  const { entries } = await getJournal({ ctx: test.context(), input: { link: host.link.id } });
  const since = entries.find(({ key, after }) => key === '2' && after === 'b')!.id;
  const done = await undoEntries({ ctx: test.context(), input: { link: host.link.id, key: '2', since } });
  expect(done).toMatchObject({ undone: 2, refused: [] });
  await host.settle();
  expect(host.row(2)).toEqual([2, 'a']);
  await sql()`DELETE FROM item WHERE id = 2`;
  await host.settle();
  const response = await test.request('GET', `/v1/links/${host.link.id}/tombstones`);
  expect(await response.json()).toMatchObject({
    tombstones: [
      {
        key: '2',
        side: 'table',
        taken: false,
        cells: [
          { header: 'id', value: 2 },
          { header: 'name', value: 'a' },
        ],
      },
    ],
    next: null,
  });
});

it('[R26] mode archive: a removed row goes to a tab of its own first, whole, and once however often a run dies', async () => {
  const host = await start({ removedMode: 'archive' });
  // A column nobody mapped, which the table knows nothing of.
  host.sheet.grid.forEach((row, index) => row.push(index === 0 ? 'Remark' : `remark ${index}`));
  host.sheet.ids.push(null);
  await sql()`DELETE FROM item WHERE id = 2`;
  let died = 0;
  host.sheet.before = (effect) => {
    if (effect.do === 'deleteRows' && died++ < 2) throw new Error('killed');
  };
  await expect(host.run()).rejects.toThrow('killed');
  test.clock.advance(60_000);
  await expect(host.run()).rejects.toThrow('killed');
  await host.settle();
  expect(died).toBe(3);
  expect(keys(host)).toEqual([1, 3, 4]);
  const archive = host.sheet.tabs.get('Archive of Tab')!;
  expect(archive).toHaveLength(2);
  expect(archive[0]).toEqual(['Removed at', 'Key', 'id', 'name', 'Remark']);
  expect(archive[1]!.slice(1)).toEqual(['2', 2, 'row 2', 'remark 2']);
  expect(archive[1]![0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);

  // The person who keeps remarks wrote one since the run that died: copied once more rather than lost.
  await sql()`DELETE FROM item WHERE id = 3`;
  died = 1;
  await expect(host.run()).rejects.toThrow('killed');
  host.set(3, 3, 'remarked');
  await host.settle();
  expect(archive.slice(2).map((line) => line[4])).toEqual(['remark 3', 'remarked']);
  expect(keys(host)).toEqual([1, 4]);
});

it('[R16] a row that Sheets does not delete stays, and says why, and the others go', async () => {
  const host = await start({});
  host.sheet.refusesToDelete = (row) => (host.sheet.grid[row - 1]![0] === 2 ? 'It is part of a form.' : null);
  await sql()`DELETE FROM item WHERE id IN (1, 2)`;
  await host.settle();
  expect(keys(host)).toEqual([2, 3, 4]);
  const { problems } = await status(host);
  expect(problems).toMatchObject([{ key: '2', status: 'held' }]);
  expect(problems[0]!.message).toMatch(/was deleted in the table, but .* Sheets says: It is part of a form\./);
  host.sheet.refusesToDelete = () => null;
  await retryRows({ ctx: test.context(), input: { link: host.link.id } });
  await host.settle();
  expect(keys(host)).toEqual([3, 4]);
});

it('[R26] a row that the archive tab does not take stays, and says why', async () => {
  const host = await start({ removedMode: 'archive' });
  host.sheet.refuseArchive = 'The tab is protected.';
  await sql()`DELETE FROM item WHERE id = 2`;
  await host.settle();
  expect(keys(host)).toEqual([1, 2, 3, 4]);
  const { problems } = await status(host);
  expect(problems).toMatchObject([{ key: '2', status: 'held' }]);
  expect(problems[0]!.message).toContain('the archive tab did not take it');
  host.sheet.refuseArchive = null;
  await retryRows({ ctx: test.context(), input: { link: host.link.id } });
  await host.settle();
  expect(keys(host)).toEqual([1, 3, 4]);
});
