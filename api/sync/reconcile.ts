import type { TransactionSql } from 'postgres';
import type { Cells } from '../../shared/cell.ts';
import { rowHash } from '../../shared/digest.ts';
import type { Mark } from '../../shared/protocol/mark.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { RowResult } from '../../shared/protocol/push.ts';
import { showKey } from '../../shared/row-key.ts';
import { decideRow, type DecideOptions } from './decide.ts';
import { addDirty, takeDirty, type DirtyKey } from './dirty.ts';
import { writeJournal } from './journal.ts';
import { notesOfGone, planMarks, takeDueMarks, takeOffLeft } from './row-marks.ts';
import { deleteOffers, insertOffers, loadOffers, makeOffer, wireOffer, type StoredOffer } from './offer-store.ts';
import { dealtCells, loadRows, newRowState, saveRows } from './row-state.ts';
import { refreshStatus, settleByCells } from './settle.ts';
import { dbKeyId, lockTableRows } from './table-rows.ts';
import { keepTombstones, tombstoneTimes, type Tombstone } from './tombstones.ts';
import type { TargetTable } from './target-table.ts';
import { holdMassRemoval } from './removed.ts';
import { standingRename, type Renames } from './renames.ts';
import { noteAbsence, type AbsenceOptions } from './missing.ts';
import { writtenText } from './value-sql.ts';
import { newWork, type Work } from './work.ts';
import { writeWorks } from './write-works.ts';

/** One row to look at. `dealt`: the sheet still shows exactly what was dealt with (its bucket proved it). */
export interface Item {
  key: string;
  sheet: { cells: Cells } | 'absent' | 'dealt';
  /** The key stands twice: what is offered must show which copy is meant. */
  original?: boolean;
  /** Show the table's form once where it differs from what was typed. */
  writeBack?: boolean;
}

export interface ReconcileOptions extends Omit<DecideOptions, 'winner' | 'firstSync'> {
  /** A first sync's: who a person has chosen to win. */
  winner?: 'sheet' | 'table';
  /** The scan that asserts absence, where it is complete. */
  absence: AbsenceOptions | null;
  /** Keys that were perhaps edited. */
  renames?: Renames;
  /** Offers the reply has room for; rows beyond stay dirty. */
  offerRoom: number;
  run: string;
  actor: string | null;
  now: Date;
}

export interface Reconciled {
  results: RowResult[];
  offers: Offer[];
  marks: Mark[];
  /** Keys of the rows whose books were kept: marks of theirs that were read before say nothing any more. */
  dealt: string[];
  /** Rows that would have been offered, had there been room. */
  left: number;
}

/** Milliseconds until a refused row is tried again by itself: doubling, from a minute or ten to an hour. */
function retryDelay(attempts: number, mayHeal: boolean): number {
  return Math.min((mayHeal ? 60_000 : 600_000) * 2 ** Math.min(attempts, 6), 3_600_000);
}

/**
 * Brings rows into line, both sides under lock: settles what offers of earlier epochs still owe, merges, writes the
 * table, offers the sheet what is new there, and keeps the books. The one place where A, B and `seen` move together.
 */
