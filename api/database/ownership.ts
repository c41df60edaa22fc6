import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { StartError } from '../start-error.ts';

/** Any number, the same in every version: the lock that says who uses the embedded server. */
const OWNER_LOCK = 7_263_263_361;

/** Milliseconds for a predecessor to end: it may just be closing, or its killing may not have reached the server yet. */
const PATIENCE_MS = 2_000;

export interface Ownership {
  sql: Sql;
  release(): Promise<void>;
}

/**
 * Makes this process the one that uses (and will stop) the embedded server, until it releases or dies: a session's
 * advisory lock on the server itself ends with the process, where a file would stay. Session locks are right here: the
 * embedded server has no pooler in front. `onLost` is called if the server ends that session, as when it dies.
 * @throws StartError if another process is
 */
export async function takeOwnership(url: string, home: string, onLost: () => void): Promise<Ownership> {
  let ours = false;
  const sql = postgres(url, {
    max: 1,
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
    onclose: () => {
      if (ours) onLost();
      ours = false;
    },
    connection: { application_name: `tandem owner ${process.pid}` },
  });
  const release = () => {
    ours = false;
    return sql.end({ timeout: 1 });
  };
  const deadline = Date.now() + PATIENCE_MS;
  try {
    for (;;) {
      const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${OWNER_LOCK}) as taken`;
      if (row!.taken) {
        ours = true;
        return { sql, release };
      }
      if (Date.now() > deadline) throw new StartError(await describeOwner(sql, home));
      await sleep(100);
    }
  } catch (error) {
    await release();
    throw error;
  }
}

async function describeOwner(sql: Sql, home: string): Promise<string> {
  const [owner] = await sql<{ name: string }[]>`
    select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
    where l.locktype = 'advisory' and l.granted and ((l.classid::bigint << 32) | l.objid::bigint) = ${OWNER_LOCK}`;
  const process = /^tandem owner (\d+)$/.exec(owner?.name ?? '')?.[1];
  return `Tandem already runs on ${home}${process === undefined ? '' : ` (process ${process})`}. Stop it first, or give this one a folder of its own with TANDEM_DATA_DIR, or set DATABASE_URL for both.`;
}
