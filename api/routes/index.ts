import type { Api, AppDeps } from './api.ts';
import { registerColumns } from './columns.ts';
import { registerCycle } from './cycle.ts';
import { registerHealth } from './health.ts';
import { registerLinks } from './links.ts';
import { registerMe } from './me.ts';
import { registerTables } from './tables.ts';

/** Every route of the API. Paths under /v1 require a signed-in caller (see app.ts); one file a resource. */
export function registerRoutes(app: Api, deps: AppDeps): void {
  registerHealth(app, deps);
  registerMe(app);
  registerTables(app);
  registerLinks(app);
  registerColumns(app);
  registerCycle(app);
}
