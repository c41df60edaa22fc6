import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql as drizzleSql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectDatabase } from '../../api/database/connect.ts';
import { databaseErrorCode, toTandemError } from '../../api/database/errors.ts';
import { migrateDatabase } from '../../api/database/migrate.ts';
import { openDatabase } from '../../api/database/open.ts';
import { inTransaction } from '../../api/database/transaction.ts';
import { freshDatabase, type FreshDatabase } from './support/fresh-database.ts';
import { createGate } from './support/tcp-gate.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase({ max: 4 });
});
afterAll(() => database.drop());

const failure = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );

describe('the driver', () => {
  it('does not wait for more to send: with Nagle’s algorithm each COPY waited 40 ms for a delayed acknowledgement', async () => {
    const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    onTestFinished(() => setNoDelay.mockRestore());
    const { sql, close } = connectDatabase(database.url, { max: 1 });
    onTestFinished(() => close(1));
    await sql`select 1`;
    expect(setNoDelay.mock.calls).toContainEqual([true]);
  });

  it('gives dates and times as text, with every microsecond', async () => {
    const [row] =
      await database.sql`select '2026-02-03 04:05:06.123456+00'::timestamptz as at, '2026-02-03'::date as day`;
    expect(row).toEqual({ at: '2026-02-03 04:05:06.123456+00', day: '2026-02-03' });
  });

  it('sends JSON as text or through sql.json, never encoded twice', async () => {
    const { sql, db } = database;
    const value = { text: 'a "quoted" one', list: [1, null, true] };
    const [row] = await sql`select ${JSON.stringify(value)}::jsonb as a, ${sql.json(value)} as b,
      jsonb_typeof(${JSON.stringify('x')}::jsonb) as c`;
    expect(row).toEqual({ a: value, b: value, c: 'string' });
    const [byDrizzle] = await db.execute(drizzleSql`select ${JSON.stringify(value)}::jsonb as a`);
    expect(byDrizzle).toEqual({ a: value });
  });

  it('still does after a migration, which borrows the pool', async () => {
    await migrateDatabase(database.sql);
    const [row] = await database.sql`select ${database.sql.json([1])} as list, now()::timestamptz as now`;
    expect(row).toEqual({ list: [1], now: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:/) as string });
  });

  it('has room again after many connections in a row were refused', async () => {
    const gate = await createGate({ host: '127.0.0.1', port: Number(new URL(database.url).port) });
    const url = new URL(database.url);
    url.port = String(gate.port);
    const { sql, close } = connectDatabase(url.href, { max: 2 });
    onTestFinished(() => close(1));
    await gate.shut();
    for (let i = 0; i < 6; i++) {
      const start = performance.now();
      expect(toTandemError(await failure(sql`select 1`))?.code).toBe('database_unavailable');
      expect(performance.now() - start).toBeLessThan(3_000);
    }
    await gate.open();
    expect([...(await sql`select 1 as up`)]).toEqual([{ up: 1 }]);
    await gate.shut();
  });

  it('tells a query under way when its connection is lost', async () => {
    const gate = await createGate({ host: '127.0.0.1', port: Number(new URL(database.url).port) });
    const url = new URL(database.url);
    url.port = String(gate.port);
    const { sql, close } = connectDatabase(url.href, { max: 1 });
    onTestFinished(() => close(1));
    await sql`select 1`;
    const waiting = failure(sql`select pg_sleep(20)`);
    await sleep(100);
    await gate.shut();
    expect(toTandemError(await waiting)?.code).toBe('database_unavailable');
  });

  it('goes on at once after all its sessions were ended, again and again', async () => {
    const { sql, close } = connectDatabase(database.url, { max: 2 });
    onTestFinished(() => close(1));
    for (let round = 0; round < 30; round++) {
      const [{ pid }] = (await sql`select pg_backend_pid() as pid`) as never as [{ pid: number }];
      await database.sql`select pg_terminate_backend(${pid})`;
      // Whether the end is known by then is a matter of luck; an answer of some kind there must be.
      const answers = await Promise.race([
        Promise.allSettled([sql`select 1`, sql`select 2`, sql.begin((tx) => tx`select 3`)]).then((all) => all.length),
        sleep(5_000, 'no answer'),
      ]);
      expect(answers).toBe(3);
      await failure(sql`select broken`);
    }
  });

  it('does not lend a connection that a COPY uses', async () => {
    const { sql, close } = connectDatabase(database.url, { max: 2 });
    onTestFinished(() => close(1));
    await sql`create table lent (id int)`;
    const stream = await sql`copy lent from stdin`.writable();
    const beside = sql`select count(*)::int as rows from lent`;
    await pipeline(Readable.from(['1\n']), stream);
    expect([...(await beside)]).toEqual([{ rows: 1 }]);
    expect(() => sql`select 1`.cursor(1)).toThrow('a cursor needs a transaction');
  });
});

