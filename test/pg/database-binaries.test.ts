import { chmod, cp, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMusl, locateBinaries, prepareBinaries } from '../../api/database/binaries.ts';
import { chooseServerUser } from '../../api/database/server-user.ts';
import { asRoot, isRoot, startForTest, temporaryFolder } from './support/database-folder.ts';

/** The package as `npm ci --ignore-scripts` leaves it: without the links its install script makes. */
async function packageWithoutLinks(folder: string): Promise<string> {
  const native = locateBinaries();
  const copy = join(folder, 'package/native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, filter: (from) => !from.endsWith('.a') });
  await cp(join(dirname(native), 'package.json'), join(dirname(copy), 'package.json'));
  for (const name of await readdir(join(copy, 'lib'))) {
    const file = join(copy, 'lib', name);
    if ((await lstat(file)).isSymbolicLink()) await rm(file);
  }
  return copy;
}

const linksOf = async (native: string) => {
  const names = await readdir(join(native, 'lib'));
  const kinds = await Promise.all(names.map((name) => lstat(join(native, 'lib', name))));
  return names.filter((_, i) => kinds[i]!.isSymbolicLink()).sort();
};

const noUser = async () => chooseServerUser('/nowhere');

describe("PostgreSQL's programs", () => {
  it('run where npm put them', async () => {
    const reachable = await temporaryFolder();
    const binaries = await prepareBinaries(locateBinaries(), reachable, await noUser());
    expect(binaries.postgres).toBe(join(locateBinaries(), 'bin/postgres'));
    expect(binaries.major).toBeGreaterThanOrEqual(18);
    expect(await readdir(reachable)).toEqual([]);
  });

  it('get the links to the ICU libraries that npm --ignore-scripts leaves out', async () => {
    const folder = await temporaryFolder();
    const native = await packageWithoutLinks(folder);
    expect(await linksOf(native)).toEqual([]);
    const server = await startForTest(join(folder, 'home'), { native });
    expect(server.adopted).toBe(false);
    const listed = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(await linksOf(native)).toEqual(listed.map(({ target }) => basename(target)).sort());
    expect(await readdir(join(folder, 'home'))).not.toContain(expect.stringMatching(/^programs-/));
  });

  it('are made runnable where an archive lost their modes', async () => {
    const folder = await temporaryFolder();
    const native = await packageWithoutLinks(folder);
    for (const name of ['postgres', 'initdb']) await chmod(join(native, 'bin', name), 0o644);
    await startForTest(join(folder, 'home'), { native });
    expect((await stat(join(native, 'bin/initdb'))).mode & 0o111).toBe(0o111);
  });

  it.skipIf(!isRoot)(
    `below a folder of mode 0700 are copied to where root's PostgreSQL user can run them${asRoot}`,
    async () => {
      const closed = await temporaryFolder(0o700);
      const native = await packageWithoutLinks(closed);
      const home = join(await temporaryFolder(), 'home');
      await (await startForTest(home, { native })).stop();
      const copies = (await readdir(home)).filter((name) => name.startsWith('programs-'));
      expect(copies).toHaveLength(1);
      // The next start finds the copy; if it was damaged meanwhile, it is made again.
      const copy = join(home, copies[0]!);
      const made = (await stat(copy)).ino;
      await (await startForTest(home, { native })).stop();
      expect((await stat(copy)).ino).toBe(made);
      await rm(join(copy, 'lib/libcrypto.so.1.1'));
      await startForTest(home, { native });
      expect((await stat(copy)).ino).not.toBe(made);
    },
  );

  it.skipIf(!isRoot)(
    `with everything below a folder of mode 0700, programs and data live beside each other${asRoot}`,
    async () => {
      const closed = await temporaryFolder(0o700);
      const far = await temporaryFolder();
      const native = await packageWithoutLinks(closed);
      const server = await startForTest(join(closed, '.tandem'), { native, farFolders: [far] });
      expect(await readdir(dirname(server.data))).toEqual(['postgres', expect.stringMatching(/^programs-/)]);
      expect(dirname(dirname(server.data))).toBe(far);
    },
  );

  it('of no known system: says to set DATABASE_URL', () => {
    expect(() => locateBinaries('freebsd', 'x64')).toThrow(
      /no PostgreSQL for this system \(freebsd-x64\).*Set DATABASE_URL/,
    );
  });

  it('that cannot run here: says why, and to set DATABASE_URL', async () => {
    const folder = await temporaryFolder();
    const native = join(folder, 'package/native');
    await mkdir(join(native, 'bin'), { recursive: true });
    // What a program for another C library or processor comes to: the system cannot run it.
    await writeFile(join(native, 'bin/postgres'), '#!/no/such/loader\n', { mode: 0o755 });
    await writeFile(join(native, 'bin/initdb'), '', { mode: 0o755 });
    const sentence = isMusl()
      ? /needs glibc.*Set DATABASE_URL/
      : /does not run on this system \(.+\)\. Set DATABASE_URL/;
    await expect(prepareBinaries(native, folder, await noUser())).rejects.toThrow(sentence);
  });

  it('on musl: says so', async () => {
    const folder = await temporaryFolder();
    await expect(prepareBinaries(join(folder, 'none'), folder, await noUser(), () => true)).rejects.toThrow(
      /has musl \(Alpine\)\. Set DATABASE_URL/,
    );
  });
});
