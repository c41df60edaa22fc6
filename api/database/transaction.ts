import type { Sql, TransactionSql } from 'postgres';
import { toTandemError } from './errors.ts';

export interface TransactionOptions {
  /** Milliseconds to wait for a row or table lock; then 55P03, which answers as `busy`. */
  lockTimeout?: number;
  /** Milliseconds for the whole transaction (PostgreSQL 17 and later) and for each statement. */
  timeout?: number;
  /** Recorded with every change this transaction makes in a captured table. */
  origin?: string;
}

/** Major version of the server behind a pool, once a transaction has asked. */
const majors = new WeakMap<Sql, number>();

/**
 * How much later than its statements a transaction times out: its own timeout ends the session, theirs only the
 * statement.
 */
const GRACE_MS = 500;

/**
 * Runs `work` in a READ COMMITTED transaction under the settings the hub's text forms rely on, set for this transaction
 * only: a session may be another client's next (transaction poolers). They cost no round trip of their own.
 */
export async function inTransaction<T>(
  sql: Sql,
  work: (tx: TransactionSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { lockTimeout = 2_000, timeout = 18_000, origin = '' } = options;
  const start = performance.now();
  try {
    return (await sql.begin('isolation level read committed', async (tx) => {
      const limit = String(timeout + GRACE_MS);
      const deadline = (majors.get(sql) ?? 0) >= 17 ? tx`, set_config('transaction_timeout', ${limit}, true)` : tx``;
      const settings = tx<{ version: number }[]>`
        select current_setting('server_version_num')::int / 10000 as version,
          set_config('lock_timeout', ${String(lockTimeout)}, true),
          set_config('statement_timeout', ${String(timeout)}, true),
          set_config('idle_in_transaction_session_timeout', ${String(timeout)}, true),
          set_config('extra_float_digits', '1', true),
          set_config('bytea_output', 'hex', true),
          set_config('IntervalStyle', 'postgres', true),
          set_config('DateStyle', 'ISO, YMD', true),
          set_config('TimeZone', 'UTC', true),
          set_config('tandem.origin', ${origin}, true)${deadline}`;
      // Once the server is known they travel with the first statement: if they failed, so would everything after them.
      if (majors.has(sql)) settings.catch(() => {});
      else majors.set(sql, (await settings)[0]!.version);
      return work(tx);
    })) as T;
  } catch (error) {
    // The server ends the session when a transaction takes too long, and the driver reports only that it is gone.
    if (performance.now() - start >= timeout && toTandemError(error)?.code === 'database_unavailable') {
      throw Object.assign(new Error('the transaction took too long', { cause: error }), { code: '25P04' });
    }
    throw error;
  }
}
