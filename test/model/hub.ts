import { bucketDigests } from '../../shared/digest.ts';
import type { AckReply, AckRequest } from '../../shared/protocol/ack.ts';
import type { OfferResult } from '../../shared/protocol/offer.ts';
import type { PushReply, PushRequest } from '../../shared/protocol/push.ts';
import type { SyncReply, SyncRequest } from '../../shared/protocol/sync.ts';
import type { Memo, SendResult } from '../../shared/cycle/effects.ts';
import { Astray, strayValues, type StrayValue } from '../../api/sync/astray.ts';
import { exchange } from '../../api/sync/digest.ts';
import { settleAsWritten, settleByOutcome } from '../../api/sync/settle.ts';
import { loadRow, markDirty, reconcile, saveRow, type Item } from './books.ts';
import { target } from './model-table.ts';
import { syncDeletesInTable } from './oracle.ts';
import type { HostKind } from '../../api/sync/lease.ts';
import type { Scenario } from './rules.ts';
import type { State } from './state.ts';

/** The hub: the frame of every message and the order of its steps, around the product's decisions. One bucket only. */
type Request = SyncRequest | PushRequest | AckRequest;
type Reply = SyncReply | PushReply | AckReply;

export function deliver(
  state: State,
  scenario: Scenario,
  host: HostKind,
  name: 'sync' | 'push' | 'ack',
  message: unknown,
): SendResult<'sync' | 'push' | 'ack'> {
  const input = message as Request;
  const replayed = replay(state, name, input);
  if (replayed !== null) return { ok: true, reply: replayed };
  if (scenario.rules.lease && state.lease !== null && state.lease !== host) {
    return { ok: false, error: { code: 'busy', message: 'busy', retry: 'later' } };
  }
  if (!admit(state, scenario, input)) {
    return { ok: false, error: { code: 'stale_epoch', message: 'stale', retry: 'rescan', epoch: state.epoch } };
  }
  const body =
    name === 'sync'
      ? sync(state, scenario, input as SyncRequest)
      : name === 'push'
        ? push(state, scenario, input as PushRequest)
        : ack(state, scenario, input as AckRequest);
  const reply = { ...body, epoch: state.epoch, seq: state.seq } as Reply;
  state.lease = endsRun(state, reply) ? null : host;
  state.reply = { name, reply: structuredClone(reply) };
  return { ok: true, reply };
}

/** As api/sync/message.ts says it. */
function endsRun(state: State, reply: Reply): boolean {
  const asks = ('want' in reply && reply.want.length > 0) || reply.offers.length > 0;
  return !asks && !state.offers.some((offer) => offer.epoch === state.epoch);
}

/** Takes the lease for a run of the REST host, and moves the epoch on; null where the script is at work. */
export function takeLease(state: State, { rules }: Scenario): Memo | null {
  if (!rules.lease) return { epoch: state.epoch, note: state.restNote };
  if (state.lease === 'script') return null;
  state.lease = 'rest';
  state.epoch++;
  state.seq = 0;
  state.open = null;
  return { epoch: state.epoch, note: state.restNote };
}

function replay(state: State, name: string, input: Request): Reply | null {
  const same =
    'ifEpoch' in input && input.ifEpoch !== undefined
      ? state.open?.[0] === input.ifEpoch && state.open[1] === input.run && state.seq === 1
      : 'seq' in input && state.epoch === input.epoch && state.seq === input.seq && state.open?.[1] === input.run;
  return same && state.reply?.name === name ? (state.reply.reply as Reply) : null;
}

/** The fence. A rule that is switched off lets the message in. */
function admit(state: State, { rules }: Scenario, input: Request): boolean {
  if ('ifEpoch' in input && input.ifEpoch !== undefined) {
    if (rules.ifEpoch && input.ifEpoch !== state.epoch) return false;
    state.open = [input.ifEpoch, input.run];
    state.epoch++;
    state.seq = 1;
    return true;
  }
  const { epoch, seq } = input as { epoch: number; seq: number };
  const current = epoch === state.epoch && input.run === state.open?.[1];
  if (!current) return !rules.fence;
  if (rules.sequence && seq !== state.seq + 1) return false;
  state.seq = seq;
  return true;
}

