import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bootDemo } from '../google/demo/boot.ts';
import { linkCompanies } from '../google/demo/link-companies.ts';
import { StoryTable } from '../google/demo/story/story-table.ts';
import { tickUntilInStep } from './support/boot.ts';

it('[I7] a second start of the demo finds spreadsheet, table and link as they were, and writes nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-restart-'));
  const start = () => bootDemo({ dataDir, clock: 'virtual', durable: false, keep: true });
  try {
    const first = await start();
    await linkCompanies(first.sidebar, 'companies', () => {});
    await new StoryTable(first).type('MMM', 'Security', 'Kept over the restart');
    await first.stop();

    const second = await start();
    try {
      const table = new StoryTable(second);
      expect(table.shown('MMM', 'Security')).toBe('Kept over the restart');
      expect(await table.stored('MMM', 'security')).toBe('Kept over the restart');
      expect((await tickUntilInStep(second, 1)).rows).toBe(503);
      expect(second.counters.cellWrites).toBe(0);
      await table.type('AOS', 'Security', 'Edited after it');
      expect(await table.stored('AOS', 'security')).toBe('Edited after it');
    } finally {
      await second.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
