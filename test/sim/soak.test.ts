import { expect, inject, it } from 'vitest';
import { migratedDatabase } from './server.ts';
import { soak } from './soak.ts';

it('[I6] [I7] [I8] comes to rest two cycles after three minutes of edits on both sides, within four writes an edit', async () => {
  const database = await migratedDatabase(inject('postgresSocketUrl'), `sim_soak_${process.pid}`);
  const { violations, writesPerCell } = await soak(database, { seed: 1, minutes: 3, real: false });
  expect(violations).toEqual([]);
  expect(writesPerCell).toBeGreaterThan(0.3);
  expect(writesPerCell).toBeLessThanOrEqual(4);
});
