import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getJournal } from '../../api/links/get-journal.ts';
import { getPlan } from '../../api/links/get-plan.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { changeOptions, getOptions } from '../../api/links/link-options.ts';
import { decideMissing } from '../../api/links/settle-rows.ts';
import { decideRenames } from '../../api/links/settle-renames.ts';
import { restoreDeleted, undoEntries } from '../../api/links/undo-entries.ts';
import { startLink } from '../../api/links/start-link.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { auditLink } from '../../api/sync/audit.ts';
import type { OptionsRequest } from '../../shared/protocol/options.ts';
import { filledRows as rows, makeJobTables } from './support/job-tables.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';
import { linkTab, startTab, type HubHost } from './hub-host.ts';

let test: TestApp;
const sql = () => test.database.sql;
const ctx = () => test.context();

beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());
beforeEach(() => makeJobTables(sql()));

const options = (host: HubHost, input: OptionsRequest) =>
  changeOptions({ ctx: ctx(), input: { link: host.link.id, ...input } });
const status = (host: HubHost) => getStatus({ ctx: ctx(), input: { link: host.link.id } });

describe('direction', () => {
  it('brings a column both ways, one way or the other, from the first sync on, and changes while it runs', async () => {
    const host = await startTab(
      ctx(),
      'job',
      ['id', 'title', 'price', 'done'],
      [
        [1, 'Uno', 11, true],
        [9, 'Nine', 99, true],
      ],
      { direction: { price: 'toTable', done: 'toSheet' } },
    );
    // The first sync: the table's title, the sheet's price, the table's done.
    expect(host.row(1)).toEqual([1, 'One', 11, false]);
    expect(host.row(2)).toEqual([2, 'Two', null, false]);
    expect(host.row(9)).toEqual([9, 'Nine', 99, false]);
    const prices = async () =>
      (await sql()<{ price: string }[]>`SELECT price::text AS price FROM job ORDER BY id`).map(({ price }) => price);
    expect(await prices()).toEqual(['11.00', '20.00', '30.00', '99.00']);
    // A change of the other side does not travel, and an edit that must not is put back.
    await sql()`UPDATE job SET price = 12, done = true WHERE id = 1`;
    await sql()`UPDATE job SET price = 98 WHERE id = 9`;
    host.set(9, 3, 99.5);
    host.set(2, 4, true);
    await host.settle();
    expect(host.row(1)).toEqual([1, 'One', 11, true]);
    expect(host.row(2)![3]).toBe(false);
    expect((await sql()`SELECT done FROM job WHERE id = 2`)[0]!['done']).toBe(false);
    expect(await prices()).toEqual(['12.00', '20.00', '30.00', '99.50']);
    // No policy decided: the history names the direction.
    const lost = await sql()`SELECT key, side, cause FROM tandem.journal WHERE op = 'lost' ORDER BY id DESC LIMIT 2`;
    expect([...lost]).toEqual(
      expect.arrayContaining([
        { key: '2', side: 'sheet', cause: 'flows from the table to the sheet only' },
        { key: '9', side: 'table', cause: 'flows from the sheet to the table only' },
      ]),
    );

    await expect(options(host, { columns: { c1: { direction: 'toSheet' } } })).rejects.toThrow(/tells the rows apart/);
    await options(host, { columns: { c3: { direction: 'both' }, c4: { direction: 'toTable' } } });
    await host.settle();
    // What the table has is shown where the sheet shows another value; a cell never filled in does not empty the table.
    expect(rows(host).map((row) => row[2])).toEqual([12, 99.5, 20, 30]);
    host.set(2, 4, true);
    await host.settle();
    expect((await sql()`SELECT done FROM job WHERE id = 2`)[0]!['done']).toBe(true);
    expect(await prices()).toEqual(['12.00', '20.00', '30.00', '99.50']);
  });

  it('holds a new row that lacks what only the table may bring, in words', async () => {
    const host = await startTab(ctx(), 'job', ['id', 'title', 'price'], [], { direction: { title: 'toSheet' } });
    host.sheet.grid.push([7, 'Seven', 7]);
    for (let i = 0; i < 3; i++) await host.run();
    expect((await status(host)).problems).toMatchObject([{ key: '7', message: 'title must not be empty.' }]);
  });
});

