import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectDatabase } from '../../api/database/connect.ts';
import { isAlive, isPostmasterOf, readPostmasterFile, stopPostmaster } from '../../api/database/postmaster.ts';
import { MINIMAL_ENVIRONMENT, startApiProcess } from './support/api-process.ts';
import { startForTest, temporaryFolder } from './support/database-folder.ts';

/** A server whose Node was killed with SIGKILL. */
async function leaveServer(home: string): Promise<{ pid: number; url: string }> {
  const api = startApiProcess({ ...MINIMAL_ENVIRONMENT, TANDEM_DATA_DIR: home });
  await api.listening;
  await api.kill('SIGKILL');
  const url = (await readFile(join(home, 'database-url'), 'utf8')).trim();
  return { pid: (await readPostmasterFile(join(home, 'postgres')))!.pid, url };
}

describe('a server left over by SIGKILL', () => {
  it('lives on, is taken over by the next start, and stops with it', async () => {
    const home = await temporaryFolder();
    const left = await leaveServer(home);
    expect(isAlive(left.pid)).toBe(true);

    const server = await startForTest(home);
    expect([server.adopted, server.pid, server.url]).toEqual([true, left.pid, left.url]);
    const { sql, close } = connectDatabase(server.url, { max: 1 });
    expect([...(await sql`select count(*)::int as applied from tandem.migration`)]).toHaveLength(1);
    await close();
    await server.stop();
    expect(await isPostmasterOf(left.pid, server.data)).toBe(false);
  });

  it('is taken over by the next API process, which answers and on SIGTERM stops it', async () => {
    const home = await temporaryFolder();
    const left = await leaveServer(home);
    const api = startApiProcess({ ...MINIMAL_ENVIRONMENT, TANDEM_DATA_DIR: home });
    const health = await fetch(`${await api.listening}/health`);
    expect(await health.json()).toMatchObject({ ok: true, database: 'up' });
    expect((await readPostmasterFile(join(home, 'postgres')))!.pid).toBe(left.pid);
    expect(await api.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await isPostmasterOf(left.pid, join(home, 'postgres'))).toBe(false);
    expect(await readPostmasterFile(join(home, 'postgres'))).toBeNull();
  });

  it('with another password than ours is named, not stopped', async () => {
    const home = await temporaryFolder();
    const left = await leaveServer(home);
    onTestFinished(() => stopPostmaster(left.pid, join(home, 'postgres')));
    const password = await readFile(join(home, 'postgres-password'));
    await writeFile(join(home, 'postgres-password'), 'another\n');
    await expect(startForTest(home)).rejects.toThrow(
      new RegExp(`process ${left.pid}\\) runs on .* with another password .* Stop that process`),
    );
    expect(isAlive(left.pid)).toBe(true);
    await writeFile(join(home, 'postgres-password'), password);
  });

  it('that was itself killed leaves files behind, which are cleared away; what was committed is there', async () => {
    const home = await temporaryFolder();
    const left = await leaveServer(home);
    const { sql, close } = connectDatabase(left.url, { max: 1 });
    await sql`create table kept as select 42 as answer`;
    await close();
    process.kill(left.pid, 'SIGKILL');
    while (await isPostmasterOf(left.pid, join(home, 'postgres'))) await sleep(10);
    await stat(join(home, 'postgres/postmaster.pid'));

    const server = await startForTest(home);
    expect(server.adopted).toBe(false);
    const after = connectDatabase(server.url, { max: 1 });
    expect([...(await after.sql`select answer from kept`)]).toEqual([{ answer: 42 }]);
    await after.close();
  });

  it('is not confused with another process that has its number now', async () => {
    const home = await temporaryFolder();
    const first = await startForTest(home);
    const text = await readFile(join(home, 'postgres/postmaster.pid'), 'utf8');
    await first.stop();
    const stranger = spawn('sleep', ['60']);
    onTestFinished(() => void stranger.kill());
    for (const pid of [stranger.pid!, process.pid]) {
      await writeFile(join(home, 'postgres/postmaster.pid'), text.replace(/^\d+/, String(pid)));
      const server = await startForTest(home);
      expect(server.adopted).toBe(false);
      await server.stop();
    }
    expect(isAlive(stranger.pid!)).toBe(true);
  });

  it('that is just stopping is waited for', async () => {
    const home = await temporaryFolder();
    const left = await leaveServer(home);
    process.kill(left.pid, 'SIGTERM'); // "smart": waits for sessions, of which there are none
    const server = await startForTest(home);
    const { sql, close } = connectDatabase(server.url, { max: 1 });
    expect([...(await sql`select 1 as up`)]).toEqual([{ up: 1 }]);
    await close();
  });
});

describe('a server that dies while it is in use', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)(
    '(%s) is started again where it was, with everything committed',
    async (signal) => {
      const home = await temporaryFolder();
      const server = await startForTest(home, { durable: true });
      const { sql, close } = connectDatabase(server.url, { max: 2 });
      onTestFinished(() => close(0));
      await sql`create table kept as select 42 as answer`;
      process.kill(server.pid, signal);
      let rows: unknown[] = [];
      for (let i = 0; i < 100 && rows.length === 0; i++) {
        await sleep(100);
        rows = await sql`select answer from kept`.then(
          (found) => [...found],
          () => [],
        );
      }
      expect(rows).toEqual([{ answer: 42 }]);
      // Still this process's, still one.
      await expect(startForTest(home)).rejects.toThrow(/already runs on/);
      await server.stop();
      expect(await readPostmasterFile(join(home, 'postgres'))).toBeNull();
    },
  );
});
