import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { Logger } from 'pino';
import { createIdentityVerifier } from './access/identity.ts';
import { createApp, type Api } from './app.ts';
import type { Clock } from './context.ts';
import { openDatabase, type OpenDatabase } from './database/open.ts';
import type { Config } from './env.ts';
import { createLog } from './log.ts';
import { StartError } from './start-error.ts';

export interface StartOptions extends Config {
  /** Default: the system's. */
  clock?: Clock;
  /** Default: JSON lines on standard output at `logLevel`. */
  log?: Logger;
  /** False: the embedded server does not fsync. For tests only. */
  durable?: boolean;
}

export interface RunningApi {
  /** http://host:port, without a slash at the end. */
  url: string;
  port: number;
  app: Api;
  database: OpenDatabase;
  /** Stops taking requests, lets those under way end, then closes the database; an embedded one stops, its data stays. */
  stop(): Promise<void>;
}

/** Milliseconds for requests under way to end when stopping; each is answered within 20 seconds. */
const DRAIN_MS = 22_000;

/**
 * Database, then app, then socket. What was started is stopped again if a later step fails.
 * @throws StartError with a sentence that says what to do
 */
export async function startApi(options: StartOptions): Promise<RunningApi> {
  const log = options.log ?? createLog(options.logLevel);
  const clock = options.clock ?? { now: () => new Date() };
  const database = await openDatabase({ ...options, log });
  try {
    const identity = createIdentityVerifier({ ...options, now: () => clock.now() });
    const app = createApp({ sql: database.sql, db: database.db, clock, log, identity, admins: options.admins });
    const server = createAdaptorServer({ fetch: app.fetch });
    const port = await listen(server, options.port, options.host);
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      await drain(server);
      await database.close();
    };
    return { url: `http://${host}:${port}`, port, app, database, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function listen(server: ServerType, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(whyNotListening(error, port, host))));
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}

function whyNotListening(error: NodeJS.ErrnoException, port: number, host: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use. Stop the program that uses it, or set PORT to another one.`;
    case 'EACCES':
      return `Listening on port ${port} is not permitted. Set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address "${host}". Set HOST to one of its own, for example 127.0.0.1 or 0.0.0.0.`;
    default:
      return `Listening on ${host}:${port} failed (${error.code ?? error.message}). Set HOST and PORT to others.`;
  }
}

async function drain(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (!('closeIdleConnections' in server)) return closed;
  // A kept-alive connection whose request ended after close() would otherwise stay for its whole idle time.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
