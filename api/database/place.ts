import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { causeOf, StartError } from '../start-error.ts';
import { runAs, type ServerUser } from './run-as.ts';

/**
 * Folders of the embedded database.
 *
 * Everything lives in `home` (`.tandem`), unless the system user that runs PostgreSQL for root cannot get there: below a
 * folder of mode 0700 (`/root`, a private home) it would die with EACCES. Then the data and, where needed, a copy of the
 * programs live in a folder of the same machine that it can reach, and `home/place.json` says where. Not simply the
 * temporary folder: those are emptied, some (systemd's) file by file under a running server.
 */
export interface Place {
  /** Passwords, log and notes; only this user enters. */
  home: string;
  /** Where PostgreSQL's user can reach: data, and a copy of the programs if need be. */
  reachable: string;
  data: string;
}

/** Where to put what root's PostgreSQL user cannot reach in `home`, best first. */
export const farFolders = (): string[] => ['/var/lib/tandem', join(tmpdir(), 'tandem-postgres')];

/** The place recorded for `home`, before anything is checked. */
export async function readPlace(home: string): Promise<Place> {
  const noted = await readFile(join(resolve(home), 'place.json'), 'utf8').catch(() => null);
  if (noted === null) return placeIn(resolve(home), resolve(home));
  try {
    return placeIn(resolve(home), (JSON.parse(noted) as { reachable: string }).reachable);
  } catch {
    throw new StartError(
      `The file ${join(home, 'place.json')} is damaged: it should say where the database is. Restore it, or set DATABASE_URL.`,
    );
  }
}

/** Makes the folders; moves the place away from `home` if `user` cannot reach it there. */
export async function preparePlace(home: string, user: ServerUser, far: string[] = farFolders()): Promise<Place> {
  try {
    await mkdir(home, { recursive: true });
    // Others may pass through, not look: the password file beside the data is 0600 all the same.
    await chmod(home, user === null ? 0o700 : 0o711);
  } catch (error) {
    throw new StartError(
      `The folder ${home} for the embedded database cannot be made or used (${causeOf(error)}). Set TANDEM_DATA_DIR to a folder you can write to, or set DATABASE_URL.`,
    );
  }
  const place = await readPlace(home);
  if (await canEnter(user, place.reachable)) return place;
  // Never begin an empty database in silence where there is, or was, one.
  if (place.reachable !== place.home || (await exists(place.data))) {
    throw new StartError(
      `The database of ${home} is in ${place.data}, and PostgreSQL's system user cannot get there (moved, deleted, or a folder on the way closed to it). Put it back or open the way, or begin with an empty database by moving ${place.home} away.`,
    );
  }
  const id = randomBytes(6).toString('hex');
  for (const base of far) {
    const reachable = join(base, id);
    const made = await makeFar(base, reachable, user).catch(() => false);
    if (!made) continue;
    await writeFile(join(home, 'place.json'), JSON.stringify({ reachable }) + '\n');
    return placeIn(resolve(home), reachable);
  }
  throw new StartError(
    `PostgreSQL does not run as root, and the user it runs as can reach neither ${home} nor ${far.join(' nor ')}. Set TANDEM_DATA_DIR to a folder that every user can pass through, or start Tandem as an ordinary user.`,
  );
}

/** Whether `user` can open files in the folder; asked of the system, which alone knows modes, ACLs and mounts. */
export async function canEnter(user: ServerUser, folder: string): Promise<boolean> {
  if (user === null) return true;
  return (await runAs(user, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder])).code === 0;
}

async function makeFar(base: string, reachable: string, user: ServerUser): Promise<boolean> {
  const made = await mkdir(base, { recursive: true });
  // Ours to open only if we made it: a strict umask closes what it makes.
  if (made !== undefined) await chmod(base, 0o755);
  // A fresh random name that must not exist: nobody can have laid programs there for us to run.
  await mkdir(reachable, { mode: 0o711 });
  await chmod(reachable, 0o711);
  await chown(reachable, process.getuid!(), process.getgid!());
  return canEnter(user, reachable);
}

function placeIn(home: string, reachable: string): Place {
  return { home, reachable, data: join(reachable, 'postgres') };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