export async function reconcileRows(
  tx: TransactionSql,
  table: TargetTable,
  items: readonly Item[],
  options: ReconcileOptions,
): Promise<Reconciled> {
  const { link } = table;
  const reply: Reconciled = { results: [], offers: [], marks: [], dealt: [], left: 0 };
  if (items.length === 0) return reply;
  const keys = items.map((item) => item.key);
  const [live, known] = await Promise.all([loadOffers(tx, link.id, keys), loadRows(tx, link.id, keys)]);
  const works: Work[] = [];
  const settled: string[] = [];
  for (const item of items) {
    const offer = live.get(item.key);
    // The sheet has the key by itself: nothing will be inserted, and both rows are one. Rows are pushed before anything
    // is applied, so this is never what the offer made.
    const overtaken = offer?.kind === 'insert' && typeof item.sheet === 'object';
    if (offer?.epoch === link.epoch && !overtaken) {
      // On its way: not merged again before it is settled (an echo of it would look like an edit).
      if (item.sheet !== 'dealt') reply.results.push(pending(item.key));
      continue;
    }
    const state = known.get(item.key) ?? newRowState(item.key);
    const sheet =
      item.sheet === 'dealt'
        ? state.seen === null
          ? null
          : dealtCells(state)
        : item.sheet === 'absent'
          ? null
          : only(item.sheet.cells, table);
    if (offer) {
      if (offer.epoch !== link.epoch) settleByCells(state, offer, sheet, table);
      settled.push(offer.id);
    }
    const unchanged = sheet !== null && state.seen === rowHash(state.key, table.ids, sheet);
    const work = newWork(state, sheet, item.sheet !== 'dealt', unchanged);
    work.writeBack = item.writeBack ?? false;
    work.original = item.original ?? false;
    work.rename = item.sheet === 'dealt' ? standingRename(state) : (options.renames?.to.get(item.key) ?? null);
    work.renamedTo = options.renames?.from.get(item.key) ?? null;
    works.push(work);
  }
  const again: DirtyKey[] = [];
  await Promise.all([deleteOffers(tx, link.id, settled), readTable(tx, table, works, again)]);
  const decide: DecideOptions = {
    winner: options.winner ?? link.policy,
    firstSync: options.winner !== undefined,
    edited: options.edited ?? null,
    cause: options.cause,
    scanned: options.scanned,
    ...(options.astray ? { astray: options.astray } : {}),
  };
  await table.labels.load(
    tx,
    table,
    works.flatMap(({ sheet }) => (sheet === null ? [] : [sheet])),
  );
  for (const work of works) if (work.result === null) decideRow(work, table, decide);
  await writeWorks(tx, table, works, decide);

  await holdMassRemoval(tx, table, works);
  const offers: StoredOffer[] = [];
  const stones: Tombstone[] = [];
  for (const work of works) {
    if (work.original && work.offer?.kind === 'delete') {
      // Deleting one copy would make the other a new row, and bring it back into the table.
      work.offer = null;
      again.push({ key: work.state.key, dbKey: work.state.dbKey ?? [] });
    }
    finish(work, table, options);
    const offer = makeOffer(work, table, link.epoch);
    if (offer !== null && offers.length >= options.offerRoom) {
      again.push({ key: work.state.key, dbKey: work.table?.dbKey ?? work.state.dbKey ?? [] });
      reply.left++;
    } else if (offer !== null) {
      offers.push(offer);
    }
    // One that has left the filter is still in the table.
    if (work.removed && work.table === null) stones.push(deletedInTable(work, table));
    if (work.fresh && work.sheet !== null) reply.results.push(work.result ?? resultOf(work, table));
  }
  const here = works.map((work) => work.state);
  const states = [...here, ...(await takeOffLeft(tx, link.id, notesOfGone(works), here))];
  reply.marks.push(...states.flatMap(takeDueMarks));
  reply.dealt = states.map(({ key }) => key);
  const journal = works.flatMap((work) => work.journal);
  await Promise.all([
    saveRows(tx, link.id, states, options.now),
    insertOffers(tx, link.id, offers, options.now),
    keepTombstones(tx, link.id, stones, options),
    addDirty(tx, link.id, again),
    writeJournal(tx, link.id, journal, options),
  ]);
  const times =
    link.removedMode === 'archive'
      ? await tombstoneTimes(
          tx,
          link.id,
          stones.map(({ key }) => key),
        )
      : new Map<string, string>();
  reply.offers.push(...offers.map((offer) => wireOffer(offer, times.get(offer.key))));
  return reply;
}

/** A row that the table deleted, as far as it was known here. */
function deletedInTable({ state, sheet, vanished }: Work, table: TargetTable): Tombstone {
  const values = Object.fromEntries(
    table.columns
      .filter(({ related }) => related === undefined)
      .map((column) => [column.column, writtenText(column, state.b?.[column.id] ?? null)]),
  );
  return { key: state.key, side: 'table', values, cells: sheet!, again: !vanished };
}

/** Cells of the columns in use; others are none of our business (I13, I18). */
function only(cells: Cells, table: TargetTable): Cells {
  return Object.fromEntries(table.ids.map((id) => [id, cells[id] === '' ? null : (cells[id] ?? null)]));
}

/** Reads and locks the table's rows under every spelling known; takes their dirty entries first. */
async function readTable(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
  again: DirtyKey[],
): Promise<void> {
  const dirty = await takeDirty(
    tx,
    table.link.id,
    works.map((work) => work.state.key),
  );
  const spellings = works.map((work) => {
    const all = [...(work.state.dbKey ? [work.state.dbKey] : []), ...(dirty.get(work.state.key)?.dbKeys ?? [])];
    work.changedAt = dirty.get(work.state.key)?.at ?? null;
    return [...new Map(all.map((dbKey) => [dbKeyId(dbKey), dbKey])).values()].filter((dbKey) => dbKey.length > 0);
  });
  const rows = await lockTableRows(tx, table, spellings.flat());
  works.forEach((work, index) => {
    const found = spellings[index]!.flatMap((dbKey) => rows.get(dbKeyId(dbKey)) ?? []);
    // Marked as deleted: to the sheet it is gone.
    work.table = found[0]?.deleted ? null : (found[0] ?? null);
    if (found.length > 1) {
      holdAmbiguous(work, found.length);
      // Looked at again with every sync, under each spelling, until only one is left.
      for (const { dbKey } of found) again.push({ key: work.state.key, dbKey });
    }
  });
}

