import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody, errorCodes, TandemError, type ErrorCode } from '../../shared/protocol/error.ts';
import { pingDatabase } from '../../api/database/ping.ts';
import { parseInput, readBody, BODY_BYTES } from '../../api/routes/request.ts';
import { createTestApp, PERSON, type TestApp } from './support/test-app.ts';

let api: TestApp;

/** Routes that go wrong in every way one can; the API's own come and go, the shape of its errors does not. */
beforeAll(async () => {
  api = await createTestApp();
  const { app } = api;
  const Body = v.object({ rows: v.array(v.object({ key: v.pipe(v.string(), v.minLength(1)) })) });
  app.post('/v1/test/body', async (c) => c.json(await readBody(c, Body)));
  app.post('/v1/test/names', async (c) => c.json(await readBody(c, v.record(v.string(), v.number()))));
  app.get('/v1/test/query', (c) => c.json(parseInput(v.object({ n: v.string() }), c.req.query())));
  app.get('/v1/test/throw/:code', (c) => {
    throw new TandemError(c.req.param('code') as ErrorCode, 'A sentence.', { retryAfter: 7, field: 'x', epoch: 3 });
  });
  app.get('/v1/test/bug', () => {
    throw new TypeError('secret-cell-value is not a function');
  });
  app.get('/v1/test/not-an-error', () => {
    throw 'secret-cell-value';
  });
  app.get('/v1/test/sql/:code', async (c) => {
    const code = c.req.param('code');
    await c.get('ctx').sql.unsafe(`do $$ begin raise exception 'secret-cell-value' using errcode = '${code}'; end $$`);
    return c.json({});
  });
  app.get('/v1/test/drizzle', async (c) => {
    await c.get('ctx').db.execute(`select 'secret-cell-value'::int`);
    return c.json({});
  });
});
afterAll(() => api.close());

async function errorOf(answer: Response): Promise<ErrorBody['error'] & { status: number }> {
  const body = v.parse(ErrorBody, await answer.json());
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(body.error.request).toBe(answer.headers.get('x-request-id'));
  // A sentence for a person.
  expect(body.error.message).toMatch(/^[A-Z].*\.$/);
  expect([body.error.code, answer.status, body.error.retry]).toEqual([
    body.error.code,
    errorCodes[body.error.code].status,
    errorCodes[body.error.code].retry,
  ]);
  return { ...body.error, status: answer.status };
}

const loggedText = () => JSON.stringify(api.logged);

