import { spawn } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of simulation servers in the temporary folder begin like this. */
export const HOME_PREFIX = 'tandem-sim-';

/**
 * Sees to it that a server ends with this process, however that ends: a shell waits at the other end of a pipe, and when
 * the pipe breaks it stops the server and removes its folder. Answers how to call it off.
 */
export async function watchServer(home: string, pid: number): Promise<() => void> {
  await writeFile(join(home, 'owner'), `${process.pid} ${pid}`);
  // "$0" is the server, "$1" its folder. A line says that all is well.
  const script = 'read done || { kill -QUIT "$0"; while kill -0 "$0" 2>/dev/null; do sleep 0.2; done; rm -rf "$1"; }';
  const watcher = spawn('/bin/sh', ['-c', script, String(pid), home], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {});
  watcher.unref();
  const pipe = watcher.stdin as unknown as {
    unref(): void;
    end(text: string): void;
    on(event: string, f: () => void): void;
  };
  pipe.on('error', () => {});
  pipe.unref();
  return () => pipe.end('done\n');
}

/** Stops servers, and removes folders, of runs that ended without doing so; their watcher was killed, too. */
export async function sweepServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(HOME_PREFIX)) continue;
    const home = join(tmpdir(), name);
    const [owner, pid] = (await readFile(join(home, 'owner'), 'utf8').catch(() => '')).split(' ').map(Number);
    if (!owner || !pid || isAlive(owner)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // The number may be another process's by now.
    if (command.includes(home)) process.kill(pid, 'SIGQUIT');
    await rm(home, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
