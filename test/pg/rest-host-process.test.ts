import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from './support/test-app.ts';
import { startRestSheet, type RestSheet } from './rest-host-sheet.ts';

let test: TestApp;
let sheet: RestSheet;

beforeEach(async () => {
  test = await createTestApp();
  await test.database.sql.unsafe(
    `CREATE TABLE item (id integer PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'a')`,
  );
  sheet = await startRestSheet(test, 'item', [
    ['id', 'name'],
    [1, 'a'],
  ]);
});
afterEach(async () => {
  await sheet.close();
  await test.close();
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function host(args: string[], token = 't'): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/host.ts', ...args], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: test.database.url,
      TANDEM_SHEETS_ROOT_URL: sheet.rootUrl,
      TANDEM_SHEETS_TOKEN: token,
    },
  });
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (ended.out += String(data)));
  child.stderr.on('data', (data: Buffer) => (ended.err += String(data)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

it('runs one cycle as a program and says what it did', async () => {
  await test.database.sql`UPDATE item SET name = 'b'`;
  expect(await host(['--link', sheet.link.id])).toMatchObject({
    code: 0,
    out: 'In step: 0 rows sent to the table, 1 cells written to the sheet.\n',
  });
  expect(sheet.tab.value(2, 2)).toBe('b');
});

it('ends with a sentence where it cannot run', async () => {
  const unknown = await host(['--link', '00000000-0000-4000-8000-00000000dead']);
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('There is no link') as string });
  expect(await host([])).toMatchObject({ code: 2, err: expect.stringContaining('--link') as string });
  const stranger = await host(['--link', sheet.link.id], 'stale');
  expect(stranger).toMatchObject({
    code: 1,
    err: 'Google does not accept the access token. Get a new one, or use a service account’s key file.\n',
  });
});
