import { afterEach, describe, expect, it } from 'vitest';
import { createRestServer, type RestServer } from './server.ts';
import { grid, testClient } from './test-client.ts';

describe('errors', () => {
  it.each<[string, 'GET' | 'PUT' | 'POST', string, unknown, number, string]>([
    ['a range that cannot be parsed', 'GET', '/values/Nowhere!A1', undefined, 400, 'Unable to parse range: Nowhere!A1'],
    ['a range with a row of 0', 'GET', '/values/A0', undefined, 400, 'Unable to parse range: A0'],
    [
      'a start beyond the grid',
      'GET',
      '/values/A1001',
      undefined,
      400,
      'Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26',
    ],
    [
      'whole rows beyond the grid',
      'GET',
      '/values/Sheet1!1001:1002',
      undefined,
      400,
      'Range (Sheet1!1001:1002) exceeds grid limits. Max rows: 1000, max columns: 26',
    ],
    ['no requests', 'POST', ':batchUpdate', {}, 400, 'Must specify at least one request.'],
    [
      'an unknown kind',
      'POST',
      ':batchUpdate',
      { requests: [{ paint: {} }] },
      400,
      'Invalid JSON payload received. Unknown name "paint" at \'requests[0]\': Cannot find field.',
    ],
    [
      'a cell that is a list',
      'PUT',
      '/values/A1?valueInputOption=RAW',
      { values: [[[1]]] },
      400,
      'Invalid data.values[0][0]: list_value {\n}\n',
    ],
    [
      'a row that is no list',
      'PUT',
      '/values/A1?valueInputOption=RAW',
      { values: ['x'] },
      400,
      'Invalid value at \'data.values[0]\' (type.googleapis.com/google.protobuf.ListValue), "x"',
    ],
    [
      'an option out of its list',
      'GET',
      '/values/A1?valueRenderOption=PLAIN',
      undefined,
      400,
      'Invalid value at \'valueRenderOption\' (type.googleapis.com/google.apps.sheets.v4.ValueRenderOption), "PLAIN"',
    ],
    [
      'the last visible sheet',
      'POST',
      ':batchUpdate',
      { requests: [{ deleteSheet: { sheetId: 0 } }] },
      400,
      "Invalid requests[0].deleteSheet: You can't remove all the visible sheets in a document.",
    ],
    [
      'fields left out',
      'POST',
      ':batchUpdate',
      { requests: [{ repeatCell: { range: grid(1, 1, 1, 1), cell: {} } }] },
      400,
      "Invalid requests[0].repeatCell: At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
    ],
    [
      'text longer than a cell may hold',
      'PUT',
      '/values/A1?valueInputOption=RAW',
      { values: [['x'.repeat(50_001)]] },
      400,
      'Your input contains more than the maximum of 50000 characters in a single cell.',
    ],
  ])('%s', async (_, method, path, body, status, message) => {
    const answer = await testClient().call(method, path, body);
    expect(answer.body.error.message).toBe(message);
    expect([answer.status, answer.body.error.code]).toEqual([status, status]);
  });

  it('a body that is not JSON, and a path that is no method', async () => {
    const client = testClient();
    expect((await client.call('POST', ':batchUpdate', '{"requests":')).body.error.status).toBe('INVALID_ARGUMENT');
    const response = await client.server.fetch(new Request('http://sheets.test/v4/spreadsheets'));
    expect(response.status).toBe(404);
  });

  it('a spreadsheet that is not there, a token that is missing, a person without rights', async () => {
    const client = testClient({
      authorize: (request, _, access) => {
        const who = request.headers.get('authorization');
        if (!who) return 'unauthenticated';
        return who === 'reader' && access === 'write' ? 'forbidden' : { email: who };
      },
    });
    expect((await client.call('GET', '')).body.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
    expect((await client.call('GET', '', undefined, { authorization: 'reader' })).status).toBe(200);
    const refused = await client.call('POST', '/values/A1:clear', {}, { authorization: 'reader' });
    expect(refused.body).toEqual({
      error: { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' },
    });
  });
});

describe('quota, faults and latency', () => {
  let server: RestServer | undefined;
  afterEach(() => server?.close());

  it('answers 429 when the budget of the minute is spent, for reads and writes apart; a batch counts as one', async () => {
    let now = 0;
    const client = testClient({
      now: () => now,
      quota: { readsPerMinute: 9, readsPerMinutePerUser: 2, writesPerMinute: 9, writesPerMinutePerUser: 1 },
    });
    expect((await client.call('GET', '/values:batchGet?ranges=A1&ranges=A2&ranges=A3')).status).toBe(200);
    expect((await client.call('GET', '')).status).toBe(200);
    const over = await client.call('GET', '');
    expect(over.status).toBe(429);
    expect(over.body.error).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ reason: 'RATE_LIMIT_EXCEEDED' }, {}],
    });
    expect(over.body.error.message).toBe(
      "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service 'sheets.googleapis.com' for consumer 'project_number:1'.",
    );
    expect((await client.call('POST', '/values/A1:clear')).status).toBe(200);
    expect((await client.call('POST', '/values/A1:clear')).status).toBe(429);
    now = 60_000;
    expect((await client.call('GET', '')).status).toBe(200);
  });

  it('a fault before the effect prevents it, one after does not', async () => {
    const client = testClient();
    client.server.settings.fault = () => ({ when: 'before', status: 503 });
    expect((await client.call('PUT', '/values/A1?valueInputOption=RAW', { values: [['x']] })).body.error).toMatchObject(
      { code: 503, status: 'UNAVAILABLE' },
    );
    delete client.server.settings.fault;
    expect(await client.values('A1')).toBeUndefined();
    client.server.settings.fault = () => ({ when: 'after', status: 'drop' });
    await expect(client.call('PUT', '/values/A1?valueInputOption=RAW', { values: [['x']] })).rejects.toThrow('dropped');
    delete client.server.settings.fault;
    expect(await client.values('A1')).toEqual([['x']]);
  });

  it('a dropped answer breaks the connection, and latency delays answers', async () => {
    server = createRestServer({
      documents: {
        find: () => undefined,
        create: () => {
          throw new Error('not here');
        },
      },
    });
    const root = await server.listen();
    server.settings.latency = 30;
    const started = performance.now();
    expect((await fetch(`${root}v4/spreadsheets/none`)).status).toBe(404);
    expect(performance.now() - started).toBeGreaterThanOrEqual(28);
    server.settings.fault = () => ({ when: 'before', status: 'drop' });
    await expect(fetch(`${root}v4/spreadsheets/none`)).rejects.toThrow();
  });
});
