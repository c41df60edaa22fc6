import type { Api, AppDeps } from './api.ts';
import { registerHealth } from './health.ts';
import { registerMe } from './me.ts';

/** Every route of the API. Paths under /v1 require a signed-in caller (see app.ts); one file a resource. */
export function registerRoutes(app: Api, deps: AppDeps): void {
  registerHealth(app, deps);
  registerMe(app);
}
