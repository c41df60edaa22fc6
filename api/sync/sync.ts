import { keyHash } from '../../shared/digest.ts';
import type { SyncReply, SyncRequest } from '../../shared/protocol/sync.ts';
import type { Context } from '../context.ts';
import { limitStray, strayValues, type StrayValue } from './astray.ts';
import { auditIfDue } from './audit.ts';
import { bucketSums, exchange, listBuckets } from './digest.ts';
import { addDirty } from './dirty.ts';
import { heldDuplicates, judgeDuplicates, originalKeys } from './duplicates.ts';
import { ensureCapture } from './ensure-capture.ts';
import { applyStaged } from './first-sync.ts';
import { databaseNow } from './policy.ts';
import { runMessage, type Message } from './message.ts';
import { releaseRenames } from './renames.ts';
import { retryOnNewConstraints } from './constraint-print.ts';
import { keepKeyless, reserveFor, suspectKeyless } from './reserve-keys.ts';
import { linkRules } from '../links/get-link-rules.ts';
import type { LastScan } from '../links/link-record.ts';
import { deleteMissing } from './delete-missing.ts';
import { lookAhead } from './look-ahead.ts';
import { readNotices } from './notices.ts';
import { offerDirty, OFFER_ROOM } from './offer-dirty.ts';
import { deleteOffers, loadOffers, type StoredOffer } from './offer-store.ts';
import { pause, unpause } from './drift.ts';
import { takeDueMarks } from './row-marks.ts';
import { loadDueRows, loadRows, newRowState, saveRows, type RowState } from './row-state.ts';
import { settleAsWritten, settleByOutcome } from './settle.ts';
import { adoptTimeZone } from './time-zone.ts';
import type { Item } from './reconcile.ts';

type Reply = Omit<SyncReply, 'epoch' | 'seq'>;

/** Rows with marks to bring, a form to write back or a retry due, looked at in one sync. */
const DUE_LIMIT = 1_000;

/** Milliseconds a sync may spend on what is left of a first sync before it answers. */
const STAGED_BUDGET_MS = 10_000;

/**
 * Opens a cycle: compares the sheet's digests with what was last dealt with, and answers which rows to send and what is
 * new in the table.
 * @throws TandemError `stale_epoch`, `mapping_changed`, `copied_spreadsheet`, `link_not_found`, `busy`
 */
export async function syncLink({ ctx, input }: { ctx: Context; input: SyncRequest }): Promise<SyncReply> {
  const ahead = await lookAhead(ctx, input.link, 'all');
  if (ahead.uncaptured) await ensureCapture(ctx, input.link);
  if (ahead.auditDue) await auditIfDue(ctx, input.link);
  if (ahead.firstSync) await applyStaged({ ctx, link: input.link, budgetMs: STAGED_BUDGET_MS, fence: input });
  const headers = input.scan.anomaly === null ? input.scan.headers : null;
  // What was seen ahead of work that took its time is looked at again.
  const fresh = ahead.uncaptured || ahead.auditDue || ahead.firstSync ? null : ahead;
  return runMessage<SyncReply>(ctx, 'sync', input, (message) => openCycle(message, input), { headers, ahead: fresh });
}

async function openCycle(message: Message, input: SyncRequest): Promise<Reply> {
  const { tx, link, now } = message;
  const { scan } = input;
  if (scan.anomaly !== null) {
    if (link.state !== 'paused' || link.pausedCause === 'sheet') pause(link, 'sheet', scan.anomaly.message);
  } else {
    if (link.pausedCause === 'sheet') unpause(link);
    await adoptTimeZone(message, scan.timeZone);
  }
  const former = link.lastScan;
  link.lastScan = {
    epoch: link.epoch,
    buckets: scan.buckets.length,
    different: null,
    complete: scan.complete && link.state !== 'paused',
    rows: scan.rows,
    duplicates: scan.duplicates.map(({ key, copies }) => ({ key, rows: copies.map(({ row }) => row), original: null })),
    blankKeys: scan.blankKeys,
    ...keepKeyless(former, scan),
    astray: link.lastScan?.overlooked ?? [],
  };
  if (scan.anomaly === null) link.scanNo++;
  if (link.state === 'paused') {
    // What a dead run wrote is settled all the same: its cells will not be told again.
    const stray = message.table !== null && scan.anomaly === null ? await settleOutcomes(message, input) : [];
    // Nor are the rows looked at before it goes on: what may be astray is kept in mind until then.
    const overlooked = [...(former?.overlooked ?? []), ...stray];
    if (overlooked.length > 0) link.lastScan.overlooked = limitStray(overlooked);
    const reason = link.pausedReason ?? 'The sync is paused. Resume it in the sidebar.';
    return {
      want: [],
      offers: [],
      marks: [],
      more: false,
      notices: await readNotices(tx, link),
      paused: { message: reason },
    };
  }
  link.lastSyncAt = now.toISOString();
  if (link.state === 'preview') return previewSync(message, input);
  if (link.firstSyncWinner !== null) {
    return { want: [], offers: [], marks: [], more: false, notices: await readNotices(tx, link) };
  }
  return activeSync(message, input, former);
}

