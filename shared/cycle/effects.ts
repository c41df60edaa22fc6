import type { Cell } from '../cell.ts';
import type { Mapping } from '../mapping.ts';
import type { ErrorBody } from '../protocol/error.ts';
import type { SyncReply, SyncRequest } from '../protocol/sync.ts';
import type { PushReply, PushRequest } from '../protocol/push.ts';
import type { AckReply, AckRequest } from '../protocol/ack.ts';
import type { ReplaceReply, ReplaceRequest } from '../protocol/replace.ts';
import type { ReserveKeysReply, ReserveKeysRequest } from '../protocol/reserve-keys.ts';

/**
 * What a cycle asks of its host. The cycle is a generator that yields one effect at a time and is told the result, so
 * the same code runs over synchronous Apps Script services, over the asynchronous REST API, and under a simulator that
 * can kill, delay or interleave at every yield. A host may throw at any effect: the run then ends as if killed.
 */

/** What the tab shows. Positions and rows are 1-based, as in Sheets. */
export interface SheetReading {
  /** Name of the tab, or null when the tab is gone. */
  title: string | null;
  /** IANA name of the spreadsheet's timezone. */
  timeZone: string;
  /** When the host began to read, in milliseconds since 1970 on its own clock, where it has one. */
  at?: number;
  /** One entry a column of the data range, in order of position: `columns[0]` is column A. */
  columns: { header: string; id: string | null }[];
  /** Rows below the header, in order: `rows[0]` is sheet row 2. Each has one cell a column. */
  rows: Cell[][];
  /**
   * Present when asked for: true where the cell holds a formula or may show part of an array formula's result, shaped
   * like `rows`.
   */
  computed?: boolean[][];
}

/**
 * A rectangle to write. `asText[i][j]` true: a string whose cell is to be plain text, so that it stays text when it is
 * edited, too. Any other string must be read back as itself as well, by whatever means the host has.
 */
export interface Block {
  row: number;
  position: number;
  values: Cell[][];
  asText: boolean[][];
  /**
   * What each cell must still show, as far as it is known. A host that looks at the cells just before it writes refuses
   * the block (`changed`) where one shows something else: the write window is then no longer than its own.
   */
  expected: (Cell | undefined)[][];
}

/** What stood in a cell just before it was written. */
export interface FormerCell {
  value: Cell;
  /** '' where there was none. */
  formula: string;
  /** The number format, in the host's own spelling; null where it is not known and to be left as it is. */
  format: string | null;
  /** A text with styles of its parts or smart chips, in the host's own spelling; absent where it has none, or none is known. */
  styled?: string;
}

export type BlockOutcome =
  { ok: true; former: FormerCell[][] } | { ok: false; why: 'changed' | 'invalid' | 'protected'; message: string };

/** A cell to put back as it was, if it still shows what was seen after the write that hit it. */
export interface PutBack {
  row: number;
  position: number;
  shows: Cell;
  former: FormerCell;
}

/** Whether rows were inserted, or why Sheets refuses them: `message` says what to do, and of what. */
export type RowsInserted = { ok: true } | { ok: false; why: 'invalid' | 'protected'; message: string };

/** A row to delete. */
export interface RowToDelete {
  row: number;
  /** What it must still show, from column A on; undefined: whatever it shows. */
  expected: (Cell | undefined)[];
}

/** What became of rows to delete, by their numbers before; those in no list read otherwise by then, or were not tried. */
export interface DeletedRows {
  gone: number[];
  /** A cell of the row is protected from the host, so that Sheets would refuse. */
  guarded: number[];
  /** Sheets refuses to delete the row for a reason that nothing foretold: its own sentence, for a person. */
  refused: { row: number; reason: string }[];
  /** A part of them was refused and the rest sent again, so that nobody can tell whose place an earlier delete hit. */
  unsure?: true;
}

/** Marks to write on cells; answers what stood there. `message` null puts `restore` back if the note is still ours. */
export interface CellMark {
  row: number;
  position: number;
  message: string | null;
  restore?: { note: string; background: string } | undefined;
  /** Only where the cell carries this very note; elsewhere nothing is written. */
  stands?: string;
}

/** What a host remembers between runs, on the sheet's side of the wall. */
export interface Memo {
  epoch: number;
  /** Write-ahead note of the apply in progress (JSON text), null when none is. */
  note: string | null;
}

