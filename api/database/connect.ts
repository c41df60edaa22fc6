import { connect as connectSocket } from 'node:net';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import * as schema from '../../drizzle/schema/index.ts';

export interface Connection {
  sql: Sql;
  db: PostgresJsDatabase<typeof schema>;
  /** Lets running queries end (at most `seconds`, 5 unless told), then closes every connection. */
  close(seconds?: number): Promise<void>;
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
 * The one driver: postgres.js, with Drizzle over the same pool.
 *
 * Drizzle turns the client's own conversions off: dates and times come as text (with all their microseconds), and
 * parameters of type json are sent as given. So JSON goes in as `${JSON.stringify(value)}::jsonb`; `sql.json(value)` works for
 * objects and arrays, not for bare strings.
 *
 * Options in the address reach the driver: `?sslmode=require`, and `?prepare=false` for poolers in transaction mode
 * that cannot keep prepared statements (pgbouncer before 1.21).
 */
export function connectDatabase(url: string, options: { max?: number } = {}): Connection {
  let attempts = 0;
  const sql = postgres(url, {
    max: options.max ?? 10,
    connect_timeout: 5,
    // Seconds before a lost server is tried again. The driver's own goes up to 20, longer than a caller waits.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    connection: { ...startSettings },
    onnotice: () => {},
    transform: { undefined: null },
    // The driver never sets TCP_NODELAY: with Nagle's algorithm a COPY of 1,000 rows took 43 ms instead of 2.5. The
    // socket is handed over while still connecting (writes queue up), because a promise that fails here would keep its
    // place in the pool for ever.
    socket: ({ host, port, path }: { host: string[]; port: number[]; path?: string | false }) => {
      if (path) return connectSocket({ path });
      const at = attempts++ % host.length;
      const socket = connectSocket({ host: host[at] as string, port: port[at] as number, noDelay: true });
      // The driver takes the TLS server name from here.
      return Object.assign(socket, { host: host[at], port: port[at] });
    },
  } as postgres.Options<Record<string, never>>);
  const db = drizzle(sql, { schema });
  const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  for (const type of [114, 3802]) sql.options.serializers[type] = asText;
  return { sql, db, close: (seconds = 5) => sql.end({ timeout: seconds }) };
}