describe('row filter', () => {
  const open = { match: 'all', conditions: [{ column: 'done', operator: 'equals', values: ['FALSE'] }] } as const;
  const start = async (filter: object = open, more: (string | number | null)[][] = []) => {
    const host = await linkTab(ctx(), 'job', ['id', 'title', 'done'], more);
    await options(host, { filter: filter as never });
    await host.run();
    await startLink({ ctx: ctx(), input: { link: host.link.id, winner: 'table' } });
    await host.settle();
    return host;
  };
  const inTable = async () => (await sql()`SELECT id FROM job ORDER BY id`).map((row) => row['id'] as number);
  const onSheet = (host: HubHost) => rows(host).map((row) => row[0]);

  it('[I9] brings rows that enter and takes off rows that leave, and deletes none in the table', async () => {
    const host = await start();
    expect(onSheet(host)).toEqual([1, 2]);
    await sql()`UPDATE job SET done = true WHERE id = 1`;
    await sql()`UPDATE job SET done = false WHERE id = 3`;
    await host.settle();
    expect(onSheet(host)).toEqual([2, 3]);
    // An edit that makes the row leave reaches the table first, all of it.
    host.set(2, 3, true);
    host.set(2, 2, 'Done');
    await host.settle();
    expect(onSheet(host)).toEqual([3]);
    expect((await sql()`SELECT title, done FROM job WHERE id = 2`)[0]).toEqual({ title: 'Done', done: true });
    expect(await inTable()).toEqual([1, 2, 3]);
    expect(await sql()`SELECT 1 FROM tandem.tombstone`).toHaveLength(0);
    expect(await getOptions({ ctx: ctx(), input: { link: host.link.id } })).toMatchObject({
      outside: 2,
      filter: { match: 'all' },
    });
    expect(await auditLink({ ctx: ctx(), input: { link: host.link.id } })).toEqual({ differences: 0 });
    expect(await status(host)).toMatchObject({ missing: 0, held: 0, rejected: 0 });
    // And back again.
    await sql()`UPDATE job SET done = false`;
    await host.settle();
    expect([...onSheet(host)].sort()).toEqual([1, 2, 3]);
  });

  it('keeps a row on the sheet while an edit in it is refused, and lets it leave once that is put right', async () => {
    const host = await start();
    host.set(1, 2, null);
    await sql()`ALTER TABLE job ADD CHECK (title <> '')`;
    await sql()`UPDATE job SET done = true WHERE id = 1`;
    await host.settle();
    expect(onSheet(host)).toEqual([1, 2]);
    host.set(1, 2, 'Uno');
    await host.settle();
    expect(onSheet(host)).toEqual([2]);
    expect((await sql()`SELECT title FROM job WHERE id = 1`)[0]!['title']).toBe('Uno');
  });

  it('holds a typed row that would vanish, or that has the key of a hidden one, and writes neither', async () => {
    const host = await start();
    host.sheet.grid.push([8, 'Eight', true], [3, 'Mine', false], [9, 'Nine', false]);
    await host.settle();
    expect(await inTable()).toEqual([1, 2, 3, 9]);
    expect((await sql()`SELECT title FROM job WHERE id = 3`)[0]!['title']).toBe('Three');
    const { problems } = await status(host);
    expect(problems.find(({ key }) => key === '8')).toMatchObject({ status: 'held', column: 'done' });
    expect(problems.find(({ key }) => key === '8')!.message).toContain('only rows where done is');
    expect(problems.find(({ key }) => key === '3')!.message).toContain(
      'has a row "3" already, which is not shown here',
    );
    host.set(8, 3, false);
    // The hidden row comes into view: both are one row now, and the policy decides.
    await sql()`UPDATE job SET done = false WHERE id = 3`;
    await host.settle();
    expect(await inTable()).toEqual([1, 2, 3, 8, 9]);
    expect(host.row(3)).toEqual([3, 'Three', false]);
    expect((await status(host)).problems).toEqual([]);
  });

  it('[I9] never deletes for the sheet what has left the filter, whatever the delete mode', async () => {
    const host = await start();
    await updateLink({ ctx: ctx(), input: { link: host.link.id, missingMode: 'automatic' } });
    host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 1);
    await host.run();
    test.clock.advance(180_000);
    // Unmapped columns may decide it: nothing the sheet knows of has changed.
    await options(host, {
      filter: { match: 'any', conditions: [{ column: 'price', operator: 'greater', values: ['15'] }] },
    });
    await host.settle();
    await host.run();
    expect(await inTable()).toEqual([1, 2, 3]);
    expect([...onSheet(host)].sort()).toEqual([2, 3]);
    expect(await status(host)).toMatchObject({ missing: 0 });
  });

  it('changes later, can be lifted, and pauses the link where its column is gone', async () => {
    const host = await start();
    await options(host, {
      filter: {
        match: 'any',
        conditions: [
          { column: 'title', operator: 'contains', values: ['HRE'] },
          { column: 'price', operator: 'at_most', values: ['10'] },
          { column: 'id', operator: 'one_of', values: ['77', '78'] },
        ],
      },
    });
    await host.settle();
    expect([...onSheet(host)].sort()).toEqual([1, 3]);
    await sql()`ALTER TABLE job DROP COLUMN price`;
    expect((await host.run()).message).toContain('row filter of this link uses a column that the table no longer has');
    await options(host, { filter: null });
    await host.settle();
    expect([...onSheet(host)].sort()).toEqual([1, 2, 3]);
    for (const [condition, message] of [
      [{ column: 'nothing', operator: 'equals', values: ['1'] }, /no column "nothing"/],
      [{ column: 'id', operator: 'equals', values: ["1'; DROP TABLE job"] }, /is not a value of "id"/],
      [{ column: 'done', operator: 'less', values: ['TRUE'] }, /can't be compared/],
      [{ column: 'id', operator: 'equals', values: [] }, /Type a value/],
    ] as const) {
      await expect(options(host, { filter: { match: 'all', conditions: [condition as never] } })).rejects.toThrow(
        message,
      );
    }
  });

  it('[R32] undoes nothing on rows that nobody sees, but for what brings them back', async () => {
    const host = await start();
    host.set(1, 2, 'Uno');
    host.set(2, 2, 'Due');
    host.set(2, 3, true);
    host.sheet.grid.push([4, 'Four', false]);
    await host.settle();
    await sql()`UPDATE job SET done = true WHERE id IN (1, 4)`;
    await host.settle();
    expect(onSheet(host)).toEqual([]);
    const { run } = (await getJournal({ ctx: ctx(), input: { link: host.link.id, key: '1' } })).entries[0]!;
    const undone = await undoEntries({ ctx: ctx(), input: { link: host.link.id, run: run! } });
    const why = expect.stringContaining('This tab holds only rows where done is');
    expect(undone).toMatchObject({
      undone: 2,
      refused: expect.arrayContaining([
        { entry: expect.any(Number), key: '1', column: 'title', reason: why },
        { entry: expect.any(Number), key: '4', column: null, reason: why },
      ]),
    });
    expect(undone.refused).toHaveLength(2);
    expect((await sql()`SELECT id, title, done FROM job WHERE id <> 3 ORDER BY id`).map(Object.values)).toEqual([
      [1, 'Uno', true],
      [2, 'Two', false],
      [4, 'Four', true],
    ]);
    // Nor is a deleted row restored that would not be seen.
    await host.settle();
    await sql()`DELETE FROM job WHERE id = 2`;
    await host.settle();
    await options(host, { filter: { match: 'all', conditions: [{ column: 'id', operator: 'less', values: ['2'] }] } });
    const restored = await restoreDeleted({ ctx: ctx(), input: { link: host.link.id, keys: ['2'] } });
    expect(restored).toMatchObject({
      undone: 0,
      refused: [{ key: '2', reason: expect.stringContaining('id is less') }],
    });
    expect(await inTable()).toEqual([1, 3, 4]);
  });

  it('[I18] is in the plan: hidden rows are not brought, and a row of both sides says that it will leave', async () => {
    const host = await linkTab(ctx(), 'job', ['id', 'title', 'done'], [[3, 'Drei', true]]);
    await options(host, { filter: open as never });
    await host.run();
    expect(await getPlan({ ctx: ctx(), input: { link: host.link.id } })).toMatchObject({
      insertIntoSheet: 2,
      leaving: 1,
      different: 0,
    });
    await startLink({ ctx: ctx(), input: { link: host.link.id, winner: 'sheet' } });
    await host.settle();
    expect([...onSheet(host)].sort()).toEqual([1, 2]);
    expect((await sql()`SELECT title FROM job WHERE id = 3`)[0]!['title']).toBe('Drei');
  });
});

