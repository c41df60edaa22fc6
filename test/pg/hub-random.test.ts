import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import { Random } from '../sim/random.ts';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

class Killed extends Error {}

let test: TestApp;
beforeEach(async () => {
  test = await createTestApp();
  await test.database.sql.unsafe(`
    CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric(12,2) CHECK (price > 0), note text UNIQUE);
    INSERT INTO item SELECT i, 'name ' || i, i, 'note ' || i FROM generate_series(1, 40) i`);
});
afterEach(() => test.close());

const HEADERS = ['id', 'name', 'price', 'note'];

/** One person on each side edits at random, runs die at random places, messages come twice or late. */
async function play(
  seed: number,
): Promise<{ host: HubHost; said: { sheet: string[]; table: string[]; raced: boolean } }> {
  const random = new Random(seed);
  const pick = (n: number) => random.int(n);
  const sql = test.database.sql;
  const rows = Array.from({ length: 40 }, (_, i): Cell[] => [i + 1, `name ${i + 1}`, i + 1, `note ${i + 1}`]);
  const host = await startTab(test.context(), 'item', HEADERS, rows);
  /** Every name anyone typed or set, each used once: where does it end? */
  const said = { sheet: [] as string[], table: [] as string[], raced: false };
  const overwrite = (name: Cell) => {
    // Overwritten by its own author before anybody else saw it, or after: nothing of it can be lost any more.
    for (const side of [said.sheet, said.table])
      if (side.includes(String(name))) side.splice(side.indexOf(String(name)), 1);
  };
  let fresh = 100;

  const editSheet = () => {
    const kept = host.sheet.grid.slice(1).filter((line) => line[0] !== null);
    const row = kept[pick(kept.length)];
    switch (row === undefined ? 3 : pick(6)) {
      case 0:
      case 1:
        overwrite(row![1]!);
        row![1] = `typed ${fresh++}`;
        said.sheet.push(String(row![1]));
        break;
      case 2:
        row![2] = pick(5) === 0 ? -1 : fresh++;
        break;
      case 3:
        host.sheet.grid.push([fresh, `new ${fresh}`, 1, `made ${fresh++}`]);
        break;
      case 4:
        overwrite(row![1]!);
        host.sheet.grid.splice(host.sheet.grid.indexOf(row!), 1);
        break;
      case 5: {
        const [header, ...body] = host.sheet.grid;
        body.sort((left, right) => String(left[1]).localeCompare(String(right[1])));
        host.sheet.grid = [header!, ...body];
        break;
      }
    }
  };
  const editTable = async () => {
    const id = 1 + pick(45);
    switch (pick(5)) {
      case 0:
      case 1: {
        const [old] = await sql`SELECT name FROM item WHERE id = ${id}`;
        if (!old) break;
        overwrite(old['name'] as string);
        said.table.push(`set ${fresh}`);
        await sql`UPDATE item SET name = ${`set ${fresh++}`} WHERE id = ${id}`;
        break;
      }
      case 2:
        await sql`UPDATE item SET price = ${fresh++} WHERE id BETWEEN ${id} AND ${id + 5}`;
        break;
      case 3:
        await sql`INSERT INTO item VALUES (${fresh}, ${`added ${fresh}`}, 1, ${`put ${fresh++}`}) ON CONFLICT DO NOTHING`;
        break;
      case 4: {
        const [old] = await sql`DELETE FROM item WHERE id = ${id} RETURNING name`;
        if (old) overwrite(old['name'] as string);
        break;
      }
    }
  };

  for (let round = 0; round < 12; round++) {
    for (let n = pick(4); n > 0; n--) editSheet();
    for (let n = pick(4); n > 0; n--) await editTable();
    const fault = pick(5);
    const at = pick(14);
    let step = 0;
    host.sheet.before = () => {
      if (fault === 1 && step++ === at) throw new Killed();
      if (fault === 2 && step++ === at) {
        said.raced = true;
        editSheet();
      }
    };
    host.beforeSend = async (name, message) => {
      if (fault === 3 && step++ === at % 3) await editTable();
      if (fault === 4) await host.deliver(name, message);
    };
    host.afterSend = () => {
      // The reply is lost on its way.
      if (fault === 0 && step++ === at % 4) throw new Killed();
    };
    try {
      const edited = pick(3) === 0 ? 2 + pick(5) : 0;
      await host.run(edited > 0 ? { kind: 'rows', from: edited, to: edited + 2 } : { kind: 'full' });
    } catch (error) {
      // Rows deleted while a run writes: it dies on a range that is gone, as Apps Script would.
      if (!(error instanceof Killed) && !String(error).includes('out of range')) throw error;
    }
    test.clock.advance(30_000);
    if (pick(6) === 0 && host.sent.length > 0) {
      // An old message comes late: it must do nothing.
      const late = host.sent[pick(host.sent.length)]!;
      await host.deliver(late.name, late.message);
    }
  }
  host.sheet.before = () => {};
  host.beforeSend = () => {};
  host.afterSend = () => {};
  return { host, said };
}

const SEEDS = Number(process.env['TANDEM_SEEDS'] ?? 12);
const FIRST = Number(process.env['TANDEM_FIRST_SEED'] ?? 1);

for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
  it(`[I6] [I7] [I4] [I5] ends in step whatever dies on the way, seed ${seed}`, async () => {
    const { host, said } = await play(seed);
    const sql = test.database.sql;
    await host.settle(20);
    const problems = await sql`SELECT key, status, error->>'code' AS code FROM tandem."row" WHERE status <> 'ok'`;
    const excused = new Set(problems.map((row) => row['key'] as string));
    // A run that died between making room and writing leaves empty rows: harmless.
    const lines = host.sheet.grid.slice(1).filter((row) => row.some((cell) => cell !== null));
    const shown = new Map(lines.map((row) => [String(row[0]), row]));
    const stored = new Map(
      (await sql`SELECT id, name, price::float8 AS price, note FROM item`).map((row) => [
        String(row['id']),
        [row['id'], row['name'], row['price'], row['note']],
      ]),
    );
    for (const key of new Set([...shown.keys(), ...stored.keys()])) {
      if (excused.has(key)) continue;
      expect(shown.get(key), `row ${key} of the sheet`).toEqual(stored.get(key));
    }
    expect(new Set(lines.map((row) => row[0])).size).toBe(lines.length);
    // No edit vanishes: what is not in place, and was not overwritten by its own side, is in the journal.
    const journal = (await sql`SELECT coalesce(before::text, '') || coalesce(after::text, '') AS t FROM tandem.journal`)
      .map((one) => one['t'] as string)
      .join('\n');
    // Edits inside a host's write window are another matter: Sheets has no compare-and-set, and no hub can see them.
    for (const name of said.raced ? [] : [...said.sheet, ...said.table]) {
      const somewhere = lines.some((line) => line[1] === name) || [...stored.values()].some((line) => line[1] === name);
      expect(somewhere || journal.includes(`"${name}"`), `"${name}" is lost`).toBe(true);
    }
    const before = host.cellsWritten;
    const changed = await sql`SELECT count(*)::int AS n FROM tandem.journal`;
    for (let i = 0; i < 3; i++) expect(await host.run()).toMatchObject({ outcome: 'done', pushed: 0 });
    expect(host.cellsWritten).toBe(before);
    expect(await sql`SELECT count(*)::int AS n FROM tandem.journal`).toEqual(changed);
    expect(await sql`SELECT key FROM tandem.offer`).toEqual([]);
    expect(await sql`SELECT key FROM tandem.dirty`).toEqual([]);
  });
}
