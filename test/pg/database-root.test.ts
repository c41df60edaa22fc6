import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectDatabase } from '../../api/database/connect.ts';
import { runAs } from '../../api/database/run-as.ts';
import { chooseServerUser } from '../../api/database/server-user.ts';
import { MINIMAL_ENVIRONMENT, startApiProcess } from './support/api-process.ts';
import { asRoot, isRoot, startForTest, temporaryFolder } from './support/database-folder.ts';

/** Owner of a process, as the system tells. */
async function ownerOf(pid: number): Promise<number> {
  return Number((await runAs(null, 'ps', ['-o', 'uid=', '-p', String(pid)])).output);
}

async function idOf(name: string): Promise<number> {
  return Number((await runAs(null, 'id', ['-u', name])).output);
}

describe.skipIf(!isRoot)(`as root${asRoot}`, () => {
  it('PostgreSQL runs as the system user postgres, who owns the data; the password stays with root', async () => {
    const home = await temporaryFolder();
    const server = await startForTest(home);
    const postgres = await idOf('postgres');
    expect(await ownerOf(server.pid)).toBe(postgres);
    expect((await stat(server.data)).uid).toBe(postgres);
    expect((await stat(join(home, 'postgres-password'))).uid).toBe(0);
  });

  it('a folder below one of mode 0700 keeps the password; the data lives where PostgreSQL reaches it, and is found again', async () => {
    const closed = await temporaryFolder(0o700);
    const far = await temporaryFolder();
    const home = join(closed, 'repository/.tandem');
    const first = await startForTest(home, { farFolders: [far] });
    expect(first.data.startsWith(`${far}/`)).toBe(true);
    expect(JSON.parse(await readFile(join(home, 'place.json'), 'utf8'))).toEqual({ reachable: join(first.data, '..') });
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    const before = connectDatabase(first.url, { max: 1 });
    await before.sql`create table kept as select 42 as answer`;
    await before.close();
    await first.stop();

    const second = await startForTest(home, { farFolders: [far] });
    expect(second.data).toBe(first.data);
    const after = connectDatabase(second.url, { max: 1 });
    expect([...(await after.sql`select answer from kept`)]).toEqual([{ answer: 42 }]);
    await after.close();
  });

  it('a new folder begins with a new database, whatever an earlier one left elsewhere', async () => {
    const closed = await temporaryFolder(0o700);
    const far = await temporaryFolder();
    const home = join(closed, '.tandem');
    const first = await startForTest(home, { farFolders: [far] });
    await first.stop();
    await rm(home, { recursive: true });
    const second = await startForTest(home, { farFolders: [far] });
    expect(second.data).not.toBe(first.data);
  });

  it('a database that PostgreSQL can no longer reach is a sentence, never an empty new one', async () => {
    const parent = await temporaryFolder();
    const home = join(parent, '.tandem');
    await (await startForTest(home)).stop();
    await chmod(parent, 0o700);
    const far = { farFolders: [await temporaryFolder()] };
    await expect(startForTest(home, far)).rejects.toThrow(/system user cannot get there .* open the way/);
    await chmod(parent, 0o755);

    const closed = await temporaryFolder(0o700);
    const moved = await startForTest(join(closed, 'home'), far);
    await moved.stop();
    await rm(join(moved.data, '..'), { recursive: true });
    await expect(startForTest(join(closed, 'home'), far)).rejects.toThrow(/cannot get there \(moved, deleted/);
  });

  it('the second-best place is used where the best is closed, and none at all is a sentence', async () => {
    const closed = await temporaryFolder(0o700);
    const [shut, open] = [await temporaryFolder(0o700), await temporaryFolder()];
    const server = await startForTest(join(closed, 'a'), { farFolders: [join(shut, 'x'), open] });
    expect(server.data.startsWith(`${open}/`)).toBe(true);
    await expect(startForTest(join(closed, 'b'), { farFolders: [join(shut, 'x')] })).rejects.toThrow(
      /can reach neither .* nor .*\. Set TANDEM_DATA_DIR to a folder that every user can pass through/,
    );
  });

  it('a strict umask keeps nothing of ours closed to PostgreSQL', async () => {
    const closed = await temporaryFolder(0o700);
    const far = await temporaryFolder();
    const before = process.umask(0o077);
    try {
      await startForTest(join(closed, 'home'), { farFolders: [join(far, 'deeper')] });
    } finally {
      process.umask(before);
    }
    expect(await readdir(join(far, 'deeper'))).toHaveLength(1);
  });

  it('a system user that cannot be made is a sentence that says what to do', async () => {
    const user = { name: 'tandem-no-such-user', create: async () => false };
    await expect(startForTest(await temporaryFolder(), { user })).rejects.toThrow(
      /does not run as root, and the system user "tandem-no-such-user".*could not be made\. Start Tandem as an ordinary user, or .* or set DATABASE_URL/,
    );
  });

  it('a missing system user is made once', async () => {
    let made = 0;
    const user = await chooseServerUser('/nowhere', {
      name: 'tandem-test-made',
      create: async (name) => {
        made++;
        return (
          (await runAs(null, 'useradd', ['--system', '--no-create-home', '--shell', '/bin/false', name])).code === 0
        );
      },
    });
    try {
      expect(user?.uid).toBe(await idOf('tandem-test-made'));
      expect(made).toBe(1);
    } finally {
      await runAs(null, 'userdel', ['tandem-test-made']);
    }
  });

  it('data of an ordinary user is served as that user', async () => {
    const nobody = { uid: await idOf('nobody'), gid: Number((await runAs(null, 'id', ['-g', 'nobody'])).output) };
    const home = join(await temporaryFolder(0o777), 'home');
    const api = startApiProcess({ ...MINIMAL_ENVIRONMENT, TANDEM_DATA_DIR: home }, nobody);
    await api.listening;
    await api.kill('SIGTERM');
    const server = await startForTest(home);
    expect(await ownerOf(server.pid)).toBe(nobody.uid);
    await server.stop();

    // And the other way round: what root's server user owns is not for others.
    const roots = await temporaryFolder();
    await (await startForTest(roots)).stop();
    await chmod(roots, 0o777);
    const refused = startApiProcess({ ...MINIMAL_ENVIRONMENT, TANDEM_DATA_DIR: roots }, nobody);
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.output()).toMatch(/belongs to another system user|cannot be made or used/);
  });
});

describe('as an ordinary user', () => {
  it.skipIf(isRoot)('the server is that user’s own process (skipped: not for root, see above)', async () => {
    const server = await startForTest(await temporaryFolder());
    expect(await ownerOf(server.pid)).toBe(process.getuid!());
  });

  it('a folder that may not be written to is a sentence', async () => {
    const folder = await temporaryFolder(0o555);
    await mkdir(join(folder, 'x')).catch(() => {});
    const options = isRoot ? { uid: await idOf('nobody') } : {};
    const api = startApiProcess({ ...MINIMAL_ENVIRONMENT, TANDEM_DATA_DIR: join(folder, 'home') }, options);
    expect((await api.ended).code).toBe(1);
    expect(api.output()).toMatch(
      /cannot be made or used \(EACCES.*\)\. Set TANDEM_DATA_DIR to a folder you can write to/,
    );
  });
});