describe('lock columns', () => {
  it('[I2] leaves a locked row alone on the sheet, holds edits with the reason, and lets both flow once unlocked', async () => {
    const host = await startTab(ctx(), 'job', ['id', 'title', 'price'], []);
    await options(host, { locks: ['done'] });
    await host.settle();
    await sql()`UPDATE job SET done = true, price = 21 WHERE id = 2`;
    host.set(2, 2, 'Zwei');
    await host.settle();
    expect(host.row(2)).toEqual([2, 'Zwei', 20]);
    expect((await sql()`SELECT title FROM job WHERE id = 2`)[0]!['title']).toBe('Two');
    expect(host.sheet.notes.get('3:2')).toContain('locked by done');
    expect(await status(host)).toMatchObject({ held: 1, problems: [{ key: '2', status: 'held', column: 'title' }] });
    for (let i = 0; i < 2; i++) expect(await host.run()).toMatchObject({ pushed: 0, cellsWritten: 0 });
    await sql()`UPDATE job SET done = false WHERE id = 2`;
    await host.settle();
    expect(host.row(2)).toEqual([2, 'Zwei', 21]);
    expect((await sql()`SELECT title FROM job WHERE id = 2`)[0]!['title']).toBe('Zwei');
    expect(await status(host)).toMatchObject({ held: 0, problems: [] });
    expect(host.sheet.notes.size).toBe(0);
  });

  it('[I15] neither undo nor a new key changes a locked row: both say why', async () => {
    const host = await startTab(ctx(), 'job', ['id', 'title'], []);
    await options(host, { locks: ['done'] });
    host.set(1, 2, 'Eins');
    host.sheet.grid.push([4, 'Four']);
    await host.settle();
    host.set(2, 1, 22);
    await host.settle();
    await sql()`UPDATE job SET done = true WHERE id IN (1, 2, 4)`;
    await host.settle();
    const { entries } = await getJournal({ ctx: ctx(), input: { link: host.link.id } });
    const own = entries.filter(({ op, key }) => (op === 'update' && key === '1') || (op === 'insert' && key === '4'));
    const undo = { link: host.link.id, entries: own.map(({ id }) => id) };
    const undone = await undoEntries({ ctx: ctx(), input: undo });
    const why = 'This row is locked by done, so it is left as it is. Lift the lock first.';
    expect(undone).toMatchObject({ undone: 0, refused: [{ reason: why }, { reason: why }] });
    const rename = { link: host.link.id, decision: 'rename' as const };
    expect(await decideRenames({ ctx: ctx(), input: rename })).toEqual({
      done: 0,
      refused: [{ key: '22', reason: why }],
    });
    expect((await sql()`SELECT id, title FROM job WHERE id <> 3 ORDER BY id`).map((row) => Object.values(row))).toEqual(
      [
        [1, 'Eins'],
        [2, 'Two'],
        [4, 'Four'],
      ],
    );
    await sql()`UPDATE job SET done = false`;
    expect(await undoEntries({ ctx: ctx(), input: undo })).toMatchObject({ undone: 2 });
    expect(await decideRenames({ ctx: ctx(), input: rename })).toMatchObject({ done: 1 });
  });

  it('[I9] keeps a locked row that is deleted on the sheet, even against a yes, and shows a lock that is mapped', async () => {
    const host = await startTab(ctx(), 'job', ['id', 'title', 'done'], []);
    await options(host, { locks: ['done'] });
    await sql()`UPDATE job SET done = true WHERE id = 1`;
    await host.settle();
    expect(host.row(1)).toEqual([1, 'One', true]);
    host.sheet.grid = host.sheet.grid.filter((row) => row[0] !== 1);
    await host.run();
    await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'delete' } });
    expect((await sql()`SELECT count(*)::int AS n FROM job`)[0]!['n']).toBe(3);
    expect((await status(host)).problems[0]!.message).toContain('locked by done');
    await decideMissing({ ctx: ctx(), input: { link: host.link.id, decision: 'restore' } });
    await host.settle();
    // Lifted on the sheet, together with an edit that waited for it.
    host.set(1, 2, 'Eins');
    await host.settle();
    expect((await sql()`SELECT title FROM job WHERE id = 1`)[0]!['title']).toBe('One');
    host.set(1, 3, false);
    await host.settle();
    expect((await sql()`SELECT title, done FROM job WHERE id = 1`)[0]).toEqual({ title: 'Eins', done: false });
  });
});

