import { connect as connectSocket } from 'node:net';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql, type TransactionSql } from 'postgres';
import * as schema from '../../drizzle/schema/index.ts';
import { createLines } from './lines.ts';
import { createSingleQueries } from './single-queries.ts';
import { runOnLine } from './transactions.ts';

export interface Connection {
  sql: Sql;
  db: PostgresJsDatabase<typeof schema>;
  /** Lets running queries end (at most `seconds`, 5 unless told), then closes every connection. */
  close(seconds?: number): Promise<void>;
}

export interface ConnectOptions {
  /** Transactions at a time; the others wait. Single queries use up to half as many connections more. */
  max?: number;
}

/**
 * Settings every connection starts with. Only those that connection poolers accept at start (pgbouncer refuses any
 * other and closes the connection); the rest are set inside each transaction, see transaction.ts. A plain `SET` is out:
 * behind a transaction pooler it leaks to other clients.
 */
const startSettings = {
  application_name: 'tandem',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, YMD',
  TimeZone: 'UTC',
};

/**
 * The one driver: postgres.js, with Drizzle over it. `sql` is used like the driver's own, but every query and every
 * transaction (Drizzle's, too) has a connection to itself while it lasts, see lines.ts.
 *
 * Drizzle turns the client's own conversions off: dates and times come as text (with all their microseconds), and
 * parameters of type json are sent as given. So JSON goes in as `${JSON.stringify(value)}::jsonb`; `sql.json(value)`
 * works for objects and arrays, not for bare strings.
 *
 * Options in the address reach the driver: `?sslmode=require`, and `?prepare=false` for poolers in transaction mode
 * that cannot keep prepared statements (pgbouncer before 1.21). `?host=/folder` is a server's socket on this machine.
 */
export function connectDatabase(url: string, options: ConnectOptions = {}): Connection {
  const max = options.max ?? 10;
  const make = (onclose: () => void): Sql => makeClient(url, onclose);
  const transactions = createLines(make, max);
  const queries = createLines(make, Math.ceil(max / 2));
  const template = make(() => {});
  const single = createSingleQueries(template, queries);
  const own = {
    begin: <T>(...parameters: [(tx: TransactionSql) => Promise<T>] | [string, (tx: TransactionSql) => Promise<T>]) =>
      parameters.length === 1 ? runOnLine(transactions, '', parameters[0]) : runOnLine(transactions, ...parameters),
    end: async ({ timeout = 5 }: { timeout?: number } = {}) => {
      await Promise.all([transactions.end(timeout), queries.end(timeout)]);
    },
  };
  const sql = new Proxy(single, {
    get: (_, name) => (name in own ? own[name as keyof typeof own] : (Reflect.get(single, name) as unknown)),
  });
  const db = drizzle(sql, { schema });
  // Drizzle has just set its conversions in the template, over ours.
  convertAsDrizzle(template);
  return { sql, db, close: (timeout = 5) => sql.end({ timeout }) };
}

/**
 * An address as the driver takes it, and the options that belong to it: `?host=/folder`, which libpq takes and the driver
 * does not, is the folder of the server's Unix socket. What stands as host before it is not looked at then.
 */
export function readAddress(url: string): { address: string; options: { host?: string } } {
  const folder = /[?&]host=((?:\/|%2F)[^&#]*)/i.exec(url)?.[1];
  if (folder === undefined) return { address: url, options: {} };
  const address = new URL(url);
  address.searchParams.delete('host');
  return { address: address.href, options: { host: decodeURIComponent(folder) } };
}

function makeClient(url: string, onclose: () => void): Sql {
  let attempts = 0;
  const { address, options } = readAddress(url);
  const client = postgres(address, {
    ...options,
    max: 1,
    connect_timeout: 5,
    // Seconds before a lost server is tried again. The driver's own goes up to 20, longer than a caller waits.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    // Connections are replaced when they are lost, not when they are old.
    max_lifetime: null,
    connection: { ...startSettings },
    onnotice: () => {},
    onclose,
    transform: { undefined: null },
    // The driver never sets TCP_NODELAY: with Nagle's algorithm a COPY of 1,000 rows took 43 ms instead of 2.5. The
    // socket is handed over while still connecting (writes queue up), because a promise that fails here would keep its
    // place in the pool for ever.
    socket: ({ host, port, path }: { host: string[]; port: number[]; path?: string | false }) => {
      if (path) return connectSocket({ path });
      const at = attempts++ % host.length;
      const socket = connectSocket({ host: host[at] as string, port: port[at] as number }).setNoDelay(true);
      // The driver takes the TLS server name from here.
      return Object.assign(socket, { host: host[at], port: port[at] });
    },
  } as postgres.Options<Record<string, never>>);
  convertAsDrizzle(client);
  return client;
}

/** As Drizzle does it to a client it is given: dates and times stay text, JSON is sent as given (see above). */
function convertAsDrizzle(client: Sql): void {
  const { parsers, serializers } = client.options;
  for (const type of [1184, 1082, 1083, 1114, 1182, 1185, 1115, 1231]) {
    parsers[type] = (value: string) => value;
    serializers[type] = (value: unknown) => value as string;
  }
  for (const type of [114, 3802]) {
    serializers[type] = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  }
}
