import { AckRequest } from '../../shared/protocol/ack.ts';
import { PushRequest } from '../../shared/protocol/push.ts';
import { ReplaceRequest } from '../../shared/protocol/replace.ts';
import { ReserveKeysRequest } from '../../shared/protocol/reserve-keys.ts';
import { SyncRequest } from '../../shared/protocol/sync.ts';
import { ackOffers } from '../sync/ack.ts';
import { pushRows } from '../sync/push.ts';
import { replaceTable } from '../sync/replace.ts';
import { reserveKeys } from '../sync/reserve-keys.ts';
import { syncLink } from '../sync/sync.ts';
import type { Api } from './api.ts';
import { readMessage } from './request.ts';

/** POST /v1/sync, /v1/push, /v1/ack, /v1/replace, /v1/reserve-keys: the messages of a cycle. */
export function registerCycle(app: Api): void {
  app.post('/v1/sync', async (c) =>
    c.json(await syncLink({ ctx: c.get('ctx'), input: await readMessage(c, SyncRequest) })),
  );
  app.post('/v1/push', async (c) =>
    c.json(await pushRows({ ctx: c.get('ctx'), input: await readMessage(c, PushRequest) })),
  );
  app.post('/v1/ack', async (c) =>
    c.json(await ackOffers({ ctx: c.get('ctx'), input: await readMessage(c, AckRequest) })),
  );
  app.post('/v1/replace', async (c) =>
    c.json(await replaceTable({ ctx: c.get('ctx'), input: await readMessage(c, ReplaceRequest) })),
  );
  app.post('/v1/reserve-keys', async (c) =>
    c.json(await reserveKeys({ ctx: c.get('ctx'), input: await readMessage(c, ReserveKeysRequest) })),
  );
}
