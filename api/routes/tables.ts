import * as v from 'valibot';
import { CreateTableRequest, LinkNewTableRequest } from '../../shared/protocol/links.ts';
import { createTable } from '../links/create-table.ts';
import { linkNewTable } from '../links/link-new-table.ts';
import { getTableRules } from '../links/get-table-rules.ts';
import { getTable, listTables } from '../links/list-tables.ts';
import type { Api } from './api.ts';
import { parseInput, readBody } from './request.ts';

const Named = v.object({ schema: v.string(), name: v.string() });

/** /v1/tables: what an admin may link, and making a new table. */
export function registerTables(app: Api): void {
  app.get('/v1/tables', async (c) => c.json(await listTables({ ctx: c.get('ctx') })));
  app.get('/v1/tables/:schema/:name', async (c) =>
    c.json(await getTable({ ctx: c.get('ctx'), input: parseInput(Named, c.req.param()) })),
  );
  app.get('/v1/tables/:schema/:name/rules', async (c) =>
    c.json(await getTableRules({ ctx: c.get('ctx'), input: parseInput(Named, c.req.param()) })),
  );
  app.post('/v1/tables', async (c) =>
    c.json(await createTable({ ctx: c.get('ctx'), input: await readBody(c, CreateTableRequest) }), 201),
  );
  app.post('/v1/tables/linked', async (c) =>
    c.json(await linkNewTable({ ctx: c.get('ctx'), input: await readBody(c, LinkNewTableRequest) }), 201),
  );
}
