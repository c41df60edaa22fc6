import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqlBox } from '../google/demo/sql-box.ts';
import { tableStamp, viewTable } from '../google/demo/table-rows.ts';
import { freshDatabase, type FreshDatabase } from '../pg/support/fresh-database.ts';

let database: FreshDatabase;
let box: SqlBox;

beforeAll(async () => {
  database = await freshDatabase({ max: 1 });
  box = new SqlBox(database.url);
});
afterAll(async () => {
  await box.close();
  await database.drop();
});

describe('the SQL box', () => {
  it('runs several statements and shows values as the database writes them', async () => {
    const reply = await box.run(`
      create table t (id int primary key, at date, amount numeric(9,2), note text);
      insert into t values (2, '2024-02-29', 1.5, null), (1, '1999-12-31', 1e3, 'a "b"');
      select * from t order by id`);
    if (!reply.ok) throw new Error(reply.message);
    // The driver does not tell of every statement that has no rows.
    expect(reply.results.slice(-2).map(({ command, count }) => [command, count])).toEqual([
      ['INSERT', 2],
      ['SELECT', 2],
    ]);
    expect(reply.results.at(-1)).toMatchObject({
      columns: ['id', 'at', 'amount', 'note'],
      rows: [
        ['1', '1999-12-31', '1000.00', 'a "b"'],
        ['2', '2024-02-29', '1.50', null],
      ],
    });
  });

  it('answers what is wrong, where, and goes on', async () => {
    expect(await box.run('select nope from t')).toMatchObject({
      ok: false,
      message: 'column "nope" does not exist',
      position: 8,
    });
    expect(await box.run('select 1')).toMatchObject({ ok: true });
  });

  it('keeps a transaction open from one run to the next, as a terminal does', async () => {
    await box.run('begin; update t set note = null');
    const seen = await database.sql`select note from t where id = 1`;
    expect(seen[0]?.['note']).toBe('a "b"');
    await box.run('rollback');
    expect(await box.run('select note from t where id = 1')).toMatchObject({ results: [{ rows: [['a "b"']] }] });
  });
});

describe('the table as the page shows it', () => {
  it('comes in order of its key, and is null where there is none', async () => {
    const view = await viewTable(database.sql, { schema: 'public', name: 't' });
    expect(view.columns.map(({ name, type, numeric }) => [name, type, numeric])).toEqual([
      ['id', 'integer', true],
      ['at', 'date', false],
      ['amount', 'numeric(9,2)', true],
      ['note', 'text', false],
    ]);
    expect(view.rows.map((row) => row[0])).toEqual(['1', '2']);
    expect(await viewTable(database.sql, { schema: 'public', name: 'gone' })).toMatchObject({ name: null, total: 0 });
  });

  it('has another stamp after any write, even one that changes no value', async () => {
    const table = { schema: 'public', name: 't' };
    const before = await tableStamp(database.sql, table);
    expect(await tableStamp(database.sql, table)).toBe(before);
    await database.sql`update t set note = note where id = 1`;
    expect(await tableStamp(database.sql, table)).not.toBe(before);
  });
});
