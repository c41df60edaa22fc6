import { execFile } from 'node:child_process';
import { readlink, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a running server writes to `postmaster.pid` (src/include/utils/pidfile.h). */
export interface PostmasterFile {
  pid: number;
  port: number;
  /** `ready` once it takes connections. */
  status: string;
  text: string;
}

export async function readPostmasterFile(data: string): Promise<PostmasterFile | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim(), text };
}

/**
 * Whether process `pid` is the server of this data folder. A number alone proves nothing: after a restart of the
 * machine or container the same one belongs to somebody else, even to us.
 */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  if (process.platform === 'linux') {
    // A server's working directory is its data folder. Closed to us: another user's process, so not ours.
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    return cwd !== null && cwd === (await realpath(data));
  }
  if (process.platform === 'win32') return true;
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'command=', '-p', String(pid)], (error, output) => {
      resolve(error === null && output.includes('postgres') && output.includes(data));
    });
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Stops a server: "fast" (open transactions are rolled back, everything else is on disk), after `patienceMs` "immediate"
 * (like a crash: the next start replays the log; nothing committed is lost).
 */
export async function stopPostmaster(pid: number, data: string, patienceMs = 10_000): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isPostmasterOf(pid, data))) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      await sleep(20);
      // The file goes last: a stopped server is one that a new one may follow.
      if (!(await isPostmasterOf(pid, data))) return;
    }
  }
}
