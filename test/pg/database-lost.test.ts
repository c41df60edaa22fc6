import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectDatabase, type Connection } from '../../api/database/connect.ts';
import { toTandemError } from '../../api/database/errors.ts';
import { inTransaction } from '../../api/database/transaction.ts';
import { freshDatabase, type FreshDatabase } from './support/fresh-database.ts';
import { createGate, type Gate } from './support/tcp-gate.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.sql`create table written (what text)`;
});
afterAll(() => database.drop());

/** A pool of one, behind a door. An error nobody catches ends the run: vitest reports it. */
async function behindGate(): Promise<Connection & { gate: Gate }> {
  const url = new URL(database.url);
  const gate = await createGate({ host: url.hostname, port: Number(url.port) });
  url.port = String(gate.port);
  const connection = connectDatabase(url.href, { max: 1 });
  onTestFinished(async () => {
    await connection.close(0);
    await gate.shut().catch(() => {});
  });
  return { ...connection, gate };
}

/** Ends the session a transaction runs in, as a restart, a failover or an admin does. */
async function terminate(pid: number): Promise<void> {
  await database.sql`select pg_terminate_backend(${pid})`;
}

const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'committed',
    (error: unknown) => toTandemError(error)?.code ?? String(error),
  );

const pidOf = async (tx: Connection['sql']) => (await tx<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid;
const written = async () =>
  (await database.sql<{ what: string }[]>`select what from written order by what`).map(({ what }) => what);

describe('a transaction whose session ends', () => {
  const cases: [string, (tx: Connection['sql'], pid: number, name: string) => Promise<unknown>][] = [
    [
      'during a statement',
      async (tx, pid) => {
        const running = tx`select pg_sleep(10)`;
        running.catch(() => {});
        await sleep(50);
        await terminate(pid);
        await running;
      },
    ],
    [
      'between two statements',
      async (tx, pid, name) => {
        await terminate(pid);
        await sleep(100);
        await tx`insert into written values (${name})`;
      },
    ],
    [
      'just before its commit',
      async (_tx, pid) => {
        await terminate(pid);
        await sleep(100);
      },
    ],
    [
      'under work that minds no failure and goes on',
      async (tx, pid, name) => {
        await terminate(pid);
        for (let i = 0; i < 10; i++) {
          await tx`insert into written values (${name})`.catch(() => {});
          await sleep(10);
        }
      },
    ],
  ];

  it.each(cases)('%s fails alone: it can be tried again, nothing of it is written', async (title, work) => {
    const { sql, close } = connectDatabase(database.url, { max: 1 });
    onTestFinished(() => close(0));
    const attempt = inTransaction(sql, async (tx) => {
      await tx`insert into written values (${title})`;
      await work(tx as unknown as Connection['sql'], await pidOf(tx as unknown as Connection['sql']), title);
    });
    expect(await outcomeOf(attempt)).toBe('database_unavailable');
    for (let i = 0; i < 3; i++) {
      expect(await inTransaction(sql, async (tx) => (await tx`select 1 as up`)[0])).toEqual({ up: 1 });
    }
    expect(await written()).not.toContain(title);
  });

  it('inside a savepoint that catches its failure', async () => {
    const { sql, close } = connectDatabase(database.url, { max: 1 });
    onTestFinished(() => close(0));
    const attempt = inTransaction(sql, async (tx) => {
      const pid = await pidOf(tx as unknown as Connection['sql']);
      await tx
        .savepoint(async (inner) => {
          await terminate(pid);
          await sleep(100);
          await inner`insert into written values ('in a savepoint')`;
        })
        .catch(() => {});
      await tx`insert into written values ('after a savepoint')`;
    });
    expect(await outcomeOf(attempt)).toBe('database_unavailable');
    expect(await inTransaction(sql, async (tx) => (await tx`select 1 as up`)[0])).toEqual({ up: 1 });
  });

  it('never writes into the transaction that follows it', async () => {
    const { sql, close } = connectDatabase(database.url, { max: 1 });
    onTestFinished(() => close(0));
    let goOn: () => void = () => {};
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    const dead = outcomeOf(
      inTransaction(sql, async (tx) => {
        await terminate(await pidOf(tx as unknown as Connection['sql']));
        await paused;
        await tx`insert into written values ('from the dead')`;
      }),
    );
    await sleep(100);
    goOn();
    const living = inTransaction(sql, async (tx) => {
      await tx`insert into written values ('of the living')`;
      await sleep(50);
    });
    expect([await dead, await outcomeOf(living)]).toEqual(['database_unavailable', 'committed']);
    expect(await written()).toContain('of the living');
    expect(await written()).not.toContain('from the dead');
  });
});

describe.each(['close', 'reset'] as const)('a server that goes away (%s)', (how) => {
  it('is there again for queries and transactions once it is back', async () => {
    const { sql, gate } = await behindGate();
    for (let round = 0; round < 3; round++) {
      const running = [
        outcomeOf(sql`select pg_sleep(10)`),
        outcomeOf(inTransaction(sql, (tx) => tx`select pg_sleep(10)`)),
        outcomeOf(
          inTransaction(sql, async (tx) => {
            await sleep(200);
            await tx`select 1`;
          }),
        ),
      ];
      await sleep(100);
      await gate.shut(how);
      expect(await Promise.all(running)).toEqual(Array(3).fill('database_unavailable'));
      expect(await outcomeOf(sql`select 1`)).toBe('database_unavailable');
      await gate.open();
      expect((await sql`select 1 as up`)[0]).toEqual({ up: 1 });
      expect(await inTransaction(sql, async (tx) => (await tx`select 1 as up`)[0])).toEqual({ up: 1 });
    }
  });

  it('while nobody was looking costs the next caller nothing', async () => {
    const { sql, gate } = await behindGate();
    const both = async () => [
      (await sql`select 1 as up`)[0],
      await inTransaction(sql, async (tx) => (await tx`select 1 as up`)[0]),
    ];
    await both();
    await gate.shut(how);
    await gate.open();
    await sleep(20);
    expect(await both()).toEqual([{ up: 1 }, { up: 1 }]);
  });
});

describe('a transaction', () => {
  it('keeps what an inner failure was undone for, and undoes what nobody minded', async () => {
    const { sql } = database;
    await inTransaction(sql, async (tx) => {
      await tx`insert into written values ('kept')`;
      await tx
        .savepoint(async (inner) => {
          await inner`insert into written values ('undone')`;
          await inner`select 1 / 0`;
        })
        .catch(() => {});
      await tx`insert into written values ('kept too')`;
    });
    expect(await written()).toEqual(expect.arrayContaining(['kept', 'kept too']));
    expect(await written()).not.toContain('undone');

    const careless = inTransaction(sql, async (tx) => {
      await tx`insert into written values ('careless')`;
      await tx`select 1 / 0`.catch(() => {});
    });
    await expect(careless).rejects.toMatchObject({ code: '22012' });
    expect(await written()).not.toContain('careless');
  });

  it('takes no statement after its end', async () => {
    let leaked: Connection['sql'] | undefined;
    await inTransaction(database.sql, async (tx) => {
      leaked = tx as unknown as Connection['sql'];
    });
    await expect(leaked!`insert into written values ('late')`).rejects.toThrow(/after its transaction had ended/);
  });

  it('waits for its turn when all connections are taken', async () => {
    const { sql, close } = connectDatabase(database.url, { max: 2 });
    onTestFinished(() => close(0));
    let now = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 12 }, () =>
        inTransaction(sql, async (tx) => {
          most = Math.max(most, ++now);
          await tx`select pg_sleep(0.01)`;
          now--;
        }),
      ),
    );
    expect(most).toBe(2);
  });

  it('keeps no savepoint open behind it, whether its work was kept or taken back', async () => {
    for (const statement of ['select 1', 'select 1 / 0']) {
      const looking = inTransaction(database.sql, async (tx) => {
        await tx.savepoint((inner) => inner.unsafe(statement)).catch(() => {});
        await tx.unsafe('rollback to savepoint s0');
      });
      await expect(looking, statement).rejects.toMatchObject({ code: '3B001' });
    }
  });

  it('of Drizzle runs there too, inside savepoints of its own', async () => {
    const { db } = database;
    await db.transaction(async (tx) => {
      await tx.execute(`insert into written values ('by drizzle')`);
      await tx
        .transaction(async (inner) => {
          await inner.execute(`insert into written values ('by drizzle, undone')`);
          throw new Error('undo');
        })
        .catch(() => {});
    });
    expect(await written()).toContain('by drizzle');
    expect(await written()).not.toContain('by drizzle, undone');
  });
});
