import { rowHash } from '../../shared/digest.ts';
import type { Memo } from '../../shared/cycle/effects.ts';
import type { RowState } from '../../api/sync/row-state.ts';
import type { StoredOffer } from '../../api/sync/offer-store.ts';
import type { StrayValue } from '../../api/sync/astray.ts';
import type { HostKind } from '../../api/sync/lease.ts';
import type { Bounds } from './rules.ts';

/**
 * Values are numbers that nobody writes twice, so that the oracle knows every one by itself: its tag. The initial value
 * of row k is k; people and applications write 10, 11, …; a table that normalises stores tag + 1000.
 */
export const NORMALISED = 1000;
export const FIRST_TAG = 10;
export const tagOf = (value: number): number => (value >= NORMALISED ? value - NORMALISED : value);

/** What is known about one value, for the oracle alone: no run and no hub ever looks at it. */
export interface Fate {
  /** Who wrote it: the beginning, a person on the sheet, an application in the table. */
  by: 'start' | 'sheet' | 'table';
  /** Keys of the row it was written to; a re-keyed row takes its value along. */
  home: string[];
  /** It reached the other side. */
  delivered?: true;
  /** It lost, and the journal has it. */
  journaled?: true;
  /** A person pasted it, which is to want it. */
  pasted?: true;
  /** Its own side replaced or removed it. */
  superseded?: true;
}

/** One row of the tab, in the order of the tab: key and value; an inserted row is empty until it is written. */
export type SheetLine = [key: string | null, value: number | null];

/** A run of a host: its id, and what it was told so far. The cycle is replayed from that. */
export interface Run {
  id: number;
  /** A run of the REST host: what it was told when it took the lease. */
  rest?: Memo;
  /** Results of the effects done so far, in order; see host.ts for their compact form. */
  trail: unknown[];
}

export interface LateMessage {
  name: 'sync' | 'push' | 'ack';
  host: HostKind;
  message: { run: string; ifEpoch?: number; epoch?: number; seq?: number };
}

export interface State {
  sheet: SheetLine[];
  table: Record<string, number>;
  /** On the sheet's side: epoch and write-ahead note. */
  memo: Memo;
  /** The REST host's note, which the hub keeps for it. */
  restNote: string | null;
  lease: HostKind | null;
  /** The hub's books. */
  epoch: number;
  seq: number;
  open: [ifEpoch: number, run: string] | null;
  reply: { name: string; reply: unknown } | null;
  scanNo: number;
  /** Buckets of the epoch's scan that differed, and its repeated keys; null: no scan in this epoch. */
  scan: {
    epoch: number;
    different: boolean;
    duplicates: string[];
    astray: StrayValue[];
    overlooked: StrayValue[];
  } | null;
  rows: Record<string, Partial<RowState>>;
  offers: StoredOffer[];
  dirty: string[];
  nextOffer: number;
  /** What is under way. */
  runs: Run[];
  late: LateMessage[];
  clipboard: SheetLine | null;
  /** What may still happen. */
  left: Omit<Bounds, 'rows'>;
  /** The oracle's. */
  nextTag: number;
  fates: Record<number, Fate>;
  bad: string | null;
}

export function initialState({ rows, ...left }: Bounds): State {
  const keys = rows === 1 ? ['1'] : ['1', '2'];
  const books = (key: string): Partial<RowState> => ({
    dbKey: [key],
    a: { c1: Number(key), c2: Number(key) },
    b: { c1: key, c2: key },
    seen: rowHash(key, ['c1', 'c2'], { c1: Number(key), c2: Number(key) }),
  });
  return {
    sheet: keys.map((key) => [key, Number(key)]),
    table: Object.fromEntries(keys.map((key) => [key, Number(key)])),
    memo: { epoch: 0, note: null },
    restNote: null,
    lease: null,
    epoch: 0,
    seq: 0,
    open: null,
    reply: null,
    scanNo: 0,
    scan: null,
    rows: Object.fromEntries(keys.map((key) => [key, books(key)])),
    offers: [],
    dirty: [],
    nextOffer: 1,
    runs: [],
    late: [],
    clipboard: null,
    left,
    nextTag: FIRST_TAG,
    fates: Object.fromEntries(keys.map((key) => [Number(key), { by: 'start', home: [key], delivered: true }])),
    bad: null,
  };
}

export const encode = (state: State): string => JSON.stringify(state);
export const decode = (text: string): State => JSON.parse(text) as State;
