import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { changeColumns } from '../../api/links/change-columns.ts';
import { getStatus } from '../../api/links/get-status.ts';
import { changeOptions } from '../../api/links/link-options.ts';
import { auditLink } from '../../api/sync/audit.ts';
import { Random } from '../sim/random.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

class Killed extends Error {}

const HEADERS = ['id', 'title', 'done', 'owner_id'];
const SEEDS = Number(process.env['TANDEM_SEEDS'] ?? 4);
const FIRST = Number(process.env['TANDEM_FIRST_SEED'] ?? 1);

let test: TestApp;
const sql = () => test.database.sql;
beforeAll(async () => {
  test = await createTestApp();
  await sql().unsafe(`
    CREATE TABLE client (id integer PRIMARY KEY, code text NOT NULL);
    CREATE TABLE person (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE job (id integer PRIMARY KEY, title text UNIQUE, done boolean NOT NULL DEFAULT false,
                      owner_id integer REFERENCES person, client_id integer REFERENCES client,
                      approved boolean NOT NULL DEFAULT false)`);
});
afterAll(() => test.close());

/** Titles are used once each, so that it can be told where every one of them has ended. */
interface Played {
  host: HubHost;
  titles: Set<string>;
}

/** People type, applications write, the filter's, label's and lock's columns change on both sides, runs die anywhere. */
async function play(seed: number): Promise<Played> {
  const random = new Random(seed);
  const pick = (n: number) => random.int(n);
  await sql().unsafe(`
    DELETE FROM tandem.link; DELETE FROM job; DELETE FROM person; DELETE FROM client;
    INSERT INTO client SELECT i, 'C' || i FROM generate_series(1, 3) i;
    INSERT INTO person SELECT i, 'P' || i FROM generate_series(1, 3) i;
    INSERT INTO job SELECT i, 'title ' || i, i % 3 = 0, 1 + i % 3, 1 + i % 3, false FROM generate_series(1, 12) i`);
  const host = await startTab(test.context(), 'job', [...HEADERS], []);
  host.sheet.grid[0]!.push('Client');
  const link = { link: host.link.id };
  await changeColumns({
    ctx: test.context(),
    input: { ...link, add: [{ header: 'Client', to: { related: { via: ['client_id'], column: 'code' } } }] },
  });
  await changeOptions({
    ctx: test.context(),
    input: {
      ...link,
      columns: { c4: { label: 'name' } },
      filter: { match: 'all', conditions: [{ column: 'done', operator: 'equals', values: ['false'] }] },
      locks: ['approved'],
    },
  });
  await host.settle();
  const titles = new Set<string>();
  let fresh = 100;
  const overwrite = (title: Cell) => titles.delete(String(title));

  const editSheet = async () => {
    const kept = host.sheet.grid.slice(1).filter((line) => line[0] !== null && line[0] !== undefined);
    const row = kept[pick(kept.length)];
    switch (row === undefined ? 4 : pick(7)) {
      case 0:
      case 1: {
        overwrite(row![1]!);
        row![1] = `typed ${fresh++}`;
        titles.add(row![1]);
        break;
      }
      case 2:
        row![2] = pick(3) === 0;
        break;
      case 3: {
        const [person] = await sql()`SELECT name FROM person WHERE id = ${1 + pick(3)}`;
        row![3] = pick(4) === 0 ? 'nobody' : (person!['name'] as string);
        break;
      }
      case 4:
        host.sheet.grid.push([fresh, `made ${fresh}`, pick(3) === 0, null, null]);
        titles.add(`made ${fresh++}`);
        break;
      case 5:
        row![4] = 'mine';
        break;
      case 6: {
        const [header, ...body] = host.sheet.grid;
        body.sort((left, right) => String(left[1]).localeCompare(String(right[1])));
        host.sheet.grid = [header!, ...body];
        break;
      }
    }
  };
  const editTable = async () => {
    const id = 1 + pick(14);
    switch (pick(8)) {
      case 0:
      case 1: {
        const [old] = await sql()`SELECT title FROM job WHERE id = ${id}`;
        if (!old) break;
        overwrite(old['title'] as string);
        titles.add(`set ${fresh}`);
        await sql()`UPDATE job SET title = ${`set ${fresh++}`} WHERE id = ${id}`;
        break;
      }
      case 2:
        await sql()`UPDATE job SET done = NOT done WHERE id BETWEEN ${id} AND ${id + 2}`;
        break;
      case 3:
        await sql()`UPDATE job SET approved = NOT approved WHERE id = ${id}`;
        break;
      case 4:
        await sql()`UPDATE client SET code = ${`C${fresh++}`} WHERE id = ${1 + pick(3)}`;
        break;
      case 5:
        await sql()`UPDATE person SET name = ${`P${fresh++}`} WHERE id = ${1 + pick(3)}`;
        break;
      case 6:
        await sql()`UPDATE job SET owner_id = ${1 + pick(3)}, client_id = ${1 + pick(3)} WHERE id = ${id}`;
        break;
      case 7:
        titles.add(`put ${fresh}`);
        await sql()`INSERT INTO job VALUES (${fresh}, ${`put ${fresh++}`}, ${pick(2) === 0}, 1, 1, false)`;
        break;
    }
  };

  for (let round = 0; round < 10; round++) {
    for (let n = pick(4); n > 0; n--) await editSheet();
    for (let n = pick(4); n > 0; n--) await editTable();
    const fault = pick(4);
    const at = pick(14);
    let step = 0;
    host.sheet.before = () => {
      if (fault === 1 && step++ === at) throw new Killed();
    };
    host.beforeSend = async (name, message) => {
      if (fault === 2 && step++ === at % 3) await editTable();
      if (fault === 3) await host.deliver(name, message);
    };
    try {
      await host.run();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  host.sheet.before = () => {};
  host.beforeSend = () => {};
  // Whatever was held has its way free again.
  await sql()`UPDATE job SET approved = false`;
  for (const row of host.sheet.grid.slice(1)) {
    if (row[3] === 'nobody') row[3] = null;
  }
  return { host, titles };
}

it.each(Array.from({ length: SEEDS }, (_, i) => FIRST + i))(
  '[I6] ends in step with just the rows of the filter, and loses no title: seed %i',
  async (seed) => {
    const { host, titles } = await play(seed);
    await host.settle(20);
    const problems = async () => (await getStatus({ ctx: test.context(), input: { link: host.link.id } })).problems;
    // A label that was spelled anew before the edit with it was sent is refused, as it should be.
    for (const { key } of (await problems()).filter(({ code }) => code === 'invalid_value'))
      host.set(Number(key), 4, null);
    await host.settle(20);
    const held = await problems();
    const heldKeys = new Set(held.map(({ key }) => key));
    // Only new rows that the filter would hide may be left.
    expect(held.filter(({ code }) => code !== 'outside')).toEqual([]);
    const sheet = host.sheet.grid
      .slice(1)
      .filter((row) => row[0] !== null && row[0] !== undefined && !heldKeys.has(String(row[0])))
      .map((row) => HEADERS.concat('Client').map((_, n) => row[n] ?? null));
    const table = await sql()<Record<string, Cell>[]>`
      SELECT j.id, j.title, j.done, p.name, c.code FROM job j LEFT JOIN person p ON p.id = owner_id
        LEFT JOIN client c ON c.id = client_id WHERE NOT done ORDER BY j.id`;
    const byId = (left: Cell[], right: Cell[]) => Number(left[0]) - Number(right[0]);
    expect(sheet.sort(byId)).toEqual(
      table.map((row) => Object.values(row)).filter((row) => !heldKeys.has(String(row[0]))),
    );
    const kept = new Set([
      ...(await sql()`SELECT title FROM job`).map((row) => row['title'] as string),
      ...(await sql()`SELECT before FROM tandem.journal WHERE before IS NOT NULL`).map((row) => String(row['before'])),
      ...host.sheet.grid.slice(1).map((row) => String(row[1])),
    ]);
    expect([...titles].filter((title) => !kept.has(title))).toEqual([]);
    expect(await auditLink({ ctx: test.context(), input: { link: host.link.id } })).toEqual({ differences: 0 });
    const { cellsWritten, pushed } = await host.run();
    expect({ cellsWritten, pushed }).toEqual({ cellsWritten: 0, pushed: 0 });
  },
);
