import { spawn } from 'node:child_process';
import { systemEnvironment } from '../env.ts';

/** System user a program runs as; null: as whoever runs this process. */
export type ServerUser = { uid: number; gid: number } | null;

export interface RunResult {
  /** Exit code; null where the program could not be started or a signal ended it. */
  code: number | null;
  /** What it printed on both streams. */
  output: string;
}

/**
 * What PostgreSQL's programs get as environment: messages in English (they are read), times in UTC, and none of the
 * PG* variables that may be set here for another server.
 */
export function serverEnvironment(): Record<string, string> {
  return { ...systemEnvironment(), LC_ALL: 'C', TZ: 'UTC' };
}

/** Runs a program to its end as `user`, in a folder every user can enter. Never throws. */
export function runAs(user: ServerUser, file: string, args: string[], cwd = '/'): Promise<RunResult> {
  return new Promise((resolve) => {
    const output: Buffer[] = [];
    const collected = () => Buffer.concat(output).toString('utf8').trim();
    const child = spawn(file, args, { ...user, cwd, env: serverEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (part: Buffer) => output.push(part));
    child.stderr.on('data', (part: Buffer) => output.push(part));
    child.on('error', (error) => resolve({ code: null, output: `${collected()}\n${error.message}` }));
    child.on('close', (code) => resolve({ code, output: collected() }));
  });
}