describe('a transaction', () => {
  it('has the settings that text forms rely on, and leaves none of them to the session', async () => {
    const { sql, close } = connectDatabase(database.url, { max: 1 });
    onTestFinished(() => close(1));
    await sql.begin((tx) => tx`set extra_float_digits = 0`);
    await sql.begin((tx) => tx`set datestyle = 'German'`);
    const read = () => [
      'DateStyle',
      'TimeZone',
      'IntervalStyle',
      'bytea_output',
      'extra_float_digits',
      'lock_timeout',
      'statement_timeout',
      'tandem.origin',
    ];
    const inside = await inTransaction(
      sql,
      (tx) => tx`select name, current_setting(name, true) as value from unnest(${read()}::text[]) as name`,
      { origin: 'link/run', timeout: 15_000 },
    );
    expect(Object.fromEntries(inside.map(({ name, value }) => [name, value]))).toEqual({
      DateStyle: 'ISO, YMD',
      TimeZone: 'UTC',
      IntervalStyle: 'postgres',
      bytea_output: 'hex',
      extra_float_digits: '1',
      lock_timeout: '2s',
      statement_timeout: '15s',
      'tandem.origin': 'link/run',
    });
    const [after] = await sql.begin(
      (tx) => tx`select current_setting('DateStyle') as style, current_setting('lock_timeout') as lock,
        current_setting('tandem.origin', true) as origin`,
    );
    expect(after).toEqual({ style: 'German, DMY', lock: '0', origin: '' });
  });

  it('that meets a lock says busy in its time', async () => {
    const { sql } = database;
    await sql`create table locked as select 1 as id`;
    const error = await sql.begin(async (holder) => {
      await holder`select * from locked for update`;
      return failure(inTransaction(sql, (tx) => tx`select * from locked for update`, { lockTimeout: 100 }));
    });
    expect(toTandemError(error)).toMatchObject({ code: 'busy', details: { retryAfter: 5 } });
  });

  it('makes plans anew that a trigger function of its session made before a column changed type', async () => {
    const { sql } = database;
    const mine = connectDatabase(database.url, { max: 1 });
    onTestFinished(() => mine.close(1));
    await sql.begin(async (tx) => {
      await tx`create table retyped (id int primary key, name text)`;
      await tx`create function shout() returns trigger language plpgsql as
        $$ begin new.name := upper(new.name); return new; end $$`;
      await tx`create trigger shout before insert on retyped for each row execute function shout()`;
    });
    const insert = (id: number) =>
      inTransaction(mine.sql, (tx) =>
        tx.savepoint((sp) => sp<{ name: string }[]>`insert into retyped values (${id}, 'a') returning name::text`),
      );
    expect([...(await insert(1))]).toEqual([{ name: 'A' }]);
    await sql`alter table retyped alter column name type varchar(60)`;
    expect([...(await insert(2))]).toEqual([{ name: 'A' }]);
  });

  it('that takes too long is undone: in one statement, or in many', async () => {
    const { sql } = database;
    await sql`create table written (id int)`;
    const slow = await failure(
      inTransaction(sql, (tx) => tx`insert into written select 1 from pg_sleep(5)`, { timeout: 200 }),
    );
    expect(toTandemError(slow)?.code).toBe('busy');
    const [{ version }] =
      (await sql`select current_setting('server_version_num')::int / 10000 as version`) as never as [
        { version: number },
      ];
    if (version >= 17) {
      const many = await failure(
        inTransaction(
          sql,
          async (tx) => {
            for (let i = 0; i < 20; i++) await tx`insert into written select ${i} from pg_sleep(0.05)`;
          },
          { timeout: 300 },
        ),
      );
      expect(toTandemError(many)?.code).toBe('busy');
    }
    expect([...(await sql`select count(*)::int as rows from written`)]).toEqual([{ rows: 0 }]);
  });

  it('that fails leaves its own error, with the code of the server', async () => {
    const { sql } = database;
    await sql`create table unique_once (id int primary key)`;
    const error = await failure(
      inTransaction(sql, async (tx) => {
        await tx`insert into unique_once values (1)`;
        await tx`insert into unique_once values (1)`;
      }),
    );
    expect([databaseErrorCode(error), toTandemError(error)]).toEqual(['23505', null]);
    expect([...(await sql`select * from unique_once`)]).toEqual([]);
  });
});

