import { stat } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { runAs, type ServerUser } from './run-as.ts';

export interface ServerUserOptions {
  /** Name of the system user; a server package of the distribution makes the same one. */
  name?: string;
  /** Makes the user; for tests. */
  create?: (name: string) => Promise<boolean>;
}

/**
 * PostgreSQL refuses to run as root, so root lends it a system user: the owner of the data folder where there is one,
 * else `postgres`, which is made where it is missing. Anybody else runs it as themselves.
 * @throws StartError
 */
export async function chooseServerUser(dataFolder: string, options: ServerUserOptions = {}): Promise<ServerUser> {
  const self = process.getuid?.();
  const owner = await stat(dataFolder).catch(() => null);
  if (self === undefined) return null;
  if (self !== 0) {
    if (owner !== null && owner.uid !== self) {
      throw new StartError(
        `The database in ${dataFolder} belongs to another system user (it was made by one). Start Tandem as that user, or give it a folder of its own with TANDEM_DATA_DIR.`,
      );
    }
    return null;
  }
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const { name = 'postgres', create = createSystemUser } = options;
  const found = (await findUser(name)) ?? ((await create(name)) ? await findUser(name) : null);
  if (found !== null) return found;
  throw new StartError(
    `PostgreSQL does not run as root, and the system user "${name}" to run it as could not be made. Start Tandem as an ordinary user, or make that user (useradd --system ${name}), or set DATABASE_URL to a PostgreSQL server.`,
  );
}

async function findUser(name: string): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([runAs(null, 'id', ['-u', name]), runAs(null, 'id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return null;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function createSystemUser(name: string): Promise<boolean> {
  await runAs(null, 'groupadd', ['--system', name]);
  const made = await runAs(null, 'useradd', [
    '--system',
    '--gid',
    name,
    '--no-create-home',
    '--shell',
    '/bin/false',
    name,
  ]);
  return made.code === 0;
}
