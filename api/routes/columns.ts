import * as v from 'valibot';
import { ChangeColumnsRequest } from '../../shared/protocol/columns.ts';
import { changeColumns } from '../links/change-columns.ts';
import { getColumns } from '../links/get-columns.ts';
import type { Api } from './api.ts';
import { parseInput, readBody } from './request.ts';

const LinkId = v.object({ id: v.pipe(v.string(), v.uuid()) });

/** /v1/links/:id/columns: which columns a link syncs, and changing that while it runs. */
export function registerColumns(app: Api): void {
  app.get('/v1/links/:id/columns', async (c) => {
    const { id } = parseInput(LinkId, c.req.param());
    return c.json(await getColumns({ ctx: c.get('ctx'), input: { link: id } }));
  });
  app.post('/v1/links/:id/columns', async (c) => {
    const { id } = parseInput(LinkId, c.req.param());
    const change = await readBody(c, ChangeColumnsRequest);
    return c.json(await changeColumns({ ctx: c.get('ctx'), input: { link: id, ...change } }));
  });
}
