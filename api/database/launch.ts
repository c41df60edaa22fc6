import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.ts';
import type { Binaries } from './binaries.ts';
import { openLog } from './cluster.ts';
import type { Place } from './place.ts';
import { readPostmasterFile } from './postmaster.ts';
import { serverEnvironment, type ServerUser } from './run-as.ts';

export interface Launched {
  pid: number;
  port: number;
  child: ChildProcess;
}

/** Seconds a server may take to be ready: after a crash it first replays its log. */
const READY_SECONDS = 60;

const UNSAFE_BUT_FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts the server on loopback and waits until it takes connections.
 * `port` is where it was before; `onlyThere`: nowhere else, because connections to it are in use. `settings` come last.
 * @returns null if another server has the data folder: adopt that one
 * @throws StartError
 */
export async function launchPostgres(
  place: Place,
  binaries: Binaries,
  user: ServerUser,
  options: { durable: boolean; settings: readonly string[]; port?: number; onlyThere?: boolean },
): Promise<Launched | null> {
  let wanted = options.port;
  for (let attempt = 1; ; attempt++) {
    const port = options.onlyThere && wanted !== undefined ? wanted : await freePort(wanted);
    const { launched, said, file } = await tryLaunch(place, binaries, user, port, options);
    if (launched !== null) return launched;
    if (/lock file "postmaster\.pid" already exists/.test(said)) return null;
    // The backends of a killed server need a moment to notice that it is gone.
    const transient = /could not bind|Address already in use|shared memory block .* is still in use/.test(said);
    if (!transient || attempt === 20) {
      throw new StartError(
        `The embedded database did not start (${lastError(said)}). Its log is ${file}. Free the cause and start again, or set DATABASE_URL.`,
      );
    }
    if (!options.onlyThere) wanted = undefined;
    await sleep(250);
  }
}

async function tryLaunch(
  place: Place,
  binaries: Binaries,
  user: ServerUser,
  port: number,
  { durable, settings: own }: { durable: boolean; settings: readonly string[] },
): Promise<{ launched: Launched | null; said: string; file: string }> {
  const log = await openLog(place);
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    // No socket file: the usual folder for it may be missing or closed, and a path may be too long for one.
    'unix_socket_directories=',
    'max_connections=200',
    'log_min_messages=warning',
    ...(durable ? [] : UNSAFE_BUT_FAST),
    ...own,
  ];
  const child = spawn(binaries.postgres, ['-D', place.data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: place.data,
    env: serverEnvironment(),
    // A process group of its own: Ctrl-C in a terminal reaches only us, so that requests under way can end first.
    detached: true,
    // A file, not a pipe: the server may outlive us (SIGKILL), and must not stumble over a closed pipe.
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  let ended = false;
  child.on('exit', () => (ended = true));
  child.on('error', () => (ended = true));
  const deadline = Date.now() + READY_SECONDS * 1000;
  try {
    while (!ended && Date.now() < deadline) {
      const now = await readPostmasterFile(place.data);
      if (now?.pid === child.pid && now?.status === 'ready') {
        return { launched: { pid: now!.pid, port, child }, said: '', file: log.file };
      }
      await sleep(10);
    }
    if (!ended) child.kill('SIGQUIT');
    const said = (await readFile(log.file)).subarray(log.offset).toString('utf8');
    return { launched: null, said: ended ? said : `${said}\nnot ready after ${READY_SECONDS} seconds`, file: log.file };
  } finally {
    await log.close();
  }
}

/** `wanted` if it is free on loopback, else any free port. */
async function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => (wanted === 0 ? reject(new Error('no free port')) : resolve(freePort())));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function lastError(said: string): string {
  const lines = said.trim().split('\n');
  const telling = lines.findLast((line) => /FATAL|PANIC|ERROR|error/.test(line)) ?? lines.at(-1) ?? '';
  return telling.replace(/^.*?(FATAL|PANIC|ERROR): +/, '').slice(0, 300);
}
