import { rm } from 'node:fs/promises';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { StartError } from '../start-error.ts';
import { SUPERUSER } from './cluster.ts';
import { isPostmasterOf, readPostmasterFile } from './postmaster.ts';

export interface Running {
  pid: number;
  port: number;
}

/** Seconds a server found there gets to answer or to end. */
const PATIENCE_SECONDS = 30;

/**
 * The server that already runs on this data folder: its parent was killed, and it lives on. It is taken over if it
 * answers to our password and says that this is its folder. What a dead one left behind is cleared away.
 * @returns null if none runs
 * @throws StartError
 */
export async function adoptPostgres(data: string, password: string): Promise<Running | null> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const found = await readPostmasterFile(data);
    if (found === null) return null;
    if (!(await isPostmasterOf(found.pid, data))) {
      await removeStale(data, found.text);
      return null;
    }
    if (found.status === 'ready') {
      const answer = await askFolder(found.port, password);
      if (answer === 'wrong password') {
        throw new StartError(
          `A PostgreSQL server (process ${found.pid}) runs on ${data} with another password than the one kept for it. Stop that process, restore the file postgres-password, and start again.`,
        );
      }
      if (answer !== null && answer.folder === (await realpath(data))) return { pid: found.pid, port: found.port };
    }
    if (Date.now() > deadline) {
      throw new StartError(
        `A PostgreSQL server left from an earlier run (process ${found.pid}) neither answers nor ends. Stop it (kill -QUIT ${found.pid}) and start again.`,
      );
    }
    await sleep(50);
  }
}

/** PostgreSQL clears a dead server's file itself, but not where the process number now belongs to somebody else. */
async function removeStale(data: string, text: string): Promise<void> {
  const now = await readPostmasterFile(data);
  if (now !== null && now.text === text) await rm(join(data, 'postmaster.pid'), { force: true });
}

async function askFolder(port: number, password: string): Promise<{ folder: string } | 'wrong password' | null> {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    max: 1,
    connect_timeout: 3,
    fetch_types: false,
    onnotice: () => {},
  });
  try {
    const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
    return { folder: await realpath(row!.folder) };
  } catch (error) {
    return (error as { code?: string }).code === '28P01' ? 'wrong password' : null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
