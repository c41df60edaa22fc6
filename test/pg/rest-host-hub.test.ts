import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStatus } from '../../api/links/get-status.ts';
import { retryRows } from '../../api/links/settle-rows.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

/** What the model of the protocol found, played against the hub itself. */
let test: TestApp;
let host: HubHost;
const sql = () => test.database.sql;
const rows = async () => (await sql()`SELECT id, name FROM item ORDER BY id`).map((row) => [row['id'], row['name']]);

beforeEach(async () => {
  test = await createTestApp();
  await sql().unsafe(
    `CREATE TABLE item (id integer PRIMARY KEY, name text, note text); INSERT INTO item VALUES (1, 'one'), (2, 'two')`,
  );
  host = await startTab(
    test.context(),
    'item',
    ['id', 'name'],
    [
      [1, 'one'],
      [2, 'two'],
    ],
  );
});
afterEach(() => test.close());

/** Acts once, before the nth effect of a kind that the next runs reach. */
function beforeNth(name: string, n: number, act: () => void): void {
  let seen = 0;
  host.sheet.before = (effect) => {
    if (effect.do === name && ++seen === n) act();
  };
}

it('[I2] keeps what a person types between the write and the look back', async () => {
  await sql()`UPDATE item SET name = 'table' WHERE id = 1`;
  // Scan, re-check, then the look back.
  beforeNth('readSheet', 3, () => host.set(1, 2, 'person'));
  await host.settle();
  expect(host.row(1)).toEqual([1, 'person']);
  expect(await rows()).toContainEqual([1, 'person']);
});

it('[I11] loses nothing that is typed in a new row which is sorted away before the look back', async () => {
  await sql()`INSERT INTO item VALUES (3, 'three')`;
  beforeNth('readSheet', 3, () => {
    const [made] = host.sheet.grid.splice(3, 1);
    host.sheet.grid.splice(1, 0, made!);
    host.set(3, 2, 'person');
  });
  await host.settle();
  expect([host.row(3), await rows()]).toEqual([[3, 'three'], expect.arrayContaining([[3, 'three']])]);
  const lost = await sql()`SELECT before::text AS before, side FROM tandem.journal WHERE key = '3' AND side = 'sheet'`;
  expect(lost).toEqual([{ before: '"person"', side: 'sheet' }]);
});

it('[I11] takes a checkbox that was unticked in a new row, which then moved, for an edit', async () => {
  await sql().unsafe(
    `CREATE TABLE task (id integer PRIMARY KEY, name text, done boolean); INSERT INTO task VALUES (1, 'one', false)`,
  );
  host = await startTab(test.context(), 'task', ['id', 'name', 'done'], [[1, 'one', false]], { sheet: 2 });
  await sql()`INSERT INTO task VALUES (2, 'two', true)`;
  beforeNth('readSheet', 3, () => {
    const [made] = host.sheet.grid.splice(2, 1);
    host.sheet.grid.splice(1, 0, made!);
    host.set(2, 3, false);
  });
  await host.settle();
  expect([host.row(2), (await sql()`SELECT done FROM task WHERE id = 2`)[0]!['done']]).toEqual([
    [2, 'two', true],
    true,
  ]);
  const lost = await sql()`SELECT before::text AS before, side FROM tandem.journal WHERE key = '2' AND op = 'lost'`;
  expect(lost).toEqual([{ before: 'false', side: 'sheet' }]);
});

it('[I7] asks for a row that came back while the table’s was on its way, and comes to rest', async () => {
  await sql()`UPDATE item SET name = 'table' WHERE id = 1`;
  const [cut] = host.sheet.grid.splice(1, 1);
  beforeNth('readSheet', 2, () => host.sheet.grid.push(cut!));
  await host.run();
  await host.settle(4);
  expect(host.row(1)).toEqual([1, 'table']);
  expect(await rows()).toContainEqual([1, 'table']);
});

