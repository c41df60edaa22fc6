import * as v from 'valibot';
import { CreateLinkRequest, StartRequest } from '../../shared/protocol/links.ts';
import { deleteLink, pauseLink, previewLink, resumeLink } from '../links/change-link.ts';
import { createLink } from '../links/create-link.ts';
import { getLink, listLinks } from '../links/get-links.ts';
import { startLink } from '../links/start-link.ts';
import type { Api } from './api.ts';
import { parseInput, readBody } from './request.ts';

const Spreadsheet = v.object({ spreadsheet: v.pipe(v.string(), v.minLength(1)) });
const LinkId = v.object({ id: v.pipe(v.string(), v.uuid()) });

/** /v1/links: making, seeing and steering links. */
export function registerLinks(app: Api): void {
  const id = (param: Record<string, string>) => parseInput(LinkId, param).id;
  app.get('/v1/links', async (c) =>
    c.json(await listLinks({ ctx: c.get('ctx'), input: parseInput(Spreadsheet, c.req.query()) })),
  );
  app.post('/v1/links', async (c) =>
    c.json(await createLink({ ctx: c.get('ctx'), input: await readBody(c, CreateLinkRequest) }), 201),
  );
  app.get('/v1/links/:id', async (c) =>
    c.json(await getLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.delete('/v1/links/:id', async (c) =>
    c.json(await deleteLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.post('/v1/links/:id/start', async (c) => {
    const { winner } = await readBody(c, StartRequest);
    return c.json(await startLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()), winner } }));
  });
  const verbs = { preview: previewLink, pause: pauseLink, resume: resumeLink };
  for (const [name, verb] of Object.entries(verbs)) {
    app.post(`/v1/links/:id/${name}`, async (c) =>
      c.json(await verb({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
    );
  }
}