it('shows and changes options over HTTP, for the creator or an admin', async () => {
  const host = await startTab(ctx(), 'job', ['id', 'title', 'owner_id'], []);
  await updateLink({ ctx: ctx(), input: { link: host.link.id, members: [PERSON.sub] } });
  const path = `/v1/links/${host.link.id}`;
  const got = (await (await test.request('GET', `${path}/options`)).json()) as Record<string, unknown>;
  expect(got).toMatchObject({
    kind: 'sync',
    columns: [
      { id: 'c1', key: true, directions: ['both'], labelChoices: [] },
      { id: 'c2', directions: ['both', 'toTable', 'toSheet'] },
      { id: 'c3', label: null, labelChoices: ['name'] },
    ],
    filter: null,
    locks: [],
    lockChoices: ['done'],
    relatedChoices: [
      { via: ['request_id'], table: 'request' },
      { via: ['owner_id'], table: 'person', columns: [{ name: 'id' }, { name: 'name' }] },
    ],
  });
  const patch = async (body: unknown, as?: typeof PERSON) => {
    const response = await test.request('PATCH', `${path}/options`, { body, ...(as ? { as } : {}) });
    return { status: response.status, body: (await response.json()) as { error?: { message: string } } };
  };
  expect((await patch({ locks: ['done'] }, PERSON)).status).toBe(403);
  expect((await patch({ locks: ['title'] })).body.error!.message).toContain(`"title" can't lock rows`);
  expect((await patch({ columns: { c2: { label: 'name' } } })).body.error!.message).toContain('does not refer');
  expect((await patch({ columns: { c2: { direction: 'toTable' } }, locks: ['done'] })).body).toMatchObject({
    locks: ['done'],
  });
  expect(await (await test.request('GET', `${path}/choices?column=c3`)).json()).toEqual({
    choices: ['1', '2', '3', '4'],
    more: false,
  });
  expect(await host.run()).toMatchObject({ outcome: 'done' });
});