function sync(
  state: State,
  scenario: Scenario,
  { scan, outcomes, run }: SyncRequest,
): Omit<SyncReply, 'epoch' | 'seq'> {
  const without = new Set(scan.duplicates.map(({ key }) => key));
  const overlooked = state.scan?.overlooked ?? [];
  state.scanNo++;
  state.scan = { epoch: state.epoch, different: false, duplicates: [...without], astray: [], overlooked: [] };
  const stray: StrayValue[] = overlooked;
  if (scenario.rules.offers) {
    const told = outcomes.filter((result) => {
      const offer = state.offers.find(({ id }) => id === result.offer);
      return offer?.cells.every(({ column }) => result.cells[column]);
    });
    for (const result of told) {
      stray.push(
        ...strayValues(
          state.offers.find(({ id }) => id === result.offer)!,
          result,
        ),
      );
    }
    settleResults(state, told);
  }
  const shown = scan.buckets[0]!;
  settleByDigest(state, scenario, shown, without, stray);
  const different = shown !== digest(state, without);
  state.scan.different = different;
  deleteMissing(state, scenario, run, (key) => !different && !without.has(key));

  const want = new Set<string>();
  const items: Item[] = [];
  for (const offer of state.offers) {
    if (!without.has(offer.key)) want.add(offer.key);
    stray.push(...strayValues(offer));
  }
  if (different && scenario.rules.quarantine) state.scan.astray = stray;
  if (!different) {
    for (const [key, row] of Object.entries(state.rows)) {
      if (row.writeBack === 'due' && !want.has(key)) items.push({ key, sheet: 'dealt', writeBack: true });
    }
  }
  items.push(...dirtyItems(state, new Set([...without, ...want, ...items.map((item) => item.key)])));
  const { offers } = reconcile(state, scenario, items, null);
  for (const { key } of offers) want.delete(key);
  const listed = different || want.size > 0 ? [{ bucket: 0, rows: listRows(state, want, without) }] : [];
  return { want: listed, offers, marks: [], more: false, notices: [] };
}

/** Dirty rows whose sheet side is known without their cells. */
function dirtyItems(state: State, without: ReadonlySet<string>): Item[] {
  return state.dirty
    .filter((key) => {
      if (without.has(key)) return false;
      const row = loadRow(state, key);
      const neverThere = row.seen === null && row.a === null;
      return (
        neverThere || row.dealtEpoch === state.epoch || (state.scan?.epoch === state.epoch && !state.scan.different)
      );
    })
    .map((key) => ({ key, sheet: 'dealt' as const }));
}

function listRows(state: State, want: ReadonlySet<string>, without: ReadonlySet<string>): [string, string | null][] {
  const rows: [string, string | null][] = [];
  for (const key of Object.keys(state.rows).sort()) {
    const row = loadRow(state, key);
    if (without.has(key) || (row.seen === null && row.absentScan === null)) continue;
    const anyway = row.seen === null || state.dirty.includes(key) || want.has(key);
    rows.push([key, anyway ? null : row.seen]);
  }
  for (const key of want) if (!rows.some(([one]) => one === key)) rows.push([key, null]);
  return rows;
}

function digest(state: State, without: ReadonlySet<string>): string {
  const rows = Object.keys(state.rows).flatMap((key) => {
    const { seen } = loadRow(state, key);
    return seen === null || without.has(key) ? [] : [[key, seen] as const];
  });
  return bucketDigests(rows, 1)[0]!;
}

