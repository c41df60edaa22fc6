import type { ScanSummary } from '../../shared/protocol/sync.ts';
import type { LastScan } from '../links/link-record.ts';
import type { Message } from './message.ts';
import { deleteOffers, loadOffers } from './offer-store.ts';
import { loadRows, saveRows, type RowState } from './row-state.ts';
import { settleAsWritten } from './settle.ts';
import { addDirty } from './dirty.ts';

/**
 * Keys that stand in more than one row of the sheet. If exactly one copy is what was last dealt with, and no scan ever
 * saw two that were, it is the original: changes of the table go on reaching it. The other copies are told and never
 * written; where no original can be told the whole group is left alone. A repeated key is never absent.
 *
 * No host needs to be told which copy that is: the offer of an original shows the whole row it is meant for.
 */
export async function judgeDuplicates(message: Message, scan: ScanSummary): Promise<LastScan['duplicates']> {
  const { tx, link } = message;
  const keys = scan.duplicates.map(({ key }) => key);
  if (scan.complete) {
    await tx`UPDATE tandem."row" SET twins = false WHERE link = ${link.id}::uuid AND twins
               AND key NOT IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))`;
  }
  if (keys.length === 0) return [];
  const states = await loadRows(tx, link.id, keys);
  await settleOriginals(message, scan, states);
  const asDealt = scan.duplicates.map(({ key, copies }) => {
    const seen = states.get(key)?.seen ?? null;
    return { key, rows: copies.map((copy) => copy.row), dealt: copies.filter((copy) => copy.hash === seen) };
  });
  const twins = await noteTwins(
    message,
    asDealt.flatMap(({ key, dealt }) => (dealt.length > 1 ? [key] : [])),
    keys,
  );
  return asDealt.map(({ key, rows, dealt }) => ({
    key,
    rows,
    original: dealt.length === 1 && !twins.has(key) ? dealt[0]!.row : null,
  }));
}

/** Remembers the groups with two copies as last dealt with. Answers all that were ever seen so. */
async function noteTwins({ tx, link }: Message, found: string[], keys: string[]): Promise<Set<string>> {
  if (found.length > 0) {
    await tx`UPDATE tandem."row" SET twins = true WHERE link = ${link.id}::uuid
               AND key IN (SELECT json_array_elements_text(${JSON.stringify(found)}::text::json))`;
  }
  const rows = await tx<{ key: string }[]>`
    SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND twins
       AND key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))`;
  return new Set(rows.map(({ key }) => key));
}

/**
 * Settles what a dead run may have written to an original: one copy shows the row with all of the offer and none the row
 * without it, or the other way round. Anything else proves nothing, and the offer waits until the key is unique.
 */
async function settleOriginals(message: Message, scan: ScanSummary, states: Map<string, RowState>): Promise<void> {
  const { tx, link, table, now } = message;
  const offers = await loadOffers(
    tx,
    link.id,
    scan.duplicates.map(({ key }) => key),
  );
  const settled: RowState[] = [];
  const dropped: string[] = [];
  for (const { key, copies } of scan.duplicates) {
    const offer = offers.get(key);
    const state = states.get(key);
    if (offer === undefined || state === undefined || offer.kind !== 'update') continue;
    const without = copies.filter((copy) => copy.hash === state.seen).length;
    const written = copies.filter((copy) => copy.hash === offer.hashAfter).length;
    if (without + written !== 1) continue;
    if (written === 1) settleAsWritten(state, offer, table!);
    settled.push(state);
    dropped.push(offer.id);
  }
  await saveRows(tx, link.id, settled, now);
  await deleteOffers(tx, link.id, dropped);
  await addDirty(
    tx,
    link.id,
    settled.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
  );
}

/** Repeated keys of which no copy is synced. */
export function heldDuplicates(scan: LastScan | null): string[] {
  return (scan?.duplicates ?? []).filter(({ original }) => original === null).map(({ key }) => key);
}

/** Repeated keys whose original shows what was last dealt with: known only in the epoch of the scan that saw it. */
export function originalKeys(scan: LastScan | null, epoch: number): Set<string> {
  if (scan === null || scan.epoch !== epoch || scan.different === null) return new Set();
  return new Set(scan.duplicates.filter(({ original }) => original !== null).map(({ key }) => key));
}
