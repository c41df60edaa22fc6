import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../../api/env.ts';
import { createLog } from '../../../api/log.ts';
import { startApi } from '../../../api/start.ts';

/** The API, however it runs. */
export interface ApiHost {
  url: string;
  databaseUrl: string;
  stop(): Promise<void>;
}

/** In this process, its log in a file. */
export async function startApiHere(config: Config, logFile: string, durable: boolean): Promise<ApiHost> {
  const log = createLog(config.logLevel, createWriteStream(logFile, { flags: 'a' }));
  const api = await startApi({ ...config, log, durable });
  return { url: api.url, databaseUrl: api.database.url, stop: () => api.stop() };
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const STARTS_WITHIN_MS = 30_000;

/** `npm start` as a process of its own, which can be killed as machines kill processes. */
export class ApiProcess implements ApiHost {
  #child: ChildProcess | null = null;
  #port: number;

  constructor(readonly config: Config & { databaseUrl: string }) {
    this.#port = config.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get databaseUrl(): string {
    return this.config.databaseUrl;
  }

  /** Starts it, on the same port as before; answers once it is healthy. */
  async start(): Promise<void> {
    const { config } = this;
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(this.#port),
        HOST: config.host,
        DATABASE_URL: config.databaseUrl,
        TANDEM_ISSUER: config.issuer,
        TANDEM_JWKS_URL: config.jwksUrl,
        TANDEM_AUDIENCES: config.audiences.join(','),
        TANDEM_ADMINS: config.admins.join(','),
        LOG_LEVEL: config.logLevel,
      },
    });
    this.#child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`The API did not start: ${said}`)), STARTS_WITHIN_MS);
      const hear = (chunk: Buffer) => {
        said += chunk.toString('utf8');
        const port = /listens on http:\/\/[^ ]*:(\d+)/.exec(said)?.[1];
        if (port === undefined) return;
        this.#port = Number(port);
        clearTimeout(late);
        resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`The API ended with ${code}: ${said}`));
      });
    });
  }

  /** SIGKILL: no handler runs, nothing is finished. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
