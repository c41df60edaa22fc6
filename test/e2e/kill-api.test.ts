import { describe, expect, it } from 'vitest';
import { ApiProcess } from '../google/demo/api-host.ts';
import type { Demo } from '../google/demo/boot.ts';
import { linkCompanies } from '../google/demo/link-companies.ts';
import { boot, bootLinked, tickUntilInStep, until, type Booted } from './support/boot.ts';

const ROWS = 503;

function processOf(demo: Demo): ApiProcess {
  if (!(demo.api instanceof ApiProcess)) throw new Error('The API should run as a process here.');
  return demo.api;
}

/** Pastes a new value into one column of every row: one edit event, one push of 503 rows. */
function pasteAll(demo: Demo, column: number, word: string): void {
  demo.hands.paste(
    2,
    column,
    Array.from({ length: ROWS }, (_, index) => [`${word} ${index}`]),
  );
}

async function expectEveryRowOnce(demo: Demo, word: string): Promise<void> {
  const comparison = await tickUntilInStep(demo);
  expect(comparison.rows).toBe(ROWS);
  expect(comparison.twice).toEqual([]);
  const [count] = await demo.sql<{ rows: number; keys: number; fresh: number }[]>`
    select count(*)::int as rows, count(distinct symbol)::int as keys,
      count(*) filter (where security like ${word + ' %'})::int as fresh
    from companies`;
  expect(count).toEqual({ rows: ROWS, keys: ROWS, fresh: ROWS });
}

async function withDemo(booting: Promise<Booted>, work: (demo: Demo) => Promise<void>): Promise<void> {
  const booted = await booting;
  try {
    await work(booted.demo);
  } finally {
    await booted.close();
  }
}

/** Small, fast and repeatable: a failing run names its seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the API killed with SIGKILL', () => {
  it('[I4] [I6] in the middle of a push of 503 rows that waits for a row lock: no row twice, none missing', async () => {
    await withDemo(bootLinked({ apiProcess: true }), async (demo) => {
      const api = processOf(demo);
      await demo.sql.begin(async (sql) => {
        await sql`select 1 from companies where symbol = 'ZTS' for update`;
        pasteAll(demo, 2, 'Killed');
        await until('the push waits for the lock', async () => {
          const [waiting] = await demo.sql`
            select 1 from pg_stat_activity
            where wait_event_type = 'Lock' and datname = current_database() and application_name = 'tandem'`;
          return waiting !== undefined;
        });
        await api.kill();
      });
      await demo.idle();
      await api.start();
      await expectEveryRowOnce(demo, 'Killed');
    });
  });

  it('[I4] [I6] at random moments of pushes of 503 rows', async () => {
    const seed = Number(process.env.TANDEM_SEED ?? Date.now() % 1_000_000);
    console.log(`seed ${seed} (repeat with TANDEM_SEED=${seed})`);
    const next = random(seed);
    await withDemo(bootLinked({ apiProcess: true }), async (demo) => {
      const api = processOf(demo);
      const started = performance.now();
      pasteAll(demo, 2, 'Undisturbed');
      await demo.idle();
      const wholePush = performance.now() - started;
      for (let round = 1; round <= 5; round++) {
        const word = `Round ${round}`;
        pasteAll(demo, 2, word);
        await new Promise((resolve) => setTimeout(resolve, next() * wholePush));
        await api.kill();
        await demo.idle();
        await api.start();
        await expectEveryRowOnce(demo, word);
      }
    });
  });

  it('[I4] [I6] during the first sync, which goes on where it stopped', async () => {
    await withDemo(boot({ apiProcess: true }), async (demo) => {
      const api = processOf(demo);
      const first = linkCompanies(demo.sidebar, 'companies', () => {}).catch((error: unknown) => error);
      await until('the first rows are in the table', async () => {
        const [table] = await demo.sql`select to_regclass('public.companies') as it`;
        if (table?.['it'] === null) return false;
        const [active] = await demo.sql`select 1 from tandem.link where state = 'active'`;
        return active !== undefined;
      });
      await api.kill();
      await first;
      await demo.idle();
      await api.start();
      for (let round = 0; round < 10; round++) await demo.sidebar.ask('syncNow', demo.tab.id);
      await demo.sidebar.call('repairTriggers', demo.tab.id);
      await demo.findTable();
      const comparison = await tickUntilInStep(demo);
      expect(comparison.rows).toBe(ROWS);
    });
  });
});
