import { defineConfig } from 'vitest/config';

/** Those that start and kill servers of their own: after the others, and not one for each processor of a large machine. */
const twoAtATime = { maxWorkers: 2, sequence: { groupOrder: 1 } };

/**
 * `unit` needs nothing but Node; `pg` and `sim` a real Postgres, started once; `database` starts its own; `e2e` also needs
 * the built add-on and a browser.
 */
export default defineConfig({
  test: {
    // One fewer than the processors, the default, leaves one of two idle while tests wait for a database.
    maxWorkers: '100%',
    reporters: ['default', './test/support/summary-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/google/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'pg',
          include: ['test/pg/**/*.test.ts'],
          exclude: ['test/pg/database-*.test.ts'],
          globalSetup: ['test/pg/support/start-postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'database',
          include: ['test/pg/database-*.test.ts'],
          globalSetup: ['test/pg/support/start-postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...twoAtATime,
        },
      },
      {
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          globalSetup: ['test/pg/support/start-postgres.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/pg/support/start-postgres.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...twoAtATime,
        },
      },
    ],
  },
});
