import { randomUUID } from 'node:crypto';
import { Hono, type Context as HonoContext } from 'hono';
import type { Logger } from 'pino';
import { TandemError } from '../shared/protocol/error.ts';
import { toCaller } from './access/caller.ts';
import { explainFailure } from './database/errors.ts';
import { describeError } from './log.ts';
import type { Api, ApiEnv, AppDeps } from './routes/api.ts';
import { registerRoutes } from './routes/index.ts';

export type { Api, ApiEnv, AppDeps } from './routes/api.ts';

const NOT_SIGNED_IN = 'You are not signed in. Open the Tandem sidebar in the spreadsheet and sign in.';
const INTERNAL =
  'Something went wrong on the Tandem server. Nothing was half-done; try again in a minute. If it happens again, give your admin the request id.';

/** The API as a function from request to response; whoever calls it listens, or tests it without a socket. */
export function createApp(deps: AppDeps): Api {
  const app: Api = new Hono<ApiEnv>();

  app.use(async (c, next) => {
    const requestId = randomUUID();
    const log = deps.log.child({ request: requestId });
    c.set('requestId', requestId);
    c.set('log', log);
    c.header('x-request-id', requestId);
    const start = performance.now();
    await next().catch((error: unknown) => {
      // Hono hands only errors to onError.
      throw error instanceof Error ? error : new Error('something that is no error was thrown');
    });
    // The path only: a query string may hold what a person typed.
    log.info(
      { method: c.req.method, path: c.req.path, status: c.res.status, ms: Math.round(performance.now() - start) },
      'answered',
    );
  });

  app.use('/v1/*', async (c, next) => {
    const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined) throw new TandemError('not_signed_in', NOT_SIGNED_IN);
    const caller = toCaller(await deps.identity(token), deps.admins);
    const { sql, db, clock } = deps;
    c.set('ctx', { sql, db, clock, caller, log: c.get('log').child({ sub: caller.sub }) });
    await next();
  });

  registerRoutes(app, deps);

  app.notFound((c) => {
    const allowed = methodsOf(app, c.req.path);
    if (allowed.length === 0) {
      const text = 'There is nothing at this address. Check the server address in the Tandem sidebar.';
      return answer(c, new TandemError('not_found', text));
    }
    c.header('allow', allowed.join(', '));
    const text = `This address answers ${allowed.join(' and ')} only. Update the Tandem add-on and try again.`;
    return answer(c, new TandemError('method_not_allowed', text));
  });

  app.onError((error, c) => answer(c, asKnown(error, c.get('log'))));
  return app;
}

/** Errors leave as one of the closed list; the cause of those that tell the caller nothing goes to the log. */
function asKnown(error: unknown, log: Logger): TandemError {
  if (error instanceof TandemError) {
    if (error.cause !== undefined) log.warn({ code: error.code, cause: describeError(error.cause) }, error.message);
    return error;
  }
  const known = explainFailure(error);
  if (known !== null) {
    // Its sentence may quote what the database said, values of rows among it.
    log.warn({ code: known.code, cause: describeError(error) }, 'refused by the database');
    return known;
  }
  log.error({ cause: describeError(error) }, 'unexpected error');
  return new TandemError('internal', INTERNAL, { retryAfter: 60 });
}

function answer(c: HonoContext<ApiEnv>, error: TandemError): Response {
  const requestId = c.get('requestId');
  if (error.details.retryAfter !== undefined) c.header('retry-after', String(Math.ceil(error.details.retryAfter)));
  if (error.code === 'not_signed_in') c.header('www-authenticate', 'Bearer');
  return c.json(error.toBody(requestId), error.status as 400);
}

/** Methods that some route answers at `path`. */
function methodsOf(app: Api, path: string): string[] {
  const methods = app.routes
    .filter((route) => route.method !== 'ALL' && matches(route.path, path))
    .map((route) => route.method);
  return [...new Set(methods)];
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i]);
}