/** Two rows of the table whose keys the sheet can't tell apart: neither is touched. */
function holdAmbiguous(work: Work, count: number): void {
  const { state } = work;
  const message = `${count} rows of the table have keys that read "${showKey(state.key)}" on a sheet. Make the keys differ by more than case or spaces.`;
  state.status = 'held';
  state.error = { code: 'ambiguous_key', message };
  if (work.sheet !== null) {
    state.refused = {};
    for (const [column, cell] of Object.entries(work.sheet))
      state.refused[column] = { cell, code: 'ambiguous_key', message: '' };
  }
  work.result = { key: state.key, result: 'held', error: { code: 'ambiguous_key', message } };
}

/** What both sides now agree on becomes the row's books. */
function finish(work: Work, table: TargetTable, options: ReconcileOptions): void {
  const { state, sheet } = work;
  if (sheet === null) {
    if (work.table !== null && state.a !== null) noteAbsence(work, options.absence, table);
    else if (work.result === null) {
      if (state.status !== 'outside' || work.table?.outside !== true) refreshStatus(state, table);
      state.retryAt = null;
      state.attempts = 0;
    }
    return;
  }
  state.seen = rowHash(state.key, table.ids, sheet);
  if (work.fresh) {
    state.dealtEpoch = table.link.epoch;
    state.dealtAt = options.edited?.until ?? state.dealtAt;
  }
  if (work.result !== null) return;
  refreshStatus(state, table);
  if (state.error?.code === 'renamed' && typeof work.rename === 'object' && work.rename !== null) {
    state.error.other = work.rename.from;
    // Until the sheet has taken it, or refused: the run may die, or the row be on the move.
    if (work.rename.undo !== false) state.error.decided = 'undo';
  }
  keepTrying(work, options);
  // An offered form is done once it is settled: a run that dies before it writes must not leave it unshown.
  if (work.writeBack) state.writeBack = work.offer === null ? 'done' : 'due';
  else if (work.written.size > 0 && showsOtherForm(work, table)) state.writeBack = 'due';
  planMarks(state, table);
}

function keepTrying(work: Work, { now, scanned }: ReconcileOptions): void {
  const { state } = work;
  if (state.error?.code === 'waiting') state.retryAt = now.getTime();
  else if (state.error?.code === 'incomplete') {
    state.attempts = scanned ? (work.unchanged ? state.attempts + 1 : 1) : 0;
    state.retryAt = now.getTime();
  } else if (state.status === 'rejected') {
    const attempts = work.unchanged ? state.attempts : 0;
    state.retryAt = now.getTime() + retryDelay(attempts, work.mayHeal);
    state.attempts = attempts + 1;
  } else {
    state.attempts = 0;
    state.retryAt = null;
  }
}

/** A column written just now whose stored form reads differently from what was typed: 1.005 became 1.01. */
function showsOtherForm(work: Work, table: TargetTable): boolean {
  return [...work.written].some((id) => {
    const column = table.column(id)!;
    return column.direction === 'both' && !table.same(column, work.sheet![id] ?? null, work.table!.values[id] ?? null);
  });
}

function resultOf(work: Work, table: TargetTable): RowResult {
  const { key, status, error } = work.state;
  if (status === 'rejected') return { key, result: 'rejected', ...(error ? { error } : {}) };
  if (status === 'held' || status === 'conflict') return { key, result: 'held', ...(error ? { error } : {}) };
  if (work.lost.length === 0) return { key, result: 'ok' };
  const names = work.lost.map((id) => table.header(id)).join(', ');
  if (work.lost.every((id) => table.column(id)?.direction === 'toSheet')) {
    const { related, column } = table.column(work.lost[0]!)!;
    const why = related === undefined ? 'flows from the table to the sheet only' : `comes from ${column}`;
    const message = `${names} ${why} and can't be changed here. The table's value is shown; yours is in the history.`;
    return { key, result: 'conflict', error: { code: 'read_only', message, column: work.lost[0]! } };
  }
  const message = `${names} was changed in the table as well. The table's value is shown; yours is in the history.`;
  return { key, result: 'conflict', error: { code: 'conflict', message, column: work.lost[0]! } };
}

function pending(key: string): RowResult {
  const message = 'A change from the table is on its way to this row. Your edit follows with the next sync.';
  return { key, result: 'held', error: { code: 'pending', message } };
}
