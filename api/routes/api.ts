import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Context } from '../context.ts';
import type { IdentityVerifier } from '../access/identity.ts';

/** What the API is made of; everything that differs between a server, the demo and a test. */
export interface AppDeps extends Omit<Context, 'caller'> {
  identity: IdentityVerifier;
  /** Subs and verified email addresses of the admins. */
  admins: readonly string[];
}

/** What a route finds in its Hono context. */
export interface ApiEnv {
  Variables: {
    /** For verbs. Set on every path under /v1, after the caller proved who they are. */
    ctx: Context;
    /** Id of the request, in the log and in error answers. */
    requestId: string;
    log: Logger;
  };
}

export type Api = Hono<ApiEnv>;
