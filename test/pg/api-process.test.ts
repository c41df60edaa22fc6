import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { connectDatabase } from '../../api/database/connect.ts';
import { isPostmasterOf, readPostmasterFile } from '../../api/database/postmaster.ts';
import { startApi } from '../../api/start.ts';
import { MINIMAL_ENVIRONMENT, startApiProcess, type ApiProcess } from './support/api-process.ts';
import { temporaryFolder } from './support/database-folder.ts';
import { freshDatabase } from './support/fresh-database.ts';

function start(environment: Record<string, string>): ApiProcess {
  const api = startApiProcess({ ...MINIMAL_ENVIRONMENT, ...environment });
  onTestFinished(async () => void (await api.kill('SIGKILL')));
  return api;
}

const running = async (home: string) => {
  const file = await readPostmasterFile(join(home, 'postgres'));
  return file !== null && (await isPostmasterOf(file.pid, join(home, 'postgres')));
};

describe('npm start', () => {
  it('with nothing configured names every variable that is missing, and ends with 1', async () => {
    const api = startApiProcess({});
    expect(await api.ended).toEqual({ code: 1, signal: null });
    expect(api.output()).toMatch(/^Tandem cannot start: [^]*TANDEM_AUDIENCES is missing[^]*TANDEM_ADMINS is missing/);
    expect(api.output()).not.toMatch(/^\s+at /m);
  });

  it('on a port that is taken says so, and leaves no database running', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as AddressInfo;
    const home = await temporaryFolder();
    const api = start({ PORT: String(port), TANDEM_DATA_DIR: home });
    expect((await api.ended).code).toBe(1);
    expect(api.output()).toContain(`Port ${port} is already in use. Stop the program that uses it, or set PORT`);
    expect(await running(home)).toBe(false);
  });

  it('on an address that is not ours, or a database that is not there, says so', async () => {
    const database = await freshDatabase();
    onTestFinished(() => database.drop());
    const elsewhere = start({ HOST: '203.0.113.1', DATABASE_URL: database.url });
    const nowhere = start({ DATABASE_URL: 'postgres://user:hunter2@127.0.0.1:1/x' });
    expect((await elsewhere.ended).code).toBe(1);
    expect(elsewhere.output()).toMatch(/no address "203\.0\.113\.1"\. Set HOST/);
    expect((await nowhere.ended).code).toBe(1);
    expect(nowhere.output()).toMatch(/No PostgreSQL server answers at DATABASE_URL/);
    expect(nowhere.output()).not.toContain('hunter2');
  });

  it('uses the database it is given, migrated, and leaves it running', async () => {
    const database = await freshDatabase();
    onTestFinished(() => database.drop());
    const api = start({ DATABASE_URL: database.url });
    const answer = await fetch(`${await api.listening}/health`);
    expect(await answer.json()).toMatchObject({ ok: true });
    expect(await api.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect([...(await database.sql`select 1 as up`)]).toEqual([{ up: 1 }]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops on %s and its database with it', async (signal) => {
    const home = await temporaryFolder();
    const api = start({ TANDEM_DATA_DIR: home });
    await api.listening;
    expect(await running(home)).toBe(true);
    expect(await api.kill(signal)).toEqual({ code: 0, signal: null });
    expect(await running(home)).toBe(false);
    expect(await readPostmasterFile(join(home, 'postgres'))).toBeNull();
  });

  it('asked twice to stop ends at once, its database too', async () => {
    const home = await temporaryFolder();
    const api = start({ TANDEM_DATA_DIR: home });
    const { hostname, port } = new URL(await api.listening);
    // A request that never ends keeps the first stop waiting.
    const request = await import('node:net').then(({ connect }) => connect(Number(port), hostname));
    onTestFinished(() => void request.destroy());
    request.on('error', () => {});
    request.write('POST /v1/me HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n');
    await sleep(100);
    api.child.kill('SIGTERM');
    await sleep(300);
    api.child.kill('SIGTERM');
    await api.ended;
    for (let i = 0; i < 100 && (await running(home)); i++) await sleep(20);
    expect(await running(home)).toBe(false);
  });
});

describe('an API in this process', () => {
  const config = {
    port: 0,
    host: '127.0.0.1',
    dataDir: 'unused',
    issuer: 'https://accounts.test',
    jwksUrl: 'https://accounts.test/certs',
    audiences: ['a'],
    admins: ['admin@example.com'],
    logLevel: 'silent' as const,
  };

  it('answers what is under way before it stops, and nothing after', async () => {
    const database = await freshDatabase();
    onTestFinished(() => database.drop());
    const api = await startApi({ ...config, databaseUrl: database.url });
    api.app.get('/slow', async (c) => c.json(await api.database.sql`select 1 as up from pg_sleep(0.5)`));
    const slow = fetch(`${api.url}/slow`);
    await sleep(150);
    const [answer] = await Promise.all([slow, api.stop()]);
    expect(await answer.json()).toEqual([{ up: 1 }]);
    await expect(fetch(`${api.url}/health`)).rejects.toThrow();
    await api.stop();
  });

  it('goes on answering while its database is away, and serves again when it is back', async () => {
    const database = await freshDatabase();
    onTestFinished(() => database.drop());
    const api = await startApi({ ...config, databaseUrl: database.url });
    onTestFinished(() => api.stop());
    const health = async () => (await fetch(`${api.url}/health`)).status;
    const { sql, close } = connectDatabase(inject('postgresUrl'), { max: 1 });
    onTestFinished(() => close(0));
    expect(await health()).toBe(200);
    // No new connections, and the old ones cut: what a failover looks like from here.
    await sql`alter database ${sql(database.name)} allow_connections false`;
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database.name}`;
    expect(await health()).toBe(503);
    await sql`alter database ${sql(database.name)} allow_connections true`;
    expect(await health()).toBe(200);
  });
});