it('[I9] puts a row back whose newest table value the sheet never showed', async () => {
  await sql()`UPDATE tandem.link SET missing_mode = 'automatic'`;
  await sql()`UPDATE item SET name = 'table' WHERE id = 1`;
  host.set(1, 2, 'person');
  // The push arrives and the table wins; the run dies before it writes, and the person deletes the row.
  host.afterSend = (name) => {
    if (name === 'push') throw new Error('killed');
  };
  await expect(host.run()).rejects.toThrow('killed');
  host.afterSend = () => {};
  host.sheet.grid.splice(1, 1);
  for (let i = 0; i < 4; i++) {
    await host.run();
    test.clock.advance(180_000);
  }
  expect(await rows()).toContainEqual([1, 'table']);
  expect(host.row(1)).toEqual([1, 'table']);
});

it('[I6] shows the table’s form even if the run that was to write it died', async () => {
  await sql()`UPDATE tandem.link SET policy = 'table'`;
  await sql().unsafe(`
    CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
    CREATE TRIGGER shout BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION shout()`);
  host.set(1, 2, 'loud');
  await host.run();
  host.afterSend = (name, result) => {
    if (name === 'sync' && result.ok && (result.reply as { offers: unknown[] }).offers.length > 0) {
      host.afterSend = () => {};
      throw new Error('killed');
    }
  };
  await expect(host.run()).rejects.toThrow('killed');
  await host.settle();
  expect(host.row(1)).toEqual([1, 'LOUD']);
});

describe('a run that died after rows had moved inside its write window', () => {
  beforeEach(async () => {
    await sql()`UPDATE item SET name = 'for one' WHERE id = 1`;
    let dead = false;
    host.sheet.before = (effect) => {
      if (dead) return;
      // Re-checked in row 2, where key 2 stands by the time of the write; nobody looks back.
      if (effect.do === 'writeBlocks') host.sheet.grid.splice(1, 2, host.sheet.grid[2]!, host.sheet.grid[1]!);
      if (effect.do === 'readSheet' && host.sheet.written.length > 0) {
        dead = true;
        throw new Error('killed');
      }
    };
    await expect(host.run()).rejects.toThrow('killed');
    expect(host.row(2)).toEqual([2, 'for one']);
  });

  it('[I3] holds what it left on another row, and never pushes it', async () => {
    await host.run();
    await host.settle();
    expect(host.row(1)).toEqual([1, 'for one']);
    expect(await rows()).toEqual([
      [1, 'for one'],
      [2, 'two'],
    ]);
    const { problems } = await getStatus({ ctx: test.context(), input: { link: host.link.id } });
    expect(problems).toMatchObject([{ key: '2', status: 'held', column: 'name' }]);
    // Still held when the row is looked at for another reason.
    await sql()`UPDATE item SET note = 'n' WHERE id = 2`;
    await host.settle();
    expect(await rows()).toContainEqual([2, 'two']);
  });

  it('[I11] lets the person correct the cell, or keep it', async () => {
    await host.run();
    host.set(2, 2, 'corrected');
    await host.settle();
    expect(await rows()).toContainEqual([2, 'corrected']);
  });

  it('[I11] takes the value for the person’s on "Try again"', async () => {
    await host.run();
    await host.settle();
    await retryRows({ ctx: test.context(), input: { link: host.link.id } });
    await host.settle();
    // Said of all rows at once it is nobody's word on this one.
    expect(await rows()).not.toContainEqual([2, 'for one']);
    await retryRows({ ctx: test.context(), input: { link: host.link.id, keys: ['2'] } });
    await host.settle();
    expect(await rows()).toContainEqual([2, 'for one']);
  });
});

it('[I3] holds what went with another row when rows moved away and back inside the write window', async () => {
  await sql()`UPDATE item SET name = 'for one' WHERE id = 1`;
  const swap = () => host.sheet.grid.splice(1, 2, host.sheet.grid[2]!, host.sheet.grid[1]!);
  let swaps = 0;
  host.sheet.before = (effect) => {
    if ((effect.do === 'writeBlocks' && swaps === 0) || (effect.do === 'readSheet' && swaps === 1)) {
      swap();
      swaps++;
    }
  };
  await host.run();
  expect(host.row(2)).toEqual([2, 'for one']);
  await host.run();
  await host.settle();
  expect(host.row(1)).toEqual([1, 'for one']);
  expect(await rows()).toContainEqual([2, 'two']);
});