/** Asks for every row that is not staged as it stands; nothing is offered or written. */
async function previewSync({ tx, link }: Message, { scan }: SyncRequest): Promise<Reply> {
  const count = scan.buckets.length;
  const sums = await bucketSums(tx, 'plan_row', link.id, count, []);
  const different = scan.buckets.flatMap((digest, bucket) => (digest === sums[bucket] ? [] : [bucket]));
  link.lastScan!.different = different;
  link.staged = different.length === 0 && scan.complete ? 'complete' : 'partly';
  const want = await listBuckets(tx, 'plan_row', link.id, count, different, new Set(), new Set());
  return { want, offers: [], marks: [], more: false, notices: await readNotices(tx, link) };
}

async function activeSync(message: Message, input: SyncRequest, former: LastScan | null): Promise<Reply> {
  const { tx, link, now } = message;
  const { scan } = input;
  const count = scan.buckets.length;
  const without = new Set(scan.duplicates.map(({ key }) => key));
  const stray = [...(link.lastScan!.astray ?? []), ...(await settleOutcomes(message, input))];
  const judging = judgeDuplicates(message, scan);
  // Where keys are repeated it settles offers of theirs.
  if (without.size > 0) await judging;
  const [duplicates, before, live, databaseTime] = await Promise.all([
    judging,
    bucketSums(tx, 'row', link.id, count, [...without]),
    loadOffers(tx, link.id),
    databaseNow(tx),
  ]);
  link.lastScan!.duplicates = duplicates;
  let sums = before;
  const proven = await settleByDigest(message, live, sums, scan.buckets, without);
  stray.push(...proven.stray);
  if (proven.moved) {
    sums = await bucketSums(tx, 'row', link.id, count, [...without]);
  }
  const different = scan.buckets.flatMap((digest, bucket) => (digest === sums[bucket] ? [] : [bucket]));
  link.lastScan!.different = different;
  // A quiet scan proves that whatever is edited from now on is later than it.
  if (different.length === 0 && without.size === 0) link.scannedAt = databaseTime;
  const differs = new Set(different);
  const isEqual = (key: string) => !differs.has(keyHash(key) % count);

  await deleteMissing(message, (key) => isEqual(key) && !without.has(key), scan.at);

  await releaseRenames(message);
  const want = new Set<string>();
  const extra: Item[] = [];
  const marked: RowState[] = [];
  for (const state of await loadDueRows(tx, link.id, now, DUE_LIMIT)) {
    if (without.has(state.key)) continue;
    if (state.retryAt !== null && state.retryAt <= now.getTime()) want.add(state.key);
    else if (state.writeBack === 'due' && isEqual(state.key))
      extra.push({ key: state.key, sheet: 'dealt', writeBack: true });
    else marked.push(state);
  }
  // Offers of a dead run that nothing proves: the rows' cells will.
  for (const [key, offer] of live) {
    if (proven.dropped.has(offer.id)) continue;
    if (!without.has(key)) want.add(key);
    stray.push(...strayValues(offer));
  }
  suspectKeyless(former, link.lastScan!, stray);
  link.lastScan!.astray = different.length > 0 ? limitStray(stray.filter(({ insert }) => !insert)) : [];
  // Rows that are asked for anyway are decided by their cells.
  const offered = await offerDirty(message, {
    without: new Set([...heldDuplicates(link.lastScan), ...want]),
    originals: originalKeys(link.lastScan, link.epoch),
    extra,
    room: OFFER_ROOM,
  });
  for (const key of offered.want) want.add(key);
  const dealt = new Set(offered.dealt);

  const unequal = new Set([...different, ...[...want].map((key) => keyHash(key) % count)]);
  for (const { key } of offered.offers) want.delete(key);
  const buckets = [...unequal].sort((x, y) => x - y);
  const [listed, notices] = await Promise.all([
    listBuckets(tx, 'row', link.id, count, buckets, want, without),
    readNotices(tx, link),
  ]);
  await retryOnNewConstraints(
    message,
    notices.some(({ code }) => code === 'rows_rejected'),
  );
  return {
    want: listed,
    offers: offered.offers,
    marks: [...offered.marks, ...marked.filter(({ key }) => !dealt.has(key)).flatMap(takeDueMarks)],
    more: offered.more,
    notices,
    ...reserveFor(former, link.lastScan!),
    ...(await newChoices(message, input)),
  };
}

