import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { runCycle, type CycleReport } from '../../shared/cycle/cycle.ts';
import type { Effect, MessageName, Messages, SendResult } from '../../shared/cycle/effects.ts';
import { RUN_BUDGET_MS } from '../../shared/limits.ts';
import { TandemError } from '../../shared/protocol/error.ts';
import type { Context } from '../context.ts';
import { explainFailure } from '../database/errors.ts';
import { mappingOf } from '../links/link-record.ts';
import { ackOffers } from '../sync/ack.ts';
import { LEASE_MS, releaseLease, saveNote, takeLease } from '../sync/lease.ts';
import { pushRows } from '../sync/push.ts';
import { replaceTable } from '../sync/replace.ts';
import { reserveKeys } from '../sync/reserve-keys.ts';
import { syncLink } from '../sync/sync.ts';
import { appendArchive, readArchive } from './archive.ts';
import { SHEETS_MS } from './client.ts';
import { markCells, noteCells } from './marks.ts';
import { readTab } from './read-tab.ts';
import { deleteRows, insertRows, tagColumns } from './rows.ts';
import { mending, type RestTab } from './tab.ts';
import { putBack, writeBlocks } from './write-blocks.ts';

export interface HostRun {
  /** Without a caller: the host acts for the link's owner. */
  ctx: Omit<Context, 'caller' | 'host'>;
  link: string;
  api: sheets_v4.Sheets;
  /** Told how far the run is. */
  onProgress?: (text: string) => void;
  /** Waits before something is tried again; by the wall clock unless told. */
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * No write begins later than this after the message that last took the lease: when it runs out, somebody else may be at
 * work, and Google may take all its time over a write whose sender has long given it up.
 */
const LAST_WRITE_MS = LEASE_MS - SHEETS_MS - 10_000;

/** Later than a write, since it looks whether its cells still show what the run wrote there. */
const LAST_MEND_MS = LEASE_MS - 60_000;

/** Times a message is sent while the hub says "later". */
const SENDS = 4;

/**
 * Runs one cycle of a link over the Sheets REST API. Epoch and note are kept in the hub; the lease is taken before the
 * sheet is read.
 * @throws TandemError `link_not_found`, `busy`; SheetsError where Google refuses or can't be reached: the run then ends
 * as if it had been killed, and the next one goes on
 */
export async function runHost({ ctx: given, link: id, api, onProgress, wait = pause }: HostRun): Promise<CycleReport> {
  const ctx = await ownerContext(given, id);
  const run = randomUUID();
  const { epoch, note, link } = await takeLease({ ctx, input: { link: id, run } });
  const started = ctx.clock.now().getTime();
  const elapsed = () => ctx.clock.now().getTime() - started;
  let leased = started;
  const within = (limit: number) => (): void => {
    if (ctx.clock.now().getTime() - leased > limit) throw new Error('The run took too long to write safely.');
  };
  const tab: RestTab = {
    api,
    spreadsheetId: link.spreadsheet,
    sheetId: link.sheet,
    gridRows: 0,
    wait,
    // Before each write of its own, not once an effect: a host may be held up between its last look and its write.
    mayWrite: within(LAST_WRITE_MS),
    mayMend: within(LAST_MEND_MS),
  };
  let noted = note;
  let inFlight = false;

  const perform = async (effect: Effect): Promise<unknown> => {
    switch (effect.do) {
      case 'elapsed':
        return elapsed();
      case 'recall':
        return { epoch, note };
      case 'remember':
        if (effect.memo.note !== noted) await saveNote({ ctx, input: { link: id, note: effect.memo.note } });
        noted = effect.memo.note;
        return;
      case 'rememberMapping':
        // The hub told it; the next run asks the hub again.
        return;
      case 'progress':
        return onProgress?.(effect.text);
      case 'readSheet':
        return { at: ctx.clock.now().getTime(), ...(await readTab(tab, effect.computed)) };
      case 'tagColumns':
        return tagColumns(tab, effect.tags);
      case 'send': {
        const asked = ctx.clock.now().getTime();
        const answer = await send(ctx, effect.name, effect.message, wait);
        if (answer.ok) leased = asked;
        return answer;
      }
      case 'writeBlocks':
        return writeBlocks(tab, effect.blocks, effect.columns);
      case 'putBack':
        return putBack(tab, effect.cells, effect.columns);
      case 'insertRows':
        return insertRows(tab, effect.after, effect.count);
      case 'deleteRows':
        return deleteRows(tab, effect.rows);
      case 'readArchive':
        return readArchive(tab, effect.title);
      case 'appendArchive':
        return appendArchive(tab, effect);
      case 'markCells':
        if (effect.own) return noteCells(tab, effect.marks, effect.own);
        return markCells(effect.marks.every(({ stands }) => stands !== undefined) ? mending(tab) : tab, effect.marks);
    }
  };

  try {
    const cycle = runCycle({
      link: { id, spreadsheet: link.spreadsheet },
      mapping: mappingOf(link),
      run,
      mode: { kind: 'full' },
      budgetMs: RUN_BUDGET_MS,
    });
    let next = cycle.next();
    while (!next.done) {
      inFlight = WRITES.has(next.value.do);
      const answer = await perform(next.value);
      inFlight = false;
      next = cycle.next(answer);
    }
    return next.value;
  } finally {
    // A write whose answer never came may still land: nobody may scan before the lease has run out.
    if (!inFlight) await releaseLease({ ctx, input: { link: id, run } });
  }
}

const WRITES: ReadonlySet<Effect['do']> = new Set([
  'writeBlocks',
  'putBack',
  'insertRows',
  'deleteRows',
  'appendArchive',
  'markCells',
  'tagColumns',
]);

/** The link's owner, for whom the host acts. */
async function ownerContext(ctx: HostRun['ctx'], link: string): Promise<Context> {
  const [owner] = await ctx.sql<{ sub: string; email: string | null }[]>`
    SELECT owner AS sub, owner_email AS email FROM tandem.link WHERE id::text = ${link}`;
  if (!owner) throw new TandemError('link_not_found', `There is no link ${link}. Look up its id in the sidebar.`);
  return { ...ctx, caller: { ...owner, admin: false }, host: 'rest' };
}

/** One message to the hub, errors as a cycle knows them. The same message again gets the stored reply (I4). */
async function send(
  ctx: Context,
  name: MessageName,
  message: Messages[MessageName]['request'],
  wait: (ms: number) => Promise<unknown>,
): Promise<SendResult<MessageName>> {
  for (let sends = 1; ; sends++) {
    try {
      return { ok: true, reply: await deliver(ctx, name, message as never) };
    } catch (error) {
      const known = error instanceof TandemError ? error : explainFailure(error);
      if (known === null) throw error;
      const body = known.toBody().error;
      if (body.retry !== 'later' || sends === SENDS) return { ok: false, error: body };
      await wait(Math.min((body.retryAfter ?? 1) * 1000, 5_000));
    }
  }
}

function deliver(ctx: Context, name: MessageName, input: never): Promise<Messages[MessageName]['reply']> {
  switch (name) {
    case 'sync':
      return syncLink({ ctx, input });
    case 'push':
      return pushRows({ ctx, input });
    case 'ack':
      return ackOffers({ ctx, input });
    case 'replace':
      return replaceTable({ ctx, input });
    case 'reserveKeys':
      return reserveKeys({ ctx, input });
  }
}
