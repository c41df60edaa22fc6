import * as v from 'valibot';
import {
  CreateLinkRequest,
  MissingRequest,
  RemovedRequest,
  RenamesRequest,
  StartRequest,
  UndoRequest,
  UpdateLinkRequest,
} from '../../shared/protocol/links.ts';
import { problemKinds } from '../../shared/protocol/problems.ts';
import { deleteLink, pauseLink, previewLink, resumeLink } from '../links/change-link.ts';
import { createLink } from '../links/create-link.ts';
import { getJournal } from '../links/get-journal.ts';
import { getLink, listLinks } from '../links/get-links.ts';
import { getLinkRules } from '../links/get-link-rules.ts';
import { getPlan } from '../links/get-plan.ts';
import { getStatus } from '../links/get-status.ts';
import { listProblems } from '../links/list-problems.ts';
import { decideConflicts } from '../links/settle-conflicts.ts';
import { decideRenames } from '../links/settle-renames.ts';
import { decideRemoved } from '../links/settle-removed.ts';
import { decideMissing, retryRows } from '../links/settle-rows.ts';
import { getSettings, updateLink } from '../links/update-link.ts';
import { startLink } from '../links/start-link.ts';
import { confirmReplace } from '../links/confirm-replace.ts';
import { changeOptions, getChoices, getOptions } from '../links/link-options.ts';
import { OptionsRequest } from '../../shared/protocol/options.ts';
import { auditLink } from '../sync/audit.ts';
import { previewUndo } from '../links/preview-undo.ts';
import { listTombstones } from '../links/list-tombstones.ts';
import { restoreDeleted, undoEntries } from '../links/undo-entries.ts';
import type { Api } from './api.ts';
import { parseInput, readBody } from './request.ts';

const Spreadsheet = v.object({ spreadsheet: v.pipe(v.string(), v.minLength(1)) });
const RetryRequest = v.object({ keys: v.optional(v.pipe(v.array(v.string()), v.maxLength(1000))) });
const Keys = v.pipe(v.array(v.string()), v.maxLength(1000));
const ConflictsRequest = v.object({
  keep: v.picklist(['sheet', 'table']),
  keys: v.optional(Keys),
  column: v.optional(v.string()),
  seen: v.optional(v.object({ sheet: v.string(), table: v.string() })),
});
const Whole = v.pipe(v.string(), v.digits(), v.transform(Number), v.safeInteger());
const ProblemsQuery = v.object({
  kind: v.optional(v.picklist(problemKinds)),
  after: v.optional(v.string()),
  limit: v.optional(v.pipe(Whole, v.minValue(1), v.maxValue(200))),
});
const JournalQuery = v.object({
  before: v.optional(Whole),
  limit: v.optional(v.pipe(Whole, v.minValue(1), v.maxValue(500))),
  key: v.optional(v.string()),
  run: v.optional(v.string()),
  lost: v.optional(
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
  ),
});
const TombstonesQuery = v.object({
  before: v.optional(Whole),
  limit: v.optional(v.pipe(Whole, v.minValue(1), v.maxValue(500))),
});
const ChoicesQuery = v.object({ column: v.string() });
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
  app.patch('/v1/links/:id', async (c) => {
    const update = await readBody(c, UpdateLinkRequest);
    return c.json(await updateLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...update } }));
  });
  app.get('/v1/links/:id/settings', async (c) =>
    c.json(await getSettings({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.get('/v1/links/:id/options', async (c) =>
    c.json(await getOptions({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.patch('/v1/links/:id/options', async (c) => {
    const options = await readBody(c, OptionsRequest);
    return c.json(await changeOptions({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...options } }));
  });
  app.get('/v1/links/:id/rules', async (c) =>
    c.json(await getLinkRules({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.get('/v1/links/:id/choices', async (c) => {
    const { column } = parseInput(ChoicesQuery, c.req.query());
    return c.json(await getChoices({ ctx: c.get('ctx'), input: { link: id(c.req.param()), column } }));
  });
  app.post('/v1/links/:id/replace', async (c) =>
    c.json(await confirmReplace({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.post('/v1/links/:id/undo', async (c) => {
    const undo = await readBody(c, UndoRequest);
    return c.json(await undoEntries({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...undo } }));
  });
  app.post('/v1/links/:id/undo/preview', async (c) => {
    const undo = await readBody(c, UndoRequest);
    return c.json(await previewUndo({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...undo } }));
  });
  app.post('/v1/links/:id/restore', async (c) => {
    const { keys } = await readBody(c, v.object({ keys: Keys }));
    return c.json(await restoreDeleted({ ctx: c.get('ctx'), input: { link: id(c.req.param()), keys } }));
  });
  app.get('/v1/links/:id/tombstones', async (c) => {
    const query = parseInput(TombstonesQuery, c.req.query());
    return c.json(await listTombstones({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...query } }));
  });
  app.post('/v1/links/:id/audit', async (c) =>
    c.json(await auditLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.post('/v1/links/:id/conflicts', async (c) => {
    const decision = await readBody(c, ConflictsRequest);
    return c.json(await decideConflicts({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...decision } }));
  });
  app.delete('/v1/links/:id', async (c) =>
    c.json(await deleteLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.post('/v1/links/:id/start', async (c) => {
    const { winner } = await readBody(c, StartRequest);
    return c.json(await startLink({ ctx: c.get('ctx'), input: { link: id(c.req.param()), winner } }));
  });
  app.get('/v1/links/:id/plan', async (c) =>
    c.json(await getPlan({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.get('/v1/links/:id/status', async (c) =>
    c.json(await getStatus({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
  );
  app.get('/v1/links/:id/problems', async (c) => {
    const query = parseInput(ProblemsQuery, c.req.query());
    return c.json(await listProblems({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...query } }));
  });
  app.get('/v1/links/:id/journal', async (c) => {
    const query = parseInput(JournalQuery, c.req.query());
    return c.json(await getJournal({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...query } }));
  });
  app.post('/v1/links/:id/missing', async (c) => {
    const decision = await readBody(c, MissingRequest);
    return c.json(await decideMissing({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...decision } }));
  });
  app.post('/v1/links/:id/renames', async (c) => {
    const decision = await readBody(c, RenamesRequest);
    return c.json(await decideRenames({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...decision } }));
  });
  app.post('/v1/links/:id/removed', async (c) => {
    const decision = await readBody(c, RemovedRequest);
    return c.json(await decideRemoved({ ctx: c.get('ctx'), input: { link: id(c.req.param()), ...decision } }));
  });
  app.post('/v1/links/:id/retry', async (c) => {
    const { keys } = await readBody(c, RetryRequest);
    return c.json(await retryRows({ ctx: c.get('ctx'), input: { link: id(c.req.param()), keys } }));
  });
  const verbs = { preview: previewLink, pause: pauseLink, resume: resumeLink };
  for (const [name, verb] of Object.entries(verbs)) {
    app.post(`/v1/links/:id/${name}`, async (c) =>
      c.json(await verb({ ctx: c.get('ctx'), input: { link: id(c.req.param()) } })),
    );
  }
}
