import type { Me } from '../../shared/protocol/links.ts';
import type { Api } from './api.ts';

/** GET /v1/me: who the token says the caller is. */
export function registerMe(app: Api): void {
  app.get('/v1/me', (c) => {
    const { email, admin } = c.get('ctx').caller;
    return c.json({ email, admin } satisfies Me);
  });
}
