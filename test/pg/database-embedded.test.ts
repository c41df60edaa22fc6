import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectDatabase } from '../../api/database/connect.ts';
import { isPostmasterOf } from '../../api/database/postmaster.ts';
import { startForTest, temporaryFolder } from './support/database-folder.ts';

describe('the embedded database', () => {
  it('is UTF-8 whatever the language of the machine, and knows the case of every letter', async () => {
    const server = await startForTest(await temporaryFolder());
    const { sql, close } = connectDatabase(server.url, { max: 1 });
    const [row] = await sql`
      select current_setting('server_encoding') as encoding, lower('ÄÉΣЖ') as lower, datcollate, datlocprovider,
        'a' < 'B' as by_language, 'a' < 'B' collate "en-x-icu" as by_icu
      from pg_database where datname = current_database()`;
    await close();
    expect(row).toEqual({
      encoding: 'UTF8',
      lower: 'äéσж',
      datcollate: 'C',
      datlocprovider: 'b',
      by_language: false,
      by_icu: true,
    });
  });

  it('keeps its data, password and port from one start to the next', async () => {
    const home = await temporaryFolder();
    const first = await startForTest(home);
    const before = connectDatabase(first.url, { max: 1 });
    await before.sql`create table kept as select 42 as answer`;
    await before.close();
    await first.stop();
    expect(await isPostmasterOf(first.pid, first.data)).toBe(false);

    const second = await startForTest(home);
    expect([second.adopted, second.url]).toEqual([false, first.url]);
    const after = connectDatabase(second.url, { max: 1 });
    expect([...(await after.sql`select answer from kept`)]).toEqual([{ answer: 42 }]);
    await after.close();
  });

  it('syncs to disk unless a test says otherwise', async () => {
    const home = await temporaryFolder();
    const settings = async (durable: boolean) => {
      const server = await startForTest(home, { durable });
      const { sql, close } = connectDatabase(server.url, { max: 1 });
      const [row] = await sql`select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
        current_setting('synchronous_commit') as commit`;
      await close();
      await server.stop();
      return row;
    };
    expect(await settings(true)).toEqual({ fsync: 'on', pages: 'on', commit: 'on' });
    expect(await settings(false)).toEqual({ fsync: 'off', pages: 'off', commit: 'off' });
  });

  it('lets nobody in without its password, which is random and only ours to read', async () => {
    const [a, b] = [await temporaryFolder(), await temporaryFolder()];
    const server = await startForTest(a);
    const other = await startForTest(b);
    const passwordOf = (url: string) => new URL(url).password;
    expect(passwordOf(server.url)).not.toBe(passwordOf(other.url));
    expect(passwordOf(server.url).length).toBeGreaterThanOrEqual(32);
    for (const file of ['postgres-password', 'database-url', 'postgres.log']) {
      expect(((await stat(join(a, file))).mode & 0o777).toString(8)).toBe('600');
    }
    for (const url of [server.url.replace(passwordOf(server.url), 'guess'), server.url.replace(/:[^:@]+@/, '@')]) {
      const { sql, close } = connectDatabase(url, { max: 1 });
      await expect(sql`select 1`).rejects.toMatchObject({ code: '28P01' });
      await close();
    }
  });

  it('listens on loopback only', async () => {
    const server = await startForTest(await temporaryFolder());
    const { sql, close } = connectDatabase(server.url, { max: 1 });
    const [row] = await sql`select current_setting('listen_addresses') as addresses`;
    await close();
    expect(row).toEqual({ addresses: '127.0.0.1' });
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((face) => face !== undefined && !face.internal && face.family === 'IPv4');
    if (outside === undefined) return; // A machine without a network has no outside to try from.
    const reached = await new Promise((resolve) => {
      const socket = connect(server.port, outside.address);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    expect(reached).toBe(false);
  });

  it('takes another port if the last one is taken', async () => {
    const [a, b] = [await temporaryFolder(), await temporaryFolder()];
    const first = await startForTest(a);
    await first.stop();
    const squatter = await startForTest(b);
    await squatter.stop();
    await writeFile(join(b, 'database-url'), await readFile(join(a, 'database-url')));
    const [one, two] = [await startForTest(a), await startForTest(b)];
    expect(one.port).toBe(first.port);
    expect(two.port).not.toBe(one.port);
  });

  it('refuses a second user of the same folder with a sentence, and goes on serving the first', async () => {
    const home = await temporaryFolder();
    const server = await startForTest(home);
    await expect(startForTest(home)).rejects.toThrow(
      new RegExp(`already runs on ${home} \\(process ${process.pid}\\)\\. Stop it first, or .*TANDEM_DATA_DIR`),
    );
    const { sql, close } = connectDatabase(server.url, { max: 1 });
    expect([...(await sql`select 1 as up`)]).toEqual([{ up: 1 }]);
    await close();
  });

  it('makes one database when two start at once in an empty folder: one runs, the other says so', async () => {
    const home = await temporaryFolder();
    const outcomes = await Promise.allSettled([startForTest(home), startForTest(home)]);
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(String(refused!.reason)).toMatch(/already runs on/);
  });

  it('is not fooled by an initdb that was cut short', async () => {
    const home = await temporaryFolder();
    await mkdir(join(home, 'postgres.new-1-abc/data'), { recursive: true });
    await writeFile(join(home, 'postgres.new-1-abc/data/PG_VERSION'), '18\n');
    const server = await startForTest(home);
    expect(server.data).toBe(join(home, 'postgres'));
  });

  it.each([
    [
      'made by another major version',
      (home: string) => writeFile(join(home, 'postgres/PG_VERSION'), '15\n'),
      /made by PostgreSQL 15; this version of Tandem brings \d+\. Dump it/,
    ],
    [
      'whose password is lost',
      (home: string) => rm(join(home, 'postgres-password')),
      /its password file .* is missing\. Put the file back/,
    ],
    [
      'that is damaged',
      (home: string) => rm(join(home, 'postgres/global/pg_control')),
      /did not start \(.*pg_control.*\)\. Its log is .*postgres\.log/,
    ],
  ])('refuses data %s with a sentence, and leaves it alone', async (_, spoil, sentence) => {
    const home = await temporaryFolder();
    await (await startForTest(home)).stop();
    await spoil(home);
    await expect(startForTest(home)).rejects.toThrow(sentence);
    await stat(join(home, 'postgres/base'));
  });

  it('says which folder cannot be used', async () => {
    const home = await temporaryFolder();
    await writeFile(join(home, 'file'), '');
    await expect(startForTest(join(home, 'file'))).rejects.toThrow(/cannot be made or used .*Set TANDEM_DATA_DIR/);
  });
});
