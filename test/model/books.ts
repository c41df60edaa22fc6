import type { Cells } from '../../shared/cell.ts';
import { rowHash } from '../../shared/digest.ts';
import type { Offer } from '../../shared/protocol/offer.ts';
import type { Astray } from '../../api/sync/astray.ts';
import { decideRow, type DecideOptions } from '../../api/sync/decide.ts';
import { noteAbsence } from '../../api/sync/missing.ts';
import { makeOffer, wireOffer, type StoredOffer } from '../../api/sync/offer-store.ts';
import { dealtCells, newRowState, type RowState } from '../../api/sync/row-state.ts';
import { refreshStatus, settleByCells } from '../../api/sync/settle.ts';
import { newWork, type Work } from '../../api/sync/work.ts';
import { target } from './model-table.ts';
import { fate, syncWritesTable } from './oracle.ts';
import type { Scenario } from './rules.ts';
import type { State } from './state.ts';

/** A sheet cell of the model is a number; journal entries and offers carry nothing else. */
const VALUE = 'c2';

export function loadRow(state: State, key: string): RowState {
  return { ...newRowState(key), ...structuredClone(state.rows[key] ?? {}) };
}

/** Keeps what differs from a row nobody heard of; a row that neither side has is forgotten. Marks are not modelled. */
export function saveRow(state: State, row: RowState): void {
  const empty = newRowState(row.key);
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(empty) as (keyof RowState)[]) {
    if (name === 'key' || name === 'marks' || name === 'retryAt' || name === 'attempts' || name === 'error') continue;
    if (JSON.stringify(row[name]) !== JSON.stringify(empty[name])) kept[name] = row[name];
  }
  const forgotten = row.dbKey === null && row.a === null && row.b === null && row.seen === null && row.status === 'ok';
  if (forgotten) delete state.rows[row.key];
  else state.rows[row.key] = kept as Partial<RowState>;
}

export const markDirty = (state: State, keys: readonly string[]): void => {
  state.dirty = [...new Set([...state.dirty, ...keys])].sort();
};

export interface Item {
  key: string;
  sheet: { cells: Cells } | 'absent' | 'dealt';
  writeBack?: boolean;
}

export interface Absence {
  scan: number;
  run: string;
}

/** The frame of reconcileRows without its SQL: settle, decide, write the table, decide again, offer, keep the books. */
export function reconcile(
  state: State,
  scenario: Scenario,
  items: readonly Item[],
  absence: Absence | null,
  astray?: Astray,
): { offers: Offer[]; keys: Set<string> } {
  const offers: StoredOffer[] = [];
  const keys = new Set<string>();
  const options: DecideOptions = {
    winner: scenario.winner,
    cause: 'model',
    scanned: true,
    ...(astray ? { astray } : {}),
  };
  for (const item of items) {
    const live = state.offers.find((offer) => offer.key === item.key);
    // The sheet has the key by itself: an insert on its way to it will not be made.
    const overtaken = live?.kind === 'insert' && typeof item.sheet === 'object';
    if (live?.epoch === state.epoch && !overtaken) continue;
    const row = loadRow(state, item.key);
    const sheet =
      item.sheet === 'dealt'
        ? row.seen === null
          ? null
          : dealtCells(row)
        : item.sheet === 'absent'
          ? null
          : item.sheet.cells;
    if (live) {
      if (scenario.rules.offers && live.epoch !== state.epoch) settleByCells(row, live, sheet, target);
      state.offers = state.offers.filter((offer) => offer !== live);
    }
    const unchanged = sheet !== null && row.seen === rowHash(row.key, target.ids, sheet);
    const work = newWork(row, sheet, item.sheet !== 'dealt', unchanged);
    work.writeBack = item.writeBack ?? false;
    keys.add(item.key);
    state.dirty = state.dirty.filter((key) => key !== item.key);
    work.table = readTable(state, item.key);
    decideRow(work, target, options);
    journal(state, scenario, work);
    if (work.write !== null) {
      writeTable(state, scenario, work);
      decideRow(work, target, options);
      journal(state, scenario, work);
    }
    finish(state, work, absence);
    const offer = makeOffer(work, target, state.epoch);
    if (offer !== null) {
      offer.id = String(state.nextOffer++);
      offers.push(offer);
    }
    saveRow(state, row);
  }
  state.offers.push(...offers);
  return { offers: offers.map((offer) => wireOffer(offer)), keys };
}

function readTable(state: State, key: string): Work['table'] {
  const value = state.table[key];
  return value === undefined ? null : { dbKey: [key], values: { c1: key, c2: String(value) } };
}

/** As writeWorks does for one row that nothing refuses: A := what was typed, B := what became of it. */
function writeTable(state: State, scenario: Scenario, work: Work): void {
  const { write, state: row, sheet } = work;
  const text = write!.values[VALUE];
  if (text !== undefined && text !== null) {
    if (work.overruled.has(VALUE) && scenario.rules.journal) fate(state, state.table[row.key]!).journaled = true;
    syncWritesTable(state, row.key, Number(text), scenario.normalise);
  }
  work.table = readTable(state, row.key);
  row.dbKey = [row.key];
  if (write!.kind === 'insert') {
    row.a = { ...sheet! };
    row.b = { c1: row.key, c2: work.table!.values[VALUE]! };
  } else {
    (row.a ??= {})[VALUE] = sheet![VALUE]!;
    (row.b ??= {})[VALUE] = work.table!.values[VALUE]!;
  }
  work.written.add(VALUE);
  // Our own write is captured like anybody's.
  markDirty(state, [row.key]);
}

function journal(state: State, { rules }: Scenario, work: Work): void {
  for (const { op, side, before } of work.journal) {
    if (op === 'lost' && side === 'sheet' && typeof before === 'number' && rules.journal) {
      fate(state, before).journaled = true;
    }
  }
  work.journal.length = 0;
}

function finish(state: State, work: Work, absence: Absence | null): void {
  const { state: row, sheet } = work;
  if (sheet === null) {
    const scan = absence && { ...absence, now: new Date(0) };
    if (work.table !== null && row.a !== null) noteAbsence(work, scan, target);
    else refreshStatus(row, target);
    return;
  }
  row.seen = rowHash(row.key, target.ids, sheet);
  if (work.fresh) row.dealtEpoch = state.epoch;
  refreshStatus(row, target);
  if (work.writeBack) row.writeBack = work.offer === null ? 'done' : 'due';
  else if (work.written.size > 0) {
    const column = target.column(VALUE)!;
    const same = target.same(column, sheet[VALUE] ?? null, work.table?.values[VALUE] ?? null);
    row.writeBack = same ? 'none' : 'due';
  }
}
