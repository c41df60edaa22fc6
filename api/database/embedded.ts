import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../start-error.ts';
import { describeError } from '../log.ts';
import { adoptPostgres, type Running } from './adopt.ts';
import { locateBinaries, prepareBinaries, type Binaries } from './binaries.ts';
import { ensureCluster, readPassword, SUPERUSER } from './cluster.ts';
import { databaseErrorCode } from './errors.ts';
import { launchPostgres } from './launch.ts';
import { takeOwnership } from './ownership.ts';
import { preparePlace, readPlace, type Place } from './place.ts';
import type { ServerUser } from './run-as.ts';
import { stopPostmaster } from './postmaster.ts';
import { chooseServerUser, type ServerUserOptions } from './server-user.ts';

export interface EmbeddedOptions {
  /** Folder for everything: data, password, log. */
  home: string;
  /** False: no fsync. For tests only: a crash of the machine loses data. */
  durable?: boolean;
  /** Settings of the server, as `name=value`, over those it gets anyway; for tests. */
  settings?: readonly string[];
  log?: Logger;
  /** The folder `native` of PostgreSQL's programs; default: that of the npm package. */
  native?: string;
  /** System user for root, and where to put what it cannot reach; for tests. */
  user?: ServerUserOptions;
  farFolders?: string[];
}

export interface EmbeddedDatabase {
  /** Of the database `tandem`, with its password: never log it. */
  url: string;
  port: number;
  /** Process of the server at first; it is started again if it dies. */
  pid: number;
  /** The server was running already, left over by a killed process. */
  adopted: boolean;
  /** Folder of the data. */
  data: string;
  /** Stops the server; the data stays. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL on this machine, for whoever has set no DATABASE_URL: made if missing, started or taken over,
 * listening on loopback alone, used by this process alone until {@link EmbeddedDatabase.stop}.
 * @throws StartError with a sentence that says what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const home = resolve(options.home);
  const durable = options.durable ?? true;
  const user = await chooseServerUser((await readPlace(home)).data, options.user);
  const place = await preparePlace(home, user, options.farFolders);
  const binaries = await prepareBinaries(options.native ?? locateBinaries(), place.reachable, user);
  const password = await readPassword(place);
  await ensureCluster(place, binaries, user, password, durable);

  const { settings = [], log } = options;
  const server: Server = { place, binaries, user, password, durable, settings, log };
  const port = await lastPort(place);
  for (let attempt = 1; ; attempt++) {
    const running = await adoptOrLaunch(server, port === undefined ? {} : { port });
    if (running === null) continue;
    try {
      return await own(server, running);
    } catch (error) {
      // The one before us stopped the server while we were taking it over: start our own.
      if (error instanceof StartError || databaseErrorCode(error) === null || attempt === 5) throw error;
      options.log?.warn({ attempt }, 'the embedded database stopped while it was taken over; starting it again');
    }
  }
}

interface Server {
  place: Place;
  binaries: Binaries;
  user: ServerUser;
  password: string;
  durable: boolean;
  settings: readonly string[];
  log: Logger | undefined;
}

interface RunningServer extends Running {
  adopted: boolean;
}

/** Null: another process is starting one this very moment; look again. */
async function adoptOrLaunch(
  { place, binaries, user, password, durable, settings }: Server,
  at: { port?: number; onlyThere?: boolean },
): Promise<RunningServer | null> {
  const left = await adoptPostgres(place.data, password);
  if (left !== null) return { ...left, adopted: true };
  const launched = await launchPostgres(place, binaries, user, { durable, settings, ...at });
  return launched === null ? null : { ...launched, adopted: false };
}

/** Makes a running server ours until stopped, and starts it again where it was if it dies meanwhile. */
async function own(server: Server, first: RunningServer): Promise<EmbeddedDatabase> {
  const { place, password, log } = server;
  const { port } = first;
  const url = (database: string) =>
    `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  let running = first;
  let recovering: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  const onLost = () => {
    if (stopping !== undefined) return;
    log?.error('the embedded database ended; starting it again');
    recovering = recover().finally(() => (recovering = undefined));
  };
  const recover = async () => {
    for (let pause = 100; stopping === undefined; pause = Math.min(pause * 2, 5_000)) {
      try {
        const again = await adoptOrLaunch(server, { port, onlyThere: true });
        if (again !== null) {
          running = again;
          ownership = await takeOwnership(url('postgres'), place.home, onLost);
          return;
        }
      } catch (error) {
        log?.error({ cause: describeError(error) }, 'the embedded database did not start again; trying on');
      }
      await sleep(pause);
    }
  };

  let ownership = await takeOwnership(url('postgres'), place.home, onLost);
  try {
    const [known] = await ownership.sql`select 1 from pg_database where datname = 'tandem'`;
    if (known === undefined) await ownership.sql`create database tandem`;
    // For psql: psql "$(cat .tandem/database-url)"
    await writeFile(join(place.home, 'database-url'), url('tandem') + '\n', { mode: 0o600 });
  } catch (error) {
    stopping = Promise.resolve();
    await ownership.release();
    await stopPostmaster(running.pid, place.data);
    throw error;
  }
  // The last resort when the process ends without stop(): nothing asynchronous runs any more, a signal can be sent.
  const onExit = () => {
    try {
      process.kill(running.pid, 'SIGINT');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', onExit);
  const stop = async () => {
    await recovering;
    process.removeListener('exit', onExit);
    await ownership.release();
    await stopPostmaster(running.pid, place.data);
  };
  return {
    url: url('tandem'),
    port,
    pid: first.pid,
    adopted: first.adopted,
    data: place.data,
    stop: () => (stopping ??= stop()),
  };
}

/** The port of the run before, so that what people have set up to look at the database goes on working. */
async function lastPort(place: Place): Promise<number | undefined> {
  const url = await readFile(join(place.home, 'database-url'), 'utf8').catch(() => '');
  const port = /@127\.0\.0\.1:(\d+)\//.exec(url)?.[1];
  return port === undefined ? undefined : Number(port);
}
