import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bootDemo } from '../google/demo/boot.ts';
import { linkCompanies } from '../google/demo/link-companies.ts';
import { StoryTable } from '../google/demo/story/story-table.ts';
import type { SheetView, Status } from '../google/demo/page/messages.ts';
import { tickUntilInStep, until } from './support/boot.ts';

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
    await rm(dataDir, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  }
});

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface RunningDemo {
  child: ChildProcess;
  url: string;
}

/** `npm run demo` as a process of its own. */
async function startProcess(dataDir: string): Promise<RunningDemo> {
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/google/demo/main.ts', '--data', dataDir, '--port', '18787'],
    { cwd: ROOT, env },
  );
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await until(
    'the demo is up',
    () => {
      if (child.exitCode !== null) throw new Error(`The demo ended: ${out}`);
      return out.includes('ready in');
    },
    60_000,
  );
  return { child, url: /http:\/\/localhost:\d+/.exec(out)![0] };
}

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

it('comes up again after SIGKILL of the whole demo: the database server left over is taken over, nothing is lost', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tandem-killed-'));
  let running = await startProcess(dataDir);
  try {
    const post = (path: string, body: object) =>
      fetch(running.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('/demo/sheet', { do: 'type', row: 2, column: 2, text: 'Before the kill' });
    await until('the edit is in the table', async () =>
      JSON.stringify(await get(`${running.url}/demo/table`)).includes('Before the kill'),
    );
    // The spreadsheet is saved a moment after each change.
    await until('the spreadsheet is saved', async () =>
      (await readFile(join(dataDir, 'demo/google.json'), 'utf8').catch(() => '')).includes('Before the kill'),
    );
    const killed = once(running.child, 'exit');
    running.child.kill('SIGKILL');
    await killed;

    running = await startProcess(dataDir);
    expect((await get<SheetView>(`${running.url}/demo/sheet`)).display[1]![1]).toBe('Before the kill');
    await post('/demo/tick', {});
    expect(await get<Status>(`${running.url}/demo/status`)).toMatchObject({ inStep: true, differing: 0 });
  } finally {
    const ended = once(running.child, 'exit');
    running.child.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  }
});