export interface Messages {
  sync: { request: SyncRequest; reply: SyncReply };
  push: { request: PushRequest; reply: PushReply };
  ack: { request: AckRequest; reply: AckReply };
  reserveKeys: { request: ReserveKeysRequest; reply: ReserveKeysReply };
  replace: { request: ReplaceRequest; reply: ReplaceReply };
}
export type MessageName = keyof Messages;

export type SendResult<Name extends MessageName> =
  { ok: true; reply: Messages[Name]['reply'] } | { ok: false; error: ErrorBody['error'] };

/** Each effect's request (what is yielded) and result (what the generator is resumed with). */
export interface EffectTable {
  /** Milliseconds since this run began. */
  elapsed: { request: object; result: number };
  recall: { request: object; result: Memo };
  remember: { request: { memo: Memo }; result: void };
  /** The mapping the hub told us; kept with the memo. */
  rememberMapping: { request: { mapping: Mapping }; result: void };
  /** One fetch of the data range; with `computed` also one of its formulas. */
  readSheet: { request: { computed: boolean }; result: SheetReading };
  /** Puts developer metadata on columns whose own was lost. */
  tagColumns: { request: { tags: { position: number; id: string }[] }; result: void };
  send: { request: { name: MessageName; message: Messages[MessageName]['request'] }; result: SendResult<MessageName> };
  /**
   * Writes the blocks in order and flushes. A refused block leaves its cells as they were. `columns`, where nobody looks
   * at what was written afterwards: as they stood when the places were found. A host looks at them right before it
   * writes, and refuses every block (`changed`) where one has moved (`standAsBefore`).
   */
  writeBlocks: { request: { blocks: Block[]; columns?: SheetReading['columns'] }; result: BlockOutcome[] };
  /**
   * Undoes writes that hit the wrong cell, each where it was untouched since; what Sheets refuses is left. `columns`: as
   * they stood when the cells were found. A host looks at them right before it writes: a cell whose column moved since
   * is put back in that column, and left where nothing tells which one it is (`inColumnsNow`).
   */
  putBack: { request: { cells: PutBack[]; columns: SheetReading['columns'] }; result: void };
  /** Inserts `count` empty rows below row `after`, taking no formulas or data with them; all, or none where it is refused. */
  insertRows: { request: { after: number; count: number }; result: RowsInserted };
  /**
   * Deletes rows, given in descending order. A host looks at them once more right before it deletes, all at once, and
   * leaves those that show anything else than they must (`isToDelete`), and those that are protected from it. Where Sheets
   * refuses some, it looks once more before it tries the others again.
   */
  deleteRows: { request: { rows: RowToDelete[] }; result: DeletedRows };
  /** The tab of this name in the same spreadsheet: its headers and the rows below; null where there is none. */
  readArchive: { request: { title: string }; result: { headers: string[]; rows: Cell[][] } | null };
  /** Writes lines from `row` on into that tab, which is made first where there is none; `headers` null: as they are. */
  appendArchive: {
    request: { title: string; headers: string[] | null; row: number; lines: Cell[][] };
    result: { ok: true } | { ok: false; message: string };
  };
  /** Writes notes and tints; answers what stood on each cell before, in the same order. */
  /** `own`: positions of columns in which these are all the notes Tandem has; nothing is tinted, a person's note stays. */
  markCells: { request: { marks: CellMark[]; own?: number[] }; result: { note: string; background: string }[] };
  /** How far the run is, in a person's words. */
  progress: { request: { text: string }; result: void };
}

export type EffectName = keyof EffectTable;
export type Effect = { [Name in EffectName]: { do: Name } & EffectTable[Name]['request'] }[EffectName];
export type ResultOf<Name extends EffectName> = EffectTable[Name]['result'];

/** A step of the cycle: yields effects, returns T. */
export type Step<T> = Generator<Effect, T, unknown>;

/** Yields one effect and gives its result the right type. The only place where the result is cast. */
export function* ask<Name extends EffectName>(name: Name, request: EffectTable[Name]['request']): Step<ResultOf<Name>> {
  return (yield { do: name, ...request } as unknown as Effect) as ResultOf<Name>;
}

/** Sends one message. */
export function* send<Name extends MessageName>(
  name: Name,
  message: Messages[Name]['request'],
): Step<SendResult<Name>> {
  return (yield { do: 'send', name, message } as Effect) as SendResult<Name>;
}
