import type { Health } from '../../shared/protocol/links.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import { pingDatabase } from '../database/ping.ts';
import type { Api, AppDeps } from './api.ts';

/** GET /health, open to all: 200 when requests can be served, 503 when the database does not answer. */
export function registerHealth(app: Api, deps: AppDeps): void {
  app.get('/health', async (c) => {
    const up = await pingDatabase(deps.sql);
    const body: Health = { ok: up, version: String(PROTOCOL_VERSION), database: up ? 'up' : 'down' };
    return c.json(body, up ? 200 : 503);
  });
}
