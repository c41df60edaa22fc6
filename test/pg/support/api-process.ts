import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface ApiProcess {
  child: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves with the address once it listens; rejects with what it printed if it ends before. */
  listening: Promise<string>;
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** What an API needs at least; loopback and any free port. */
export const MINIMAL_ENVIRONMENT = {
  PORT: '0',
  TANDEM_AUDIENCES: 'test-client.apps.googleusercontent.com',
  TANDEM_ADMINS: 'admin@example.com',
};

/** `npm start` as a child process, in the temporary folder, with this environment and no other of ours. */
export function startApiProcess(
  environment: Record<string, string>,
  options: { uid?: number; gid?: number } = {},
): ApiProcess {
  const child = spawn(process.execPath, ['--import', `${ROOT}node_modules/tsx/dist/loader.mjs`, `${ROOT}api/main.ts`], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  let text = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const listening = new Promise<string>((resolve, reject) => {
    const take = (part: Buffer) => {
      text += part.toString('utf8');
      const url = /listens on (\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    void ended.then(() => reject(new Error(text)));
  });
  // Who waits only for the end need not handle this one.
  listening.catch(() => {});
  return {
    child,
    output: () => text,
    listening,
    ended,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
