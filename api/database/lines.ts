import postgres, { type Sql } from 'postgres';

/**
 * Connections, each a client of the driver of its own, used by one caller at a time and thrown away when it is lost.
 *
 * The driver's own pool cannot be had on a server that may go away (3.4.9). When a connection dies under a transaction
 * it writes its ROLLBACK to a socket that is gone, from a timer, which ends the process; statements of the dead
 * transaction can run, and commit, inside another one (reported as porsager/postgres 1133, 1154, 1189, 1208, 1216). And
 * a query sent between a socket's error and its close is never answered. Here a connection is lost for good as soon as
 * anything says so: nothing is sent on it after that, and what waits for an answer on it fails.
 */
export interface Lines {
  /** A connection that nobody else uses until it is given back; waits while there are as many as there may be. */
  take(): Promise<Line>;
  give(line: Line): void;
  /** Waits for what is under way at most `seconds`. */
  end(seconds: number): Promise<void>;
}

/** Makes a client with one connection; `onclose` is called at the very moment it closes. */
export type MakeClient = (onclose: () => void) => Sql;

export interface Line {
  readonly client: Sql;
  lost: boolean;
  busy: boolean;
  /** It is connected: the server has answered on it. */
  ready: boolean;
  /** Statements handed to the driver and not answered yet. */
  readonly pending: Set<Sendable>;
}

/** A query as the driver makes it: it calls `handler` when it is to be sent. */
export interface Sendable extends Promise<unknown> {
  handler(query: Sendable): void;
  reject(error: unknown): void;
  /** The driver sends nothing that is cancelled. */
  cancelled: unknown;
}

export function createLines(makeClient: MakeClient, max: number): Lines {
  const lines = new Set<Line>();
  const waiting: (() => void)[] = [];
  let ended = false;

  function open(): Line {
    const pending = new Set<Sendable>();
    const client = makeClient(() => {
      line.lost = true;
      for (const query of pending) abandon(query);
      if (!line.busy) discard(line);
    });
    const line: Line = { client, lost: false, busy: true, ready: false, pending };
    lines.add(line);
    return line;
  }

  function discard(line: Line): void {
    if (!lines.delete(line)) return;
    void line.client.end({ timeout: 0 }).catch(() => {});
    // There is room for another.
    waiting.shift()?.();
  }

  return {
    async take() {
      for (;;) {
        if (ended) throw lostError('CONNECTION_ENDED', 'the pool is closed');
        for (const line of lines) {
          if (!line.busy && !line.lost) {
            line.busy = true;
            return line;
          }
        }
        if (lines.size < max) return open();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    give(line) {
      line.busy = false;
      if (line.lost || ended) discard(line);
      else waiting.shift()?.();
    },
    async end(seconds) {
      ended = true;
      for (const resolve of waiting.splice(0)) resolve();
      await Promise.all([...lines].map((line) => line.client.end({ timeout: seconds }).catch(() => {})));
      lines.clear();
    },
  };
}

/** Hands a query to the driver by `handler`, and notes a connection that it finds lost. */
export function sendOn(line: Line, query: Sendable, handler: (query: Sendable) => void): void {
  line.pending.add(query);
  query.then(
    () => line.pending.delete(query),
    (error: unknown) => {
      line.pending.delete(query);
      if (isLoss(error)) line.lost = true;
    },
  );
  if (line.lost) query.reject(lostError('CONNECTION_CLOSED', 'the connection was lost'));
  else handler(query);
}

/** The driver would send what still waits in its queue over a new connection, outside the transaction. */
function abandon(query: Sendable): void {
  query.cancelled = true;
  query.reject(lostError('CONNECTION_CLOSED', 'the connection was lost'));
}

/** The server said goodbye, or the socket did. */
function isLoss(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return error.severity === 'FATAL' || error.severity === 'PANIC';
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(CONNECTION_|CONNECT_TIMEOUT|E[A-Z]+$)/.test(code);
}

function lostError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