describe('who calls', () => {
  it('is told who they are', async () => {
    const answer = await api.request('GET', '/v1/me', { as: PERSON });
    expect([answer.status, await answer.json()]).toEqual([200, { email: PERSON.email, admin: false }]);
    expect(await (await api.request('GET', '/v1/me')).json()).toMatchObject({ admin: true });
  });

  it('must be signed in for every path under /v1, known or not', async () => {
    for (const path of ['/v1/me', '/v1/test/bug', '/v1/nothing/here']) {
      const error = await errorOf(await api.request('GET', path, { as: null }));
      expect([error.code, error.status]).toEqual(['not_signed_in', 401]);
    }
  });

  it.each([
    ['no bearer', 'Basic YTpi'],
    ['no token', 'Bearer '],
    ['nonsense', 'Bearer nonsense'],
    ['two tokens', 'Bearer a b'],
  ])('with %s is not signed in', async (_, authorization) => {
    const error = await errorOf(await api.app.request('/v1/me', { headers: { authorization } }));
    expect(error.code).toBe('not_signed_in');
  });

  it('with an expired token is told so; their clock is the server’s', async () => {
    const token = await api.identity.token({ sub: 'x' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await api.app.request('/v1/me', { headers })).status).toBe(200);
    api.clock.advance(3_700_000);
    const error = await errorOf(await api.app.request('/v1/me', { headers }));
    expect(error.message).toMatch(/expired/);
    api.clock.advance(-3_700_000);
  });

  it('never sees a token in the log', async () => {
    const token = await api.identity.token({ sub: 'x' });
    await api.app.request('/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expect(loggedText()).not.toContain(token.slice(0, 20));
  });
});

describe('an answer that is an error', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])(
    '%s has its status, its retry advice and its details',
    async (code) => {
      const answer = await api.request('GET', `/v1/test/throw/${code}`);
      expect(answer.headers.get('retry-after')).toBe('7');
      expect(await errorOf(answer)).toMatchObject({ code, field: 'x', epoch: 3, retryAfter: 7 });
    },
  );

  it('says that there is nothing at an address, or that it takes another method', async () => {
    expect((await errorOf(await api.request('GET', '/nothing'))).code).toBe('not_found');
    expect((await errorOf(await api.request('GET', '/v1/test/throw'))).code).toBe('not_found');
    const answer = await api.request('POST', '/health');
    expect(answer.headers.get('allow')).toBe('GET');
    expect((await errorOf(answer)).code).toBe('method_not_allowed');
    expect((await errorOf(await api.request('DELETE', '/v1/test/throw/busy'))).code).toBe('method_not_allowed');
  });

  it.each([
    ['the wrong type', { rows: [{ key: 'a' }, { key: 7 }] }, 'rows.1.key'],
    ['a missing field', {}, 'rows'],
    ['an empty text', { rows: [{ key: '' }] }, 'rows.0.key'],
    ['no object at all', null, undefined],
  ])('names the field: %s', async (_, body, field) => {
    const error = await errorOf(await api.request('POST', '/v1/test/body', { body }));
    expect([error.code, error.field]).toEqual(['bad_request', field]);
  });

  it('names the parameter of a query', async () => {
    const error = await errorOf(await api.request('GET', '/v1/test/query?m=1'));
    expect([error.code, error.field]).toEqual(['bad_request', 'n']);
  });

  it('never quotes what was sent', async () => {
    const sent = { rows: [{ key: { secret: 'secret-cell-value' } }] };
    const error = await errorOf(await api.request('POST', '/v1/test/body', { body: sent }));
    expect(JSON.stringify(error)).not.toContain('secret-cell-value');
    const headers = { authorization: `Bearer ${await api.identity.token({ sub: 'x' })}` };
    const broken = await api.app.request('/v1/test/body', {
      method: 'POST',
      headers,
      body: '{"rows": secret-cell-value',
    });
    expect(JSON.stringify(await errorOf(broken))).not.toContain('secret-cell-value');
    expect(loggedText()).not.toContain('secret-cell-value');
  });

  it('refuses a body that is too large, by its stated length or by counting', async () => {
    const headers = { authorization: `Bearer ${await api.identity.token({ sub: 'x' })}` };
    const stated = await api.app.request('/v1/test/body', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(BODY_BYTES + 1) },
      body: '{}',
    });
    expect((await errorOf(stated)).code).toBe('too_large');
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1024 * 1024;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      },
    });
    const init = { method: 'POST', headers, body: endless, duplex: 'half' } as RequestInit;
    expect((await errorOf(await api.app.request('/v1/test/body', init))).code).toBe('too_large');
    expect(sent).toBeLessThan(BODY_BYTES + 3 * 1024 * 1024);
  });

  it('refuses a body that is no UTF-8, too deep, or cut off, and does not take that for a lost database', async () => {
    const headers = { authorization: `Bearer ${await api.identity.token({ sub: 'x' })}` };
    const send = async (body: BodyInit, more = {}) => {
      const init = { method: 'POST', headers: { ...headers, ...more }, body, duplex: 'half' } as RequestInit;
      return errorOf(await api.app.request('/v1/test/body', init));
    };
    const latin = Buffer.from('{"rows":[{"key":"caf\xe9"}]}', 'latin1');
    for (const more of [{}, { 'content-length': String(latin.length) }]) {
      expect(await send(latin, more)).toMatchObject({
        code: 'bad_request',
        message: expect.stringMatching('is not JSON') as string,
      });
    }
    for (const deep of ['['.repeat(33), '{"a":'.repeat(33)]) {
      expect(await send(deep)).toMatchObject({
        code: 'bad_request',
        message: expect.stringMatching('nested too deeply') as string,
      });
    }
    const cut = new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
    });
    expect(await send(cut)).toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching('ended before its body') as string,
    });
    // Brackets of a text are no levels.
    const fine = { rows: [{ key: `${'['.repeat(99)}"\\"{` }] };
    expect((await api.request('POST', '/v1/test/body', { body: fine })).status).toBe(200);
  });

  it('names no field at any length', async () => {
    const error = await errorOf(await api.request('POST', '/v1/test/names', { body: { ['n'.repeat(9_999)]: 'x' } }));
    expect(error.field).toHaveLength(200);
    expect(error.message.length).toBeLessThan(400);
  });

  it.each([
    ['55P03', 'busy'],
    ['40001', 'busy'],
    ['40P01', 'busy'],
    ['57014', 'busy'],
    ['57P01', 'database_unavailable'],
    ['53300', 'database_unavailable'],
    ['53100', 'database_unavailable'],
    ['25006', 'database_unavailable'],
    ['23505', 'internal'],
    ['XX000', 'internal'],
  ])('the database’s %s is %s', async (state, code) => {
    const error = await errorOf(await api.request('GET', `/v1/test/sql/${state}`));
    expect([error.code, error.retry]).toEqual([code, 'later']);
    expect(error.retryAfter).toBeGreaterThan(0);
    expect(JSON.stringify(error)).not.toMatch(/secret-cell-value|raise|PL\/pgSQL/);
  });

  it('tells a database that is read-only from one that does not answer', async () => {
    const error = await errorOf(await api.request('GET', '/v1/test/sql/25006'));
    expect(error.message).toMatch(/read-only copy.*connect the server to the main database/);
  });

  it.each(['bug', 'not-an-error', 'drizzle'])(
    'tells nothing internal of a %s, and logs it under the id given',
    async (way) => {
      const before = api.logged.length;
      const error = await errorOf(await api.request('GET', `/v1/test/${way}`));
      expect(error.code).toBe('internal');
      expect(JSON.stringify(error)).not.toContain('secret-cell-value');
      const lines = api.logged.slice(before).filter((line) => line['level'] === 50);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ request: error.request, msg: 'unexpected error' });
    },
  );

  it('of the database leaves no value of a row in the log', async () => {
    const before = api.logged.length;
    await api.request('GET', '/v1/test/sql/23505');
    await api.request('GET', '/v1/test/drizzle');
    // What RAISE says is told to the person, and only to them.
    const raised = await errorOf(await api.request('GET', '/v1/test/sql/P0001'));
    expect(raised).toMatchObject({
      code: 'table_unsuitable',
      message: expect.stringMatching('secret-cell-value') as string,
    });
    const lines = api.logged.slice(before);
    expect(JSON.stringify(lines)).not.toContain('secret-cell-value');
    expect(JSON.stringify(lines)).toContain('23505');
  });
});

describe('health', () => {
  it('asks the database once for all who ask meanwhile', async () => {
    let asked = 0;
    const slow = (() => {
      asked++;
      return new Promise((resolve) => setTimeout(resolve, 20));
    }) as never;
    expect(await Promise.all([pingDatabase(slow), pingDatabase(slow), pingDatabase(slow)])).toEqual([true, true, true]);
    expect(asked).toBe(1);
    expect([await pingDatabase(slow), asked]).toEqual([true, 2]);
  });

  it('is open to all and tells no more than up or down', async () => {
    const up = await api.request('GET', '/health', { as: null });
    expect([up.status, await up.json()]).toEqual([200, { ok: true, version: '2', database: 'up' }]);
    const gone = await createTestApp();
    await gone.close();
    const down = await gone.request('GET', '/health', { as: null });
    expect([down.status, await down.json()]).toEqual([503, { ok: false, version: '2', database: 'down' }]);
    expect((await errorOf(await gone.request('GET', '/v1/test', { as: null }))).code).toBe('not_signed_in');
  });
});