/** R39: what drop-downs are made from, where it is not what the host has made them from. */
async function newChoices({ tx, link, table }: Message, { choices }: SyncRequest): Promise<{ choices?: string }> {
  if (choices === undefined || table === null) return {};
  const now = await linkRules(tx, link, table.shape);
  return now.choices === choices ? {} : { choices: now.choices };
}

/** What became of the writes that a dead run had noted. */
async function settleOutcomes(message: Message, { outcomes }: SyncRequest): Promise<StrayValue[]> {
  const stray: StrayValue[] = [];
  if (outcomes.length === 0) return stray;
  const { tx, link, table, now } = message;
  const offers = new Map([...(await loadOffers(tx, link.id))].map(([, offer]) => [offer.id, offer]));
  // A cell that showed neither base nor value is left to the row's own cells: the offer stays until they come.
  const told = outcomes.filter(
    (result) => offers.has(result.offer) && offers.get(result.offer)!.cells.every(({ column }) => result.cells[column]),
  );
  const states = await loadRows(
    tx,
    link.id,
    told.map((result) => offers.get(result.offer)!.key),
  );
  const changed: RowState[] = [];
  const again: RowState[] = [];
  for (const result of told) {
    const offer = offers.get(result.offer)!;
    const state = states.get(offer.key) ?? newRowState(offer.key);
    // Of a row that is gone nothing tells whether its values were written where they belong.
    const gone = offer.kind === 'update' && Object.values(result.cells).every(({ outcome }) => outcome === 'gone');
    stray.push(...strayValues(offer, gone ? undefined : result));
    if (settleByOutcome(state, offer, result, table!) === 'again') again.push(state);
    changed.push(state);
  }
  await saveRows(tx, link.id, changed, now);
  await deleteOffers(
    tx,
    link.id,
    told.map((result) => result.offer),
  );
  await markDirty(message, again);
  return stray;
}

/**
 * Settles offers of earlier epochs whose bucket proves what became of them: the digest is the one with all of them
 * unwritten, or with all of them written. Answers whether any bookkeeping moved, which offers went by it, and what was
 * found unwritten.
 */
async function settleByDigest(
  message: Message,
  offers: ReadonlyMap<string, StoredOffer>,
  sums: readonly string[],
  shown: readonly string[],
  without: ReadonlySet<string>,
): Promise<{ moved: boolean; dropped: Set<string>; stray: StrayValue[] }> {
  const stray: StrayValue[] = [];
  const { tx, link, table, now } = message;
  const live = [...offers.values()].filter((offer) => !without.has(offer.key));
  if (live.length === 0) return { moved: false, dropped: new Set(), stray };
  const states = await loadRows(
    tx,
    link.id,
    live.map((offer) => offer.key),
  );
  const byBucket = new Map<number, { offer: StoredOffer; state: RowState }[]>();
  for (const offer of live) {
    const bucket = keyHash(offer.key) % shown.length;
    const entry = { offer, state: states.get(offer.key) ?? newRowState(offer.key) };
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), entry]);
  }
  const changed: RowState[] = [];
  const again: RowState[] = [];
  const dropped: string[] = [];
  for (const [bucket, entries] of byBucket) {
    const after = exchange(
      sums[bucket]!,
      entries.map(({ offer, state }) => [state.seen, offer.hashAfter]),
    );
    const unwritten = shown[bucket] === sums[bucket];
    if (!unwritten && shown[bucket] !== after) continue;
    for (const { offer, state } of entries) {
      dropped.push(offer.id);
      if (unwritten) stray.push(...strayValues(offer));
      if (unwritten || settleAsWritten(state, offer, table!) === 'again') again.push(state);
      changed.push(state);
    }
  }
  await Promise.all([
    saveRows(tx, link.id, changed, now),
    deleteOffers(tx, link.id, dropped),
    markDirty(message, again),
  ]);
  return { moved: changed.length > 0, dropped: new Set(dropped), stray };
}

/** Rows whose offer came to nothing are looked at again. */
export async function markDirty({ tx, link }: Message, states: readonly RowState[]): Promise<void> {
  await addDirty(
    tx,
    link.id,
    states.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
  );
}