describe('opening a database', () => {
  const at = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return openDatabase({ databaseUrl: url.href, dataDir: 'unused' });
  };

  it.each([
    ['a server that is not there', (url: URL) => (url.port = '1'), /No PostgreSQL server answers at DATABASE_URL/],
    ['a host that is not known', (url: URL) => (url.hostname = 'no-such-host.invalid'), /DATABASE_URL/],
    ['a wrong password', (url: URL) => (url.password = 'wrong'), /does not accept the user or the password/],
    ['a database that is not there', (url: URL) => (url.pathname = '/nix'), /does not exist\. Create it/],
  ])('refuses %s with a sentence, without the password', async (_, change, sentence) => {
    const error = (await failure(at(change))) as Error;
    expect(error.name).toBe('StartError');
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain(new URL(database.url).password);
  });

  it('refuses a database that is not UTF-8', async () => {
    const name = `${database.name}_ascii`;
    await database.sql`create database ${database.sql(name)} encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0`;
    onTestFinished(async () => void (await database.sql`drop database ${database.sql(name)} with (force)`));
    await expect(at((url) => (url.pathname = `/${name}`))).rejects.toThrow(
      /stores text as SQL_ASCII; Tandem needs UTF8/,
    );
  });

  it('refuses a user who may not create the schema', async () => {
    const role = `${database.name}_reader`;
    const name = `${database.name}_bare`;
    const { sql } = database;
    await sql`create role ${sql(role)} login password 'reader'`;
    await sql`create database ${sql(name)} template template0`;
    onTestFinished(async () => {
      await sql`drop database ${sql(name)} with (force)`;
      await sql`drop role ${sql(role)}`;
    });
    const attempt = at((url) => {
      url.username = role;
      url.password = 'reader';
      url.pathname = `/${name}`;
    });
    await expect(attempt).rejects.toThrow(/may not create .* GRANT CREATE ON DATABASE/);
  });

  it('migrates once when many servers start together', async () => {
    const { sql } = database;
    const name = `${database.name}_many`;
    await sql`create database ${sql(name)} template template0`;
    onTestFinished(async () => void (await sql`drop database ${sql(name)} with (force)`));
    const opened = await Promise.all([1, 2, 3, 4].map(() => at((url) => (url.pathname = `/${name}`))));
    const counts = await opened[0]!.sql`select hash, count(*)::int as times from tandem.migration group by hash`;
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.every(({ times }) => times === 1)).toBe(true);
    await Promise.all(opened.map((it) => it.close()));
  });

  it('refuses a database that a newer Tandem has migrated', async () => {
    const own = await freshDatabase();
    onTestFinished(() => own.drop());
    await own.sql`insert into tandem.migration (hash, created_at) values ('future', 9999999999999)`;
    const url = own.url;
    await expect(openDatabase({ databaseUrl: url, dataDir: 'unused' })).rejects.toThrow(
      /newer version of Tandem\. Update/,
    );
  });
});
