import type { TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import type { ReserveKeysReply } from '../../shared/protocol/reserve-keys.ts';
import type { HeaderSeen, SyncReply } from '../../shared/protocol/sync.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { mappingOf, readLink, saveLink, type LinkRecord } from '../links/link-record.ts';
import { currentShape } from '../links/shape-cache.ts';
import { drainWaiting } from './dirty.ts';
import { adoptHeaders, adoptTable } from './drift.ts';
import { keepReply, whileHeld } from './lease.ts';
import { lookAhead, type LookAhead } from './look-ahead.ts';
import { takeUpTable } from './table-again.ts';
import { TargetTable } from './target-table.ts';

/** What every message of a cycle carries; see shared/protocol/envelope.ts. */
export interface MessageInput {
  link: string;
  spreadsheet: string;
  run: string;
  mapFingerprint: string;
  ifEpoch?: number | undefined;
  epoch?: number | undefined;
  seq?: number | undefined;
  /** Of an ack: the run ends with it, whatever is left. */
  final?: boolean | undefined;
}

/** A message being dealt with, under the lock of its link. */
export interface Message {
  tx: TransactionSql;
  link: LinkRecord;
  /** Null while the link is paused because its table can't be used. */
  table: TargetTable | null;
  run: string;
  actor: string | null;
  now: Date;
}

const COPIED =
  'This spreadsheet is a copy: the link belongs to the original, and nothing is synced from here. Link this copy in the sidebar if it should be synced too.';
const OVERTAKEN = 'Another sync of this tab has started since. The sheet is read again.';
const OTHER_KIND =
  'This tab is linked in another way than the message says. Update the Tandem add-on and open the spreadsheet again.';
const MAPPING_CHANGED = 'The columns of this link have changed. The sheet is read again.';

/**
 * The frame of every hub transaction: lock the link → caller, spreadsheet and kind → replay → fence → drift → `handle` → store
 * the reply → commit. Captured changes are drained just before; see dirty.ts.
 *
 * - The same opening message (ifEpoch, run), and the same (epoch, seq), get the stored reply, unchanged (I4).
 * - A message of another epoch, or out of order, does nothing (I5).
 */
export async function runMessage<Reply extends { epoch: number; seq: number }>(
  ctx: Context,
  name: 'sync' | 'push' | 'ack' | 'reserveKeys' | 'replace',
  input: MessageInput,
  handle: (message: Message) => Promise<Omit<Reply, 'epoch' | 'seq'>>,
  { headers = null, ahead = null }: { headers?: HeaderSeen[] | null; ahead?: LookAhead | null } = {},
): Promise<Reply> {
  const { relation, waiting } = ahead ?? (await lookAhead(ctx, input.link, 'change'));
  for (const one of waiting) await drainWaiting(ctx.sql, one);
  const done = await inTransaction(
    ctx.sql,
    async (tx): Promise<Reply | TandemError> => {
      const [link, seen] = await Promise.all([
        readLink(tx, input.link, ctx.caller, { lock: true }),
        currentShape(ctx.sql, tx, relation),
      ]);
      if (link.spreadsheet !== input.spreadsheet) throw new TandemError('copied_spreadsheet', COPIED);
      if ((link.kind === 'replace') !== (name === 'replace')) throw new TandemError('wrong_state', OTHER_KIND);
      const replayed = await replay<Reply>(tx, link, name, input);
      if (replayed !== null) return replayed;
      const host = ctx.host ?? 'script';
      const held = whileHeld(link, { host, run: input.run }, ctx.clock.now());
      if (held !== null) {
        // Kept: the run that is under way looks at it before it stops.
        await tx`UPDATE tandem.link SET run_again = true WHERE id = ${link.id}::uuid`;
        return held;
      }
      checkFence(link, input);

      const there = link.relation === relation ? seen : await currentShape(ctx.sql, tx, link.relation);
      const again = there === null ? await takeUpTable(tx, link, ctx.clock.now()) : null;
      const returned = again !== null && typeof again !== 'string';
      const shape = returned ? again : there;
      // Headers found under another mapping say nothing about the columns that only the new one has.
      const found = link.fingerprint === input.mapFingerprint ? headers : null;
      const drifted = await adoptTable(tx, link, shape, ctx.clock.now(), typeof again === 'string' ? again : undefined);
      const changed = (found !== null && (await adoptHeaders(tx, link, found, ctx.clock.now()))) || drifted;
      if (returned || changed || link.fingerprint !== input.mapFingerprint) {
        // The new mapping is kept; the epoch is not opened: the host scans again under it.
        await saveLink(tx, link);
        return new TandemError('mapping_changed', MAPPING_CHANGED, { mapping: mappingOf(link) });
      }

      if (input.ifEpoch !== undefined) {
        link.openRun = input.run;
        link.openIfEpoch = input.ifEpoch;
        link.epoch++;
        link.lastSeq = 1;
      } else link.lastSeq = input.seq!;

      const usable = shape !== null && link.pausedCause !== 'table';
      const reply = await handle({
        tx,
        link,
        table: usable ? new TargetTable(shape, link) : null,
        run: input.run,
        actor: ctx.caller.email ?? ctx.caller.sub,
        now: ctx.clock.now(),
      });
      const stored = { ...reply, epoch: link.epoch, seq: link.lastSeq } as Reply;
      const last = input.final === true || (endsRun(stored) && !(await awaitsAck(tx, link, input)));
      if (last && link.runAgain) {
        Object.assign(stored, { again: true });
        link.runAgain = false;
      }
      // Not waited for: they go out with COMMIT, which fails where one of them does.
      const saved = [
        saveLink(tx, link),
        keepReply(tx, link, JSON.stringify({ name, reply: stored }), {
          host,
          run: input.run,
          now: ctx.clock.now(),
          last,
        }),
      ];
      void Promise.all(saved).catch(() => {});
      return stored;
    },
    { origin: `${input.link}/${input.run}` },
  );
  if (done instanceof TandemError) throw done;
  return done;
}

/** Nothing in the reply asks the run to go on, keys to be written least of all. A push may be followed by another: its run then takes the lease again. */
function endsRun(reply: object): boolean {
  const { want, offers, marks, more, paused, reserve, keys } = reply as Partial<SyncReply & ReserveKeysReply>;
  if (paused !== undefined) return true;
  if (reserve?.length || keys?.length) return false;
  return !want?.length && !offers?.length && !marks?.length && more !== true;
}

/** Offers of this epoch that the run has been told and not yet answered: none before the message that opens it. */
async function awaitsAck(tx: TransactionSql, link: LinkRecord, { ifEpoch }: MessageInput): Promise<boolean> {
  if (ifEpoch !== undefined) return false;
  const [row] = await tx`
    SELECT 1 FROM tandem.offer WHERE link = ${link.id}::uuid AND epoch = ${link.epoch} LIMIT 1`;
  return row !== undefined;
}

async function replay<Reply>(
  tx: TransactionSql,
  link: LinkRecord,
  name: string,
  input: MessageInput,
): Promise<Reply | null> {
  const same =
    input.ifEpoch !== undefined
      ? link.openIfEpoch === input.ifEpoch && link.openRun === input.run && link.lastSeq === 1
      : link.epoch === input.epoch && link.lastSeq === input.seq && link.openRun === input.run;
  if (!same) return null;
  const [row] = await tx<{ stored: string | null }[]>`
    SELECT last_reply::text AS stored FROM tandem.link WHERE id = ${link.id}::uuid`;
  if (!row?.stored) return null;
  const stored = JSON.parse(row.stored) as { name: string; reply: Reply };
  return stored.name === name ? stored.reply : null;
}

function checkFence(link: LinkRecord, input: MessageInput): void {
  const { epoch } = link;
  if (input.ifEpoch !== undefined) {
    if (input.ifEpoch !== epoch) throw new TandemError('stale_epoch', OVERTAKEN, { epoch });
    return;
  }
  if (input.epoch !== epoch || input.run !== link.openRun) throw new TandemError('stale_epoch', OVERTAKEN, { epoch });
  if (input.seq !== link.lastSeq + 1) {
    const message = 'A step of this sync is missing. The sheet is read again.';
    throw new TandemError('stale_seq', message, { epoch });
  }
}
