import { keyHash } from '../../shared/digest.ts';
import { REPLY_OFFERS } from '../../shared/limits.ts';
import { addDirty, listDirty, takeDirty } from './dirty.ts';
import type { Message } from './message.ts';
import { dbKeyId, lockTableRows } from './table-rows.ts';
import { reconcileRows, type Item, type Reconciled } from './reconcile.ts';
import { loadRows, type RowState } from './row-state.ts';

/** Dirty keys looked at in one message; the rest waits for the next. */
const LOOK_LIMIT = 20_000;
const PAGE = 2_000;

/** What a message may reach of the dirty rows. */
export interface Reach {
  /** Keys to leave alone: they stand twice on the sheet. */
  without: ReadonlySet<string>;
  /** Keys that stand twice, with one copy known as the original: it shows what was dealt with. */
  originals: ReadonlySet<string>;
  /** Rows to look at besides the dirty ones. */
  extra: Item[];
  room: number;
}

export interface Offered extends Reconciled {
  /** Dirty rows in equal buckets whose sheet cells must be sent: refused before, to be tried again. */
  want: Set<string>;
  /** There is more that could be offered right away. */
  more: boolean;
}

/**
 * Offers what is new in the table, as far as the sheet's side is known without its cells: the row's bucket was equal in
 * this epoch's scan, or its cells were pushed in this epoch, or the sheet never had it (an insert is checked against the
 * key when applied). Other dirty rows wait for their cells.
 */
export async function offerDirty(message: Message, reach: Reach): Promise<Offered> {
  const { tx, link, table } = message;
  const scan = link.lastScan;
  const differs = (key: string): boolean =>
    scan === null || scan.epoch !== link.epoch || scan.different === null
      ? true
      : scan.different.length > 0 && differing(scan.different, scan.buckets, key);
  const offered: Offered = { results: [], offers: [], marks: [], dealt: [], left: 0, want: new Set(), more: false };
  let items: Item[] = reach.extra;
  let looked = 0;
  let after = '';
  while (looked < LOOK_LIMIT) {
    const keys = await listDirty(tx, link.id, PAGE, after);
    looked += keys.length;
    const states = await loadRows(tx, link.id, keys);
    const refused: RowState[] = [];
    const listed = new Set(items.map((item) => item.key));
    for (const key of keys) {
      const state = states.get(key);
      if (reach.without.has(key) || listed.has(key)) continue;
      if (reach.originals.has(key)) {
        // Only changes of the table reach it; what was refused waits until the key is unique.
        if (state?.status === 'ok') items.push({ key, sheet: 'dealt', original: true });
        continue;
      }
      const neverThere = !state || (state.seen === null && state.a === null);
      if (!neverThere && state.dealtEpoch !== link.epoch && differs(key)) continue;
      if (state?.status === 'rejected') refused.push(state);
      else items.push({ key, sheet: 'dealt' });
    }
    for (const key of await movedInTable(message, refused)) offered.want.add(key);
    if (items.length > 0) {
      const room = Math.max(0, reach.room - offered.offers.length);
      const part = await reconcileRows(tx, table!, items, {
        absence: null,
        offerRoom: room,
        scanned: false,
        cause: 'changed in the table',
        run: message.run,
        actor: message.actor,
        now: message.now,
      });
      offered.offers.push(...part.offers);
      offered.marks.push(...part.marks);
      offered.dealt.push(...part.dealt);
      offered.left += part.left;
      items = [];
    }
    if (keys.length < PAGE) break;
    if (offered.left > 0 || offered.offers.length >= reach.room) {
      offered.more = true;
      break;
    }
    after = keys.at(-1)!;
  }
  offered.more ||= offered.left > 0 || looked >= LOOK_LIMIT;
  return offered;
}

/**
 * Which refused rows the table has really changed since: they are sent and tried again. The others were dirty from our
 * own write to another cell of theirs, and are not.
 */
async function movedInTable({ tx, link, table }: Message, states: readonly RowState[]): Promise<string[]> {
  if (states.length === 0) return [];
  const keys = states.map((state) => state.key);
  const taken = await takeDirty(tx, link.id, keys);
  const spellings = (state: RowState) => [
    ...(state.dbKey ? [state.dbKey] : []),
    ...(taken.get(state.key)?.dbKeys ?? []),
  ];
  const rows = await lockTableRows(
    tx,
    table!,
    states.flatMap(spellings).filter((dbKey) => dbKey.length > 0),
  );
  const moved = states.filter((state) => {
    const row = spellings(state).flatMap((dbKey) => rows.get(dbKeyId(dbKey)) ?? [])[0];
    if (row === undefined || state.b === null) return row !== undefined || state.b !== null;
    return table!.columns.some(({ id }) => state.b![id] !== row.values[id]);
  });
  await addDirty(
    tx,
    link.id,
    moved.flatMap(({ key }) => {
      const { dbKeys, at } = taken.get(key) ?? { dbKeys: [], at: 0 };
      return dbKeys.map((dbKey) => ({ key, dbKey, at }));
    }),
  );
  return moved.map((state) => state.key);
}

const sets = new WeakMap<number[], Set<number>>();

function differing(different: number[], buckets: number, key: string): boolean {
  let set = sets.get(different);
  if (!set) sets.set(different, (set = new Set(different)));
  return set.has(keyHash(key) % buckets);
}

export const OFFER_ROOM = REPLY_OFFERS;
