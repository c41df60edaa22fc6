import type { AckReply, AckRequest } from '../../shared/protocol/ack.ts';
import { cellToken, type Cell } from '../../shared/cell.ts';
import type { Context } from '../context.ts';
import { limitStray, strayValues, type StrayValue } from './astray.ts';
import { goneWithRow } from './gone-with-row.ts';
import { writeJournal, type JournalEntry } from './journal.ts';
import { heldDuplicates, originalKeys } from './duplicates.ts';
import { runMessage, type Message } from './message.ts';
import { offerDirty, OFFER_ROOM } from './offer-dirty.ts';
import { deleteOffers, loadOffers, type StoredOffer } from './offer-store.ts';
import { settleMark, takeOffLeft, type LeftNote } from './row-marks.ts';
import { loadRows, newRowState, saveRows, type RowState } from './row-state.ts';
import { settleByOutcome } from './settle.ts';
import { markDirty } from './sync.ts';

type Reply = Omit<AckReply, 'epoch' | 'seq'>;

/**
 * Takes in what the host wrote and read back, settles those offers, and offers what is left.
 * @throws TandemError `stale_epoch`, `stale_seq`, `mapping_changed`, `copied_spreadsheet`, `busy`
 */
export async function ackOffers({ ctx, input }: { ctx: Context; input: AckRequest }): Promise<AckReply> {
  return runMessage<AckReply>(ctx, 'ack', input, (message) => settleAcked(message, input));
}

async function settleAcked(message: Message, input: AckRequest): Promise<Reply> {
  const { tx, link, table, now } = message;
  if (input.unkeyed !== undefined && link.lastScan !== null) link.lastScan.unkeyed = input.unkeyed;
  if (table === null) return { offers: [], marks: [], more: false };
  const offers = new Map([...(await loadOffers(tx, link.id)).values()].map((offer) => [offer.id, offer]));
  // A late answer about an offer that was dropped since tells nothing: its row is settled by other evidence.
  const results = input.results.filter((result) => offers.has(result.offer));
  const keys = new Set([
    ...results.map((result) => offers.get(result.offer)!.key),
    ...input.marked.map((marked) => marked.key),
  ]);
  const states = await loadRows(tx, link.id, [...keys]);
  const changed = new Set<RowState>();
  const again: RowState[] = [];
  const isOurs = writtenBy(results.map((result) => offers.get(result.offer)!));
  // Read back as its base after it was written: rows moved away and back, and the value went with another.
  const overlooked: StrayValue[] = [];
  const journal: JournalEntry[] = [];
  for (const result of results) {
    const offer = offers.get(result.offer)!;
    const state = states.get(offer.key) ?? newRowState(offer.key);
    states.set(offer.key, state);
    overlooked.push(...strayValues(offer, result));
    journal.push(...goneWithRow(state, offer, result, link.columns));
    if (settleByOutcome(state, offer, result, table, isOurs) === 'again') again.push(state);
    changed.add(state);
  }
  if (link.lastScan !== null && overlooked.length > 0) {
    link.lastScan.overlooked = limitStray([...(link.lastScan.overlooked ?? []), ...overlooked]);
  }
  const left: LeftNote[] = [];
  for (const marked of input.marked) {
    const state = states.get(marked.key);
    if (!state) continue;
    const note = settleMark(state, marked);
    if (note !== null) left.push(note);
    changed.add(state);
  }
  for (const state of await takeOffLeft(tx, link.id, left, [...changed])) changed.add(state);
  const told = results.map((result) => result.offer);
  await Promise.all([
    saveRows(tx, link.id, [...changed], now),
    deleteOffers(tx, link.id, told),
    markDirty(message, again),
    writeJournal(tx, link.id, journal, message),
  ]);
  if (input.final || link.state !== 'active' || link.firstSyncWinner !== null) {
    return { offers: [], marks: [], more: false };
  }
  // Not in this run: what it could not write would only be offered to it again.
  const without = new Set([...again.map((state) => state.key), ...heldDuplicates(link.lastScan)]);
  const {
    offers: next,
    marks,
    more,
  } = await offerDirty(message, {
    without,
    originals: originalKeys(link.lastScan, link.epoch),
    extra: [],
    room: OFFER_ROOM,
  });
  return { offers: next, marks, more };
}

/** Whether a cell shows what an apply wrote, or was to write, into another one. */
function writtenBy(offers: readonly StoredOffer[]) {
  const places = new Map<string, Set<string>>();
  for (const { id, cells } of offers) {
    for (const { column, value } of cells) {
      if (value === null) continue;
      const token = cellToken(value);
      places.set(token, (places.get(token) ?? new Set()).add(`${id}\n${column}`));
    }
  }
  return (cell: Cell, offer: StoredOffer, column: string): boolean =>
    [...(places.get(cellToken(cell)) ?? [])].some((place) => place !== `${offer.id}\n${column}`);
}
