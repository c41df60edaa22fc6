import { serve, type ServerType } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { ApiError, badField, notFound } from './api-error.ts';
import type { Call, Documents } from './context.ts';
import { applyMask, parseMask } from './field-mask.ts';
import { GOOGLE_QUOTA, Quota, type QuotaLimits } from './quota.ts';
import { routes } from './routes.ts';
import { createSpreadsheet } from './spreadsheets/create.ts';

/** What a bearer token allows. `email` is who acts: protections apply to them. */
export type Authorization = { email?: string } | 'unauthenticated' | 'forbidden';

/** What happens to a request instead of (`before`) or after (`after`) its effect. */
export type Fault =
  | { when: 'before' | 'after'; status: 429 | 500 | 503 }
  /** The connection breaks without an answer. */
  | { when: 'before' | 'after'; status: 'drop' };

export interface RestOptions {
  documents: Documents;
  /** Asked for every request; absent: everybody may do everything. `spreadsheetId` is null for a creation. */
  authorize?: (
    request: Request,
    spreadsheetId: string | null,
    access: 'read' | 'write',
  ) => Authorization | Promise<Authorization>;
  /** Default: Google's own figures. */
  quota?: QuotaLimits;
  /** Milliseconds that every answer takes. */
  latency?: number | (() => number);
  /** Asked for every request; answers what goes wrong, if anything. */
  fault?: (request: Request) => Fault | undefined;
  now?: () => number;
}

export interface RestServer {
  /** Answers one request. Rejects where the connection would break. */
  fetch: (request: Request) => Promise<Response>;
  /** Listens on loopback; port 0 takes a free one. Resolves to the root URL for `rootUrl`. */
  listen: (port?: number) => Promise<string>;
  close: () => Promise<void>;
  quota: Quota;
  /** May be changed at any time. */
  settings: Pick<RestOptions, 'latency' | 'fault' | 'authorize'>;
  /** Requests answered with an effect, by access. */
  counters: { reads: number; writes: number };
}

/** The Sheets REST v4 face of the local Google: `/v4/spreadsheets/…` over HTTP. */
export function createRestServer(options: RestOptions): RestServer {
  const quota = new Quota(options.quota ?? GOOGLE_QUOTA, options.now ?? Date.now);
  const settings: RestServer['settings'] = { ...options };
  const counters = { reads: 0, writes: 0 };
  let server: ServerType | null = null;

  const answer = async (request: Request): Promise<Response> => {
    const { latency } = settings;
    const wait = typeof latency === 'function' ? latency() : latency;
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
    const fault = settings.fault?.(request);
    if (fault?.when === 'before') return failed(fault);
    const response = await handle(request, options.documents, quota, settings, counters);
    return fault ? failed(fault) : response;
  };

  return {
    fetch: answer,
    quota,
    settings,
    counters,
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        const started = serve({ fetch: answerOrBreak(answer), port, hostname: '127.0.0.1' }, (info: AddressInfo) =>
          resolve(`http://127.0.0.1:${info.port}/`),
        );
        started.once('error', reject);
        server = started;
      }),
    close: () =>
      new Promise((resolve) => {
        if (!server) return resolve();
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

class Dropped extends Error {}

/** Over HTTP a dropped answer ends the socket. */
function answerOrBreak(answer: (request: Request) => Promise<Response>) {
  return async (request: Request, env: unknown): Promise<Response> => {
    try {
      return await answer(request);
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      (env as { incoming: { socket: { destroy: () => void } } }).incoming.socket.destroy();
      return new Response(null, { status: 500 });
    }
  };
}

function failed(fault: Fault): Response {
  if (fault.status === 'drop') throw new Dropped('The connection was dropped.');
  const status = fault.status === 429 ? 'RESOURCE_EXHAUSTED' : fault.status === 503 ? 'UNAVAILABLE' : 'INTERNAL';
  const message = {
    429: "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service 'sheets.googleapis.com' for consumer 'project_number:1'.",
    500: 'Internal error encountered.',
    503: 'The service is currently unavailable.',
  }[fault.status];
  return json(new ApiError(status, message), fault.status);
}

async function handle(
  request: Request,
  documents: Documents,
  quota: Quota,
  settings: RestServer['settings'],
  counters: RestServer['counters'],
): Promise<Response> {
  try {
    const url = new URL(request.url);
    const match = /^\/v4\/spreadsheets(?:\/([^/:]+))?(.*)$/s.exec(url.pathname);
    if (!match) return new Response('Not Found', { status: 404 });
    const id = match[1] === undefined ? null : decodeURIComponent(match[1]);
    const rest = decodeURIComponent(match[2]!);
    const creating = id === null && rest === '' && request.method === 'POST';
    const found = creating ? undefined : routes.find((r) => r.method === request.method && r.path.test(rest));
    if (!creating && (!found || id === null)) return new Response('Not Found', { status: 404 });
    const access = found?.access ?? 'write';
    const who = (await settings.authorize?.(request, id, access)) ?? {};
    if (who === 'unauthenticated') throw unauthenticated();
    quota.take(access, (who === 'forbidden' ? '' : who.email) ?? '');
    const workbook = id === null ? undefined : documents.find(id);
    if (id !== null && !workbook) throw notFound();
    if (who === 'forbidden') throw new ApiError('PERMISSION_DENIED', 'The caller does not have permission');
    const body = await readBody(request);
    const call: Call = {
      documents,
      query: url.searchParams,
      body,
      ...(who.email === undefined ? {} : { actor: who.email }),
    };
    const result = creating
      ? createSpreadsheet(call)
      : found!.run({ ...call, workbook: workbook! }, found!.path.exec(rest)![1] ?? '');
    counters[access === 'read' ? 'reads' : 'writes']++;
    const fields = url.searchParams.get('fields');
    return json(fields ? applyMask(result, parseMask(fields)) : result, 200);
  } catch (error) {
    if (error instanceof ApiError) return json(error, error.code);
    throw error;
  }
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  if (request.method === 'GET') return {};
  const text = await request.text();
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    throw badField('', `Invalid JSON payload received. Unexpected token.\n${text.slice(0, 40)}\n^`);
  }
  throw badField('', 'Invalid JSON payload received. Unknown name "": Root element must be a message.');
}

const unauthenticated = (): ApiError =>
  new ApiError(
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  );

function json(value: unknown, status: number): Response {
  return new Response(`${JSON.stringify(value, null, 2)}\n`, {
    status,
    headers: { 'Content-Type': 'application/json; charset=UTF-8', Vary: 'Origin, X-Origin, Referer' },
  });
}
