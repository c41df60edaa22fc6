import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { readHostConfig } from '../../api/env.ts';
import { callSheets, SheetsError } from '../../api/sheets/call.ts';
import { createSheetsClient } from '../../api/sheets/client.ts';
import { explainRun } from '../../api/sheets/explain-run.ts';
import { civilToSerial, serialToCivil } from '../../shared/civil-serial.ts';

describe('civil time and serial numbers', () => {
  it.each([
    ['1899-12-31', 1],
    ['1900-03-01', 61],
    ['2024-02-29', 45351],
    ['2024-02-29T12:00:00', 45351.5],
    ['06:00:00', 0.25],
    ['00:00:00', 0],
    ['2024-02-29T13:05:00.250', 45351.5451417824],
    ['0050-01-01', -675696],
  ])('%s is day %d', (civil, serial) => {
    expect(civilToSerial(civil)).toBeCloseTo(serial, 9);
    expect(serialToCivil(serial)).toBe(civil);
  });

  it('returns every millisecond of four centuries as it was', () => {
    const instants = fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2200, 0, 1) });
    fc.assert(
      fc.property(instants, (instant) => {
        const civil = new Date(instant).toISOString().replace('Z', '').replace('.000', '');
        const short = civil.endsWith('T00:00:00') ? civil.slice(0, 10) : civil;
        fc.pre(!short.startsWith('1899-12-30'));
        expect(serialToCivil(civilToSerial(short))).toBe(short);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('calls to the Sheets API', () => {
  const failing = (statuses: number[]) => {
    let sends = 0;
    return {
      send: async () => {
        const status = statuses[sends++];
        if (status !== undefined) throw { status, response: { status, data: { error: { message: `no ${status}` } } } };
        return { data: sends };
      },
      sends: () => sends,
    };
  };
  const waited: number[] = [];
  const wait = async (ms: number) => waited.push(ms);

  it('waits longer each time', async () => {
    waited.length = 0;
    expect(await callSheets(failing([429, 503, 500]).send, { repeatable: true, wait })).toBe(4);
    expect(waited.map((ms) => Math.floor(Math.log2(ms / 1000)))).toEqual([0, 1, 2]);
  });

  it('tries only what surely was not done, where twice is not once', async () => {
    const broken = failing([500, 500]);
    await expect(callSheets(broken.send, { repeatable: false, wait })).rejects.toEqual(new SheetsError(500, 'no 500'));
    expect(broken.sends()).toBe(1);
    expect(await callSheets(failing([429]).send, { repeatable: false, wait })).toBe(2);
  });

  it('gives up on a refusal at once, and on an outage after five tries', async () => {
    const refused = failing([403]);
    await expect(callSheets(refused.send, { repeatable: true, wait })).rejects.toMatchObject({ status: 403 });
    expect(refused.sends()).toBe(1);
    const out = failing(Array<number>(9).fill(503));
    await expect(callSheets(out.send, { repeatable: true, wait })).rejects.toMatchObject({ status: 503 });
    expect(out.sends()).toBe(5);
    // A quota is waited out: it is one of a minute.
    waited.length = 0;
    const busy = failing(Array<number>(9).fill(429));
    await expect(callSheets(busy.send, { repeatable: false, wait })).rejects.toMatchObject({ status: 429 });
    expect([busy.sends(), waited.reduce((sum, ms) => sum + ms, 0) > 60_000]).toEqual([7, true]);
  });
});

describe('a connection that says nothing any more', () => {
  it('is given up', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const rootUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const api = createSheetsClient({ rootUrl, keyFile: null, accessToken: 'token' }, 100);
    const call = callSheets(() => api.spreadsheets.get({ spreadsheetId: 'x' }), {
      repeatable: false,
      wait: async () => {},
    });
    await expect(call).rejects.toMatchObject({ name: 'SheetsError', status: 0 });
    server.closeAllConnections();
    server.close();
  });
});

describe('configuration of the REST host', () => {
  it('takes a key file for Google, or a token for a Google of one’s own', () => {
    expect(readHostConfig({ TANDEM_SHEETS_KEY_FILE: 'key.json' }).sheets).toEqual({
      rootUrl: null,
      keyFile: 'key.json',
      accessToken: null,
    });
    const local = { TANDEM_SHEETS_ROOT_URL: 'http://127.0.0.1:8790', TANDEM_SHEETS_TOKEN: 'ya29.local' };
    expect(readHostConfig(local).sheets).toEqual({
      rootUrl: 'http://127.0.0.1:8790/',
      keyFile: null,
      accessToken: 'ya29.local',
    });
  });

  it('says what to write where it is missing or wrong, and shows no secret', () => {
    expect(() => readHostConfig({})).toThrow(/TANDEM_SHEETS_KEY_FILE is missing/);
    expect(() => readHostConfig({ TANDEM_SHEETS_KEY_FILE: 'a', TANDEM_SHEETS_TOKEN: 'b' })).toThrow(/both set/);
    expect(() => readHostConfig({ TANDEM_SHEETS_ROOT_URL: 'http://example.com' })).toThrow(/TANDEM_SHEETS_ROOT_URL/);
    expect(() => readHostConfig({ TANDEM_SHEETS_TOKEN: 'se cret' })).toThrow(/^(?!.*se cret)[^]*TANDEM_SHEETS_TOKEN/);
  });
});

it('a run that ends early says what to do in a sentence, and nothing that the error says of values or tokens', () => {
  const secret = { message: 'Key (email)=(secret)', detail: 'Key (email)=(secret) already exists.', code: '23505' };
  const request = Object.assign(new Error('secret'), { config: { headers: { authorization: 'Bearer secret' } } });
  for (const error of [
    new postgres.PostgresError(secret as never),
    request,
    'secret',
    new SheetsError(400, 'secret'),
  ]) {
    expect(explainRun(error)).toMatch(/^[A-Z][^]* The log says why; run it again, and report it if it stays\.$/);
    expect(explainRun(error)).not.toContain('secret');
  }
});
