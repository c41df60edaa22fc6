import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bootDemo, type Demo, type DemoOptions } from '../../google/demo/boot.ts';
import { countDifferences, describeDifferences, type Comparison } from '../../google/demo/compare-sides.ts';
import { linkCompanies } from '../../google/demo/link-companies.ts';
import { compareNow } from '../../google/demo/stage.ts';
import { freshDatabase } from '../../pg/support/fresh-database.ts';

export interface Booted {
  demo: Demo;
  dataDir: string;
  close(): Promise<void>;
}

/** The demo over a database of its own, in a folder of its own. */
export async function boot(options: Partial<DemoOptions> = {}): Promise<Booted> {
  const database = await freshDatabase({ max: 1 });
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-e2e-'));
  const clean = async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  };
  try {
    const demo = await bootDemo({
      dataDir,
      databaseUrl: database.url,
      clock: 'virtual',
      durable: false,
      keep: false,
      ...options,
    });
    return {
      demo,
      dataDir,
      close: async () => {
        await demo.stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

/** Boots and links the companies as a person does in the sidebar. */
export async function bootLinked(options: Partial<DemoOptions> = {}): Promise<Booted> {
  const booted = await boot(options);
  try {
    await linkCompanies(booted.demo.sidebar, 'companies', () => {});
    await booted.demo.findTable();
    return booted;
  } catch (error) {
    await booted.close();
    throw error;
  }
}

/** Ticks until both sides agree; fails with the differences if they still differ after `most` ticks. */
export async function tickUntilInStep(demo: Demo, most = 12): Promise<Comparison> {
  let comparison: Comparison | null = null;
  for (let tick = 0; tick < most; tick++) {
    await demo.tick();
    comparison = await compareNow(demo);
    if (comparison !== null && countDifferences(comparison) === 0) return comparison;
  }
  expect(comparison === null ? 'nothing is linked' : describeDifferences(comparison)).toBe('');
  return comparison!;
}

/** Waits for something to become true, looking often. */
export async function until(what: string, ready: () => Promise<boolean> | boolean, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
