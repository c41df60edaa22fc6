import type { Logger } from 'pino';
import { causeOf, StartError } from '../start-error.ts';
import { connectDatabase, type Connection } from './connect.ts';
import { startEmbedded } from './embedded.ts';
import { databaseErrorCode } from './errors.ts';
import { migrateDatabase } from './migrate.ts';

export interface OpenDatabase extends Connection {
  url: string;
  /** Null where the database is somebody else's server. */
  embedded: { data: string; pid: number; adopted: boolean } | null;
  /** Closes the pool, then stops the embedded server. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  /** See EmbeddedOptions. */
  durable?: boolean;
  log?: Logger;
}

/** The oldest server that is tested against: statement triggers with transition tables, gen_random_uuid, xid8. */
const OLDEST_VERSION = 14;

/**
 * A database to work with: reachable, suitable, migrated.
 * @throws StartError
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const { databaseUrl, dataDir, durable, log } = options;
  const embedded =
    databaseUrl === null
      ? await startEmbedded({ home: dataDir, ...(durable === undefined ? {} : { durable }), ...(log ? { log } : {}) })
      : null;
  const url = databaseUrl ?? embedded!.url;
  const connection = connectDatabase(url);
  const close = async () => {
    await connection.close();
    await embedded?.stop();
  };
  try {
    await checkServer(connection);
    await migrateDatabase(connection.sql);
  } catch (error) {
    await close();
    throw error instanceof StartError ? error : new StartError(whyNotOpen(error));
  }
  return { ...connection, url, embedded, close };
}

async function checkServer({ sql }: Connection): Promise<void> {
  const [server] = await sql<{ version: number; name: string; encoding: string }[]>`
    select current_setting('server_version_num')::int as version, version() as name,
      current_setting('server_encoding') as encoding`;
  const major = Math.floor(server!.version / 10_000);
  if (!server!.name.startsWith('PostgreSQL ') || major < OLDEST_VERSION) {
    throw new StartError(
      `The server at DATABASE_URL is ${server!.name.split(' ').slice(0, 2).join(' ')}; Tandem needs PostgreSQL ${OLDEST_VERSION} or later. Give it another server.`,
    );
  }
  if (server!.encoding !== 'UTF8') {
    throw new StartError(
      `The database at DATABASE_URL stores text as ${server!.encoding}; Tandem needs UTF8. Give it a database made with ENCODING 'UTF8'.`,
    );
  }
}

function whyNotOpen(error: unknown): string {
  const code = databaseErrorCode(error);
  switch (code) {
    case '28P01':
    case '28000':
      return 'The server at DATABASE_URL does not accept the user or the password. Check both.';
    case '3D000':
      return 'The database named in DATABASE_URL does not exist. Create it (createdb), or correct the name.';
    case '42501':
      return 'The user of DATABASE_URL may not create what Tandem keeps in the schema "tandem". Run: GRANT CREATE ON DATABASE … TO that user.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host named in DATABASE_URL is not known. Check its name and the network.';
    case 'ECONNREFUSED':
    case 'CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'No PostgreSQL server answers at DATABASE_URL. Start it, or check host and port.';
    default:
      return `The database could not be opened (${code ?? causeOf(error)}). Check DATABASE_URL and the server's log.`;
  }
}
