import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeColumns } from '../../api/links/change-columns.ts';
import { deleteLink } from '../../api/links/change-link.ts';
import { getJournal } from '../../api/links/get-journal.ts';
import { getPlan } from '../../api/links/get-plan.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { changeOptions, getChoices, getOptions } from '../../api/links/link-options.ts';
import { decideMissing } from '../../api/links/settle-rows.ts';
import { decideRenames } from '../../api/links/settle-renames.ts';
import { undoEntries } from '../../api/links/undo-entries.ts';
import { startLink } from '../../api/links/start-link.ts';
import { updateLink } from '../../api/links/update-link.ts';
import { auditLink } from '../../api/sync/audit.ts';
import { isCaptured } from '../../api/sync/capture.ts';
import type { OptionsRequest } from '../../shared/protocol/options.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';
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
    DROP TABLE IF EXISTS job, request, person;
    CREATE TABLE request (id integer PRIMARY KEY, code text NOT NULL, stage text);
    CREATE TABLE person (id integer PRIMARY KEY, name text);
    CREATE TABLE job (id integer PRIMARY KEY, title text NOT NULL, request_id integer REFERENCES request,
                      owner_id integer REFERENCES person, done boolean NOT NULL DEFAULT false, price numeric(12,2));
    INSERT INTO request VALUES (1, 'R-1', 'new'), (2, 'R-2', 'new');
    INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob'), (3, 'Bob'), (4, NULL);
    INSERT INTO job VALUES (1, 'One', 1, 1, false, 10), (2, 'Two', 1, 2, false, 20), (3, 'Three', NULL, NULL, true, 30)`);
});

const options = (host: HubHost, input: OptionsRequest) =>
  changeOptions({ ctx: ctx(), input: { link: host.link.id, ...input } });
const status = (host: HubHost) => getStatus({ ctx: ctx(), input: { link: host.link.id } });
const oid = async (name: string) =>
  (await sql()<{ oid: number }[]>`SELECT ${name}::text::regclass::oid::int8::float8 AS oid`)[0]!.oid;
const rows = (host: HubHost) => host.sheet.grid.slice(1).filter((row) => row.some((cell) => cell !== null));

describe('columns from related tables', () => {
  const start = async () => {
    const host = await startTab(
      ctx(),
      'job',
      ['id', 'title', 'request_id'],
      [
        [1, 'One', 1],
        [2, 'Two', 1],
        [3, 'Three', null],
      ],
    );
    host.sheet.grid[0]![3] = 'Code';
    await changeColumns({
      ctx: ctx(),
      input: {
        link: host.link.id,
        add: [{ header: 'Code', to: { related: { via: ['request_id'], column: 'code' } } }],
      },
    });
    await host.settle();
    return host;
  };

  it('[I12] shows them, follows changes of the other table and of the reference, and writes nothing there', async () => {
    const host = await start();
    expect(rows(host).map((row) => row[3] ?? null)).toEqual(['R-1', 'R-1', null]);
    await sql()`UPDATE request SET code = 'R-1a' WHERE id = 1`;
    await host.settle();
    expect(rows(host).map((row) => row[3] ?? null)).toEqual(['R-1a', 'R-1a', null]);
    // The reference itself, from either side.
    host.set(3, 3, 2);
    await sql()`UPDATE job SET request_id = 2 WHERE id = 1`;
    await host.settle();
    expect(rows(host).map((row) => row[3])).toEqual(['R-2', 'R-1a', 'R-2']);
    // Quiet again: what the other table does elsewhere concerns nobody.
    await sql()`UPDATE request SET stage = 'old'`;
    const written = host.cellsWritten;
    await host.settle();
    expect(host.cellsWritten).toBe(written);
    expect(await auditLink({ ctx: ctx(), input: { link: host.link.id } })).toEqual({ differences: 0 });
  });

  it('puts an edit of such a cell back, says where the value comes from, and keeps the edit in the history', async () => {
    const host = await start();
    host.set(1, 4, 'mine');
    const report = await host.run();
    expect(report.refused).toMatchObject([{ key: '1', error: { code: 'read_only', column: 'c4' } }]);
    expect(report.refused[0]!.error!.message).toContain('Code comes from request.code');
    await host.settle();
    expect(host.row(1)![3]).toBe('R-1');
    expect((await sql()`SELECT code FROM request WHERE id = 1`)[0]!['code']).toBe('R-1');
    const { entries } = await getJournal({ ctx: ctx(), input: { link: host.link.id, lost: true } });
    expect(entries).toMatchObject([
      { column: 'c4', before: 'mine', after: 'R-1', cause: expect.stringContaining('request.code') },
    ]);
    // A new row may be typed with it: the row is inserted, the cell shows what is true.
    host.sheet.grid.push([4, 'Four', 2, 'whatever']);
    await host.settle();
    expect(host.row(4)).toEqual([4, 'Four', 2, 'R-2']);
  });

  it('[I13] is suspended with its foreign key or column, comes back, and takes its triggers with it', async () => {
    const host = await start();
    await sql()`ALTER TABLE job DROP CONSTRAINT job_request_id_fkey`;
    await sql()`UPDATE request SET code = 'X' WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![3]).toBe('R-1');
    expect(JSON.stringify((await status(host)).notices)).toContain('no longer has the foreign key');
    await sql()`ALTER TABLE job ADD FOREIGN KEY (request_id) REFERENCES request`;
    await host.settle();
    expect(host.row(1)![3]).toBe('X');
    const request = await oid('request');
    expect(await isCaptured(sql(), request)).toBe(true);
    // Triggers that an admin switched off are put back, and what they missed is found.
    await sql()`ALTER TABLE request DISABLE TRIGGER USER`;
    await sql()`UPDATE request SET code = 'Y' WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![3]).toBe('Y');
    await deleteLink({ ctx: ctx(), input: { link: host.link.id } });
    expect(await isCaptured(sql(), request)).toBe(false);
    expect(await isCaptured(sql(), await oid('job'))).toBe(false);
  });
});

describe('foreign keys shown by a label', () => {
  const start = async () => {
    const host = await startTab(
      ctx(),
      'job',
      ['id', 'title', 'owner_id'],
      [
        [1, 'One', 1],
        [2, 'Two', 2],
        [3, 'Three', null],
      ],
    );
    await options(host, { columns: { c3: { label: 'name' } } });
    await host.settle();
    return host;
  };
  const owners = async () =>
    (await sql()<{ owner: number | null }[]>`SELECT owner_id AS owner FROM job ORDER BY id`).map(({ owner }) => owner);

  it('shows labels, stores keys, and follows a label that is spelled anew', async () => {
    const host = await start();
    expect(rows(host).map((row) => row[2])).toEqual(['Alice', 'Bob', null]);
    host.set(3, 3, 'Alice');
    await host.settle();
    expect(await owners()).toEqual([1, 2, 1]);
    await sql()`UPDATE person SET name = 'Alice B.' WHERE id = 1`;
    await host.settle();
    expect(rows(host).map((row) => row[2])).toEqual(['Alice B.', 'Bob', 'Alice B.']);
    host.set(1, 3, null);
    await host.settle();
    expect(await owners()).toEqual([null, 2, 1]);
    // Without a label the key stands for itself.
    await sql()`UPDATE job SET owner_id = 4 WHERE id = 1`;
    await host.settle();
    expect(host.row(1)![2]).toBe('4');
    expect(await auditLink({ ctx: ctx(), input: { link: host.link.id } })).toEqual({ differences: 0 });
    // Back to keys.
    await options(host, { columns: { c3: { label: null } } });
    await host.settle();
    expect(rows(host).map((row) => row[2])).toEqual(['4', 2, 1]);
  });

  it('refuses what stands for no row or for several, with near matches, and takes a key instead', async () => {
    const host = await start();
    host.set(3, 3, 'alcie');
    host.set(1, 3, 'Bob');
    await host.settle();
    expect(await owners()).toEqual([1, 2, null]);
    expect(host.sheet.notes.get('4:3')).toContain('"alcie" is none of them; near it: "Alice".');
    expect(host.sheet.notes.get('2:3')).toContain('stands for 2 different rows. Type one of their keys instead: 2, 3');
    host.set(1, 3, 3);
    host.set(3, 3, 'Alice');
    await host.settle();
    expect(await owners()).toEqual([3, 2, 1]);
    expect(host.row(1)![2]).toBe('Bob');
    expect(host.sheet.notes.size).toBe(0);
    expect(await getChoices({ ctx: ctx(), input: { link: host.link.id, column: 'c3' } })).toEqual({
      choices: ['Alice'],
      more: false,
    });
  });

  it('[R16] refuses a cell that no database can hold as a label, alone, and tells a long one without half a character', async () => {
    const host = await start();
    host.set(1, 3, 'Al\ud83d');
    host.set(3, 3, `${'x'.repeat(99)}\u{1f600}\u{1f600}`);
    host.set(2, 2, 'Zwei');
    await host.settle();
    expect((await sql()`SELECT title FROM job WHERE id = 2`)[0]!['title']).toBe('Zwei');
    expect(await owners()).toEqual([1, 2, null]);
    const { problems } = await status(host);
    expect(problems.map(({ key, message }) => [key, message])).toEqual([
      ['1', expect.stringContaining('characters that a database cannot store')],
      ['3', expect.stringContaining(`"${'x'.repeat(99)}" is none of them`)],
    ]);
  });
});

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
    host.set(2, 4, true);
    await host.settle();
    expect(host.row(1)).toEqual([1, 'One', 11, true]);
    expect(host.row(2)![3]).toBe(false);
    expect((await sql()`SELECT done FROM job WHERE id = 2`)[0]!['done']).toBe(false);

    await expect(options(host, { columns: { c1: { direction: 'toSheet' } } })).rejects.toThrow(/tells the rows apart/);
    await options(host, { columns: { c3: { direction: 'both' }, c4: { direction: 'toTable' } } });
    await host.settle();
    // What the table has is shown where the sheet shows another value; a cell never filled in does not empty the table.
    expect(rows(host).map((row) => row[2])).toEqual([12, 99, 20, 30]);
    host.set(2, 4, true);
    await host.settle();
    expect((await sql()`SELECT done FROM job WHERE id = 2`)[0]!['done']).toBe(true);
    expect(await prices()).toEqual(['12.00', '20.00', '30.00', '99.00']);
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
