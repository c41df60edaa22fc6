import { connectDatabase } from '../../../api/database/connect.ts';
import type { SqlReply, SqlResult } from './page/messages.ts';

/** Rows of a result sent to the page. */
const MOST_ROWS = 200;
const TIMEOUT_MS = 15_000;

/** What the driver adds to an error; the fields are Postgres's own. */
interface DatabaseError extends Error {
  code?: string;
  hint?: string;
  detail?: string;
  position?: string;
}

/**
 * Runs what a person types, as `psql` would: several statements, each result as text. It has a connection of its own,
 * so a `begin` left open holds its locks until the next `commit`, exactly as in a terminal.
 */
export class SqlBox {
  readonly #connection;

  constructor(url: string) {
    this.#connection = connectDatabase(url, { max: 1 });
  }

  async run(text: string): Promise<SqlReply> {
    const start = performance.now();
    const { sql } = this.#connection;
    try {
      await sql.unsafe(`set statement_timeout = ${TIMEOUT_MS}`).simple();
      // Buffers, not values: the page shows what the database says, not what a driver makes of it.
      const answer = (await sql.unsafe(text).simple().raw()) as unknown as RawResult | RawResult[];
      const results = 'command' in answer ? [answer] : answer;
      return { ok: true, results: results.map(toResult), ms: Math.round(performance.now() - start) };
    } catch (error) {
      const { message, hint, detail, position } = error as DatabaseError;
      return {
        ok: false,
        message,
        hint: hint ?? detail ?? null,
        position: position === undefined ? null : Number(position),
      };
    }
  }

  close(): Promise<void> {
    return this.#connection.close(1);
  }
}

type RawResult = (Buffer | null)[][] & { command: string; count: number; columns?: { name: string }[] };

function toResult(raw: RawResult): SqlResult {
  return {
    command: raw.command,
    count: raw.count ?? raw.length,
    columns: (raw.columns ?? []).map((column) => column.name),
    rows: raw.slice(0, MOST_ROWS).map((row) => row.map((value) => (value === null ? null : value.toString('utf8')))),
  };
}
