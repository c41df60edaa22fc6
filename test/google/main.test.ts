import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

/** `npm run google` as people start it. */

type Child = ChildProcessByStdio<null, Readable, Readable>;
const children: Child[] = [];
/** Starting takes seconds where others use the machine too. */
const PATIENCE = 60_000;
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

function start(...args: string[]): Child {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function said(child: Child, what: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (what.test(text)) return text;
  }
  throw new Error(`It ended after saying: ${text}`);
}

async function failed(child: Child): Promise<[string, number]> {
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number];
  return [text, code];
}

describe('npm run google', () => {
  it(
    'serves the issuer and the Sheets API, and shows how to call it',
    async () => {
      const text = await said(start('--port', '0'), /curl .*\n/);
      const [, token, url] = /Bearer (\S+)' (\S+)/.exec(text)!;
      const root = new URL(url!).origin;
      const discovery = (await (await fetch(`${root}/.well-known/openid-configuration`)).json()) as {
        jwks_uri: string;
      };
      expect(((await (await fetch(discovery.jwks_uri)).json()) as { keys: unknown[] }).keys).toHaveLength(1);
      expect((await fetch(url!)).status).toBe(401);
      const sheet = await fetch(url!, { headers: { authorization: `Bearer ${token}` } });
      expect(await sheet.json()).toMatchObject({ properties: { title: 'First spreadsheet' } });
    },
    PATIENCE,
  );

  it(
    'says what to do about a port that is taken or none',
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const [text, code] = await failed(start('--port', String(port)));
      expect([text, code]).toEqual([
        `Port ${port} is taken. Choose another one: npm run google -- --port ${port + 1}\n`,
        1,
      ]);
      taken.close();
      const [wrong, status] = await failed(start('--port', 'x'));
      expect([wrong, status]).toEqual(['--port x is no port. Give a number from 0 (any free port) to 65535.\n', 2]);
    },
    PATIENCE,
  );
});