function settleByDigest(
  state: State,
  { rules }: Scenario,
  shown: string,
  without: ReadonlySet<string>,
  stray: StrayValue[],
): void {
  const live = state.offers.filter((offer) => !without.has(offer.key));
  if (live.length === 0) return;
  const sum = digest(state, without);
  const rows = live.map((offer) => loadRow(state, offer.key));
  const after = exchange(
    sum,
    live.map((offer, index) => [rows[index]!.seen, offer.hashAfter]),
  );
  const unwritten = shown === sum;
  if (!unwritten && shown !== after) return;
  live.forEach((offer, index) => {
    const row = rows[index]!;
    if (unwritten) stray.push(...strayValues(offer));
    if (unwritten || !rules.offers || settleAsWritten(row, offer, target) === 'again') markDirty(state, [offer.key]);
    saveRow(state, row);
  });
  state.offers = state.offers.filter((offer) => !live.includes(offer));
}

/** Mode automatic, as deleteMissing and deleteInTable do it. That the grace has passed is the world's to say. */
function deleteMissing(state: State, { rules }: Scenario, run: string, isMissing: (key: string) => boolean): void {
  for (const key of Object.keys(state.rows)) {
    const row = loadRow(state, key);
    if (row.absentScan === null || !isMissing(key)) continue;
    const twice = row.absentScan < state.scanNo && row.absentRun !== run && state.clipboard === null;
    if (rules.twoScans && !twice) continue;
    deleteInTable(state, rules.untouched, key, state.scanNo - row.absentScan + 1);
  }
}

function deleteInTable(state: State, careful: boolean, key: string, scans: number): void {
  const row = loadRow(state, key);
  const value = state.table[key];
  state.dirty = state.dirty.filter((one) => one !== key);
  if (value !== undefined && careful && row.b?.['c2'] !== undefined && row.b['c2'] !== String(value)) {
    markDirty(state, [key]);
    return;
  }
  if (value !== undefined) syncDeletesInTable(state, key, scans);
  row.a = row.b = row.dbKey = row.seen = null;
  row.absentScan = row.absentAt = row.absentRun = null;
  row.refused = {};
  row.status = 'ok';
  saveRow(state, row);
}

function push(state: State, scenario: Scenario, input: PushRequest): Omit<PushReply, 'epoch' | 'seq'> {
  const items: Item[] = input.rows.map(({ key, cells }) => ({ key, sheet: { cells } }));
  for (const key of input.missing) items.push({ key, sheet: 'absent' });
  const astray = new Astray(state.scan?.astray ?? []);
  const { offers } = reconcile(state, scenario, items, { scan: state.scanNo, run: input.run }, astray);
  if (!scenario.rules.twoScans) deleteMissing(state, scenario, input.run, (key) => input.missing.includes(key));
  return { results: [], offers, marks: [], more: false, notices: [] };
}

function ack(state: State, scenario: Scenario, { results }: AckRequest): Omit<AckReply, 'epoch' | 'seq'> {
  const told = results.filter(({ offer }) => state.offers.some(({ id }) => id === offer));
  for (const result of told) {
    const offer = state.offers.find(({ id }) => id === result.offer)!;
    state.scan?.overlooked.push(...strayValues(offer, result));
  }
  const again = settleResults(state, told);
  const without = new Set([...again, ...(state.scan?.duplicates ?? [])]);
  const { offers } = reconcile(state, scenario, dirtyItems(state, without), null);
  return { offers, marks: [], more: false };
}

function settleResults(state: State, results: readonly OfferResult[]): string[] {
  const again: string[] = [];
  for (const result of results) {
    const offer = state.offers.find(({ id }) => id === result.offer)!;
    const row = loadRow(state, offer.key);
    if (settleByOutcome(row, offer, result, target) === 'again') again.push(offer.key);
    saveRow(state, row);
    state.offers = state.offers.filter(({ id }) => id !== offer.id);
  }
  markDirty(state, again);
  return again;
}
