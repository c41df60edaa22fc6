import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { runAs, type ServerUser } from './run-as.ts';

/** Name of the administrator inside the embedded server. */
export const SUPERUSER = 'postgres';

/**
 * The password of the embedded server, made at the first start and kept in `home/postgres-password` (0600).
 * @throws StartError when the data is there and its password is not
 */
export async function readPassword(place: Place): Promise<string> {
  const file = join(place.home, 'postgres-password');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null && kept.trim() !== '') return kept.trim();
  if (await exists(join(place.data, 'PG_VERSION'))) {
    throw new StartError(
      `The database in ${place.data} is there, but its password file ${file} is missing. Put the file back, or move the folder away to begin with an empty database.`,
    );
  }
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, randomBytes(24).toString('base64url') + '\n', { mode: 0o600 });
  // Of two starts at once one links first, and both read what it wrote. Renaming, where there are no hard links, would
  // replace the other's.
  await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
    // A file without a word in it is nobody's.
    if (error.code !== 'EEXIST' || kept !== null) await rename(draft, file).catch(() => {});
  });
  await rm(draft, { force: true });
  return (await readFile(file, 'utf8')).trim();
}

/**
 * Makes the data folder if it is missing. It is made beside its place and moved there whole, so that an initdb cut short
 * is never taken for a database, and of two starts at once one wins.
 * @throws StartError
 */
export async function ensureCluster(
  place: Place,
  binaries: Binaries,
  user: ServerUser,
  password: string,
  durable: boolean,
): Promise<void> {
  const version = await readFile(join(place.data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) return makeCluster(place, binaries, user, password, durable);
  if (Number(version) !== binaries.major) {
    throw new StartError(
      `The database in ${place.data} was made by PostgreSQL ${version.trim()}; this version of Tandem brings ${binaries.major}. Dump it with the old version and restore it into a new folder, or set DATABASE_URL.`,
    );
  }
}

async function makeCluster(
  place: Place,
  binaries: Binaries,
  user: ServerUser,
  password: string,
  durable: boolean,
): Promise<void> {
  await removeOldDrafts(place.data);
  const draft = `${place.data}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(draft, 'password');
  const data = join(draft, 'data');
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password + '\n', { mode: 0o600 });
    if (user !== null) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid);
    const { code, output } = await runAs(user, binaries.initdb, [
      `--pgdata=${data}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      // Stated, because with LANG unset initdb makes SQL_ASCII. The builtin provider knows the case of all Unicode
      // letters and sorts by code point, alike on every system; other orders are there as ICU collations.
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ]);
    if (code !== 0) {
      throw new StartError(
        `The embedded database could not be made in ${place.data} (${output.split('\n').at(-1)?.slice(0, 300)}). Set TANDEM_DATA_DIR to a folder on a local disk with room for it, or set DATABASE_URL.`,
      );
    }
    await rename(data, place.data).catch(async (error: unknown) => {
      if (!(await exists(join(place.data, 'PG_VERSION')))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Drafts of starts that were killed. One that is being made is younger than this. */
async function removeOldDrafts(data: string): Promise<void> {
  const folder = dirname(data);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(data)}.new-`)) continue;
    const path = join(folder, name);
    const made = await stat(path).catch(() => null);
    if (made !== null && Date.now() - made.mtimeMs > 10 * 60_000) await rm(path, { recursive: true, force: true });
  }
}

/** The log PostgreSQL writes to, and how long it is now. Begun anew when it has grown past 10 MB. */
export async function openLog(
  place: Place,
): Promise<{ file: string; fd: number; offset: number; close(): Promise<void> }> {
  const file = join(place.home, 'postgres.log');
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  const tooLong = size > 10 * 1024 * 1024;
  const handle = await open(file, tooLong ? 'w' : 'a', 0o600);
  return { file, fd: handle.fd, offset: tooLong ? 0 : size, close: () => handle.close() };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
