import type { ISql, Sql } from 'postgres';
import type { Cell, Cells } from '../../shared/cell.ts';
import { digestOf, keyHash, lanes, rowHash } from '../../shared/digest.ts';
import { storableText } from '../../shared/text-format.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { jsonRows } from './json-rows.ts';

export interface Refusal {
  cell: Cell;
  code: string;
  /** Sentence without the column's name in front; empty for a cell that is only held along with the row. */
  message: string;
  /** The table's value that it stands against, where a person is or was asked, and what they have said about the pair. */
  table?: string | null;
  decided?: 'sheet' | 'table';
  /** code `misplaced`: a person wants the value here. A row is tried again for other reasons too, which say nothing of it. */
  wanted?: true;
}

export interface RowMark {
  /** What the note should say; null: it should be gone. */
  message: string | null;
  /** The sheet shows it as it should be. */
  done: boolean;
  prior?: { note: string; background: string };
  /** Another row's, if the cell carries one at all: `prior` is what stood under that. */
  left?: true;
}

export type RowStatus = 'ok' | 'rejected' | 'conflict' | 'held' | 'outside' | 'tombstone';

/** Bookkeeping of one row key; see drizzle/schema/row.ts for what each field means. */
export interface RowState {
  key: string;
  dbKey: string[] | null;
  a: Cells | null;
  b: Record<string, string | null> | null;
  /** Hash of the sheet's row as last dealt with; null while it has none. */
  seen: string | null;
  refused: Record<string, Refusal>;
  blocked: Record<string, { value: string | null; code: string; message: string }>;
  status: RowStatus;
  /** `other`, code `renamed`: the key of the other half of the pair; `decided`: a person wants the old key back. */
  error: { code: string; message: string; column?: string; other?: string; decided?: 'undo' } | null;
  absentScan: number | null;
  /** Milliseconds since 1970, as are all instants here. */
  absentAt: number | null;
  absentRun: string | null;
  marks: Record<string, RowMark>;
  writeBack: 'none' | 'due' | 'done';
  dealtEpoch: number | null;
  /** On the database's clock. */
  dealtAt: number | null;
  retryAt: number | null;
  attempts: number;
}

export function newRowState(key: string): RowState {
  return {
    key,
    dbKey: null,
    a: null,
    b: null,
    seen: null,
    refused: {},
    blocked: {},
    status: 'ok',
    error: null,
    absentScan: null,
    absentAt: null,
    absentRun: null,
    marks: {},
    writeBack: 'none',
    dealtEpoch: null,
    dealtAt: null,
    retryAt: null,
    attempts: 0,
  };
}

/** The sheet's row as last dealt with: what was accepted, overlaid with what was refused. Null while it has none. */
export function dealtCells(state: RowState): Cells | null {
  const refused = Object.entries(state.refused);
  if (state.a === null && refused.length === 0) return null;
  const cells: Cells = { ...state.a };
  for (const [column, { cell }] of refused) cells[column] = cell;
  return cells;
}

/** Hash of {@link dealtCells}; recomputed, never taken from a read-back, which could hide a person's fresh edit. */
export function dealtHash(state: RowState, columns: readonly StoredColumn[]): string | null {
  const cells = dealtCells(state);
  return cells === null ? null : rowHash(state.key, hashedIds(columns), cells);
}

/** Columns a row hash covers, in mapping order. */
export function hashedIds(columns: readonly StoredColumn[]): string[] {
  return columns.filter((column) => column.suspended === undefined).map((column) => column.id);
}

interface Raw extends Omit<RowState, 'dbKey' | 'a' | 'b' | 'seen' | 'refused' | 'blocked' | 'error' | 'marks'> {
  dbKey: string | null;
  a: string | null;
  b: string | null;
  seenHi: number | null;
  seenLo: number | null;
  refused: string | null;
  blocked: string | null;
  error: string | null;
  marks: string | null;
}

const parse = <T>(text: string | null, empty: T): T => (text === null ? empty : (JSON.parse(text) as T));

function toState({ seenHi, seenLo, ...raw }: Raw): RowState {
  return {
    ...raw,
    dbKey: parse(raw.dbKey, null),
    a: parse(raw.a, null),
    b: parse(raw.b, null),
    refused: parse(raw.refused, {}),
    blocked: parse(raw.blocked, {}),
    error: parse(raw.error, null),
    marks: parse(raw.marks, {}),
    seen: seenHi === null ? null : digestOf(seenHi, seenLo!),
  };
}

const selected = (tx: Sql | ISql) => tx`
  r.key, to_json(r.db_key)::text AS "dbKey", r.a::text AS a, r.b::text AS b, r.seen_hi::float8 AS "seenHi",
  r.seen_lo::float8 AS "seenLo", r.refused::text AS refused, r.blocked::text AS blocked, r.status,
  r.error::text AS error, r.absent_scan::float8 AS "absentScan",
  (extract(epoch FROM r.absent_at) * 1000)::float8 AS "absentAt", r.absent_run AS "absentRun", r.marks::text AS marks,
  r.write_back AS "writeBack", r.dealt_epoch::float8 AS "dealtEpoch",
  (extract(epoch FROM r.dealt_at) * 1000)::float8 AS "dealtAt",
  (extract(epoch FROM r.retry_at) * 1000)::float8 AS "retryAt", r.attempts`;

/** States of the given keys; keys never heard of are not among them. */
export async function loadRows(tx: Sql | ISql, link: string, keys: readonly string[]): Promise<Map<string, RowState>> {
  if (keys.length === 0) return new Map();
  const rows = await tx<Raw[]>`
    SELECT ${selected(tx)} FROM tandem."row" r
     WHERE r.link = ${link}::uuid
       AND r.key IN (SELECT json_array_elements_text(${JSON.stringify(keys)}::text::json))`;
  return new Map(rows.map((row) => [row.key, toState(row)]));
}

/**
 * Rows that a sync must look at although neither side moved: marks to bring, a form to write back once, a retry whose
 * time has come.
 */
export async function loadDueRows(tx: Sql | ISql, link: string, now: Date, limit: number): Promise<RowState[]> {
  const rows = await tx<Raw[]>`
    SELECT ${selected(tx)} FROM tandem."row" r
     WHERE r.link = ${link}::uuid AND (r.marks_due OR r.write_back = 'due' OR r.retry_at IS NOT NULL)
       AND (r.marks_due OR r.write_back = 'due' OR r.retry_at <= ${now.toISOString()}::text::timestamptz)
     ORDER BY r.key LIMIT ${limit}`;
  return rows.map(toState);
}

/** Rows that complete scans have missed. */
export async function loadAbsentRows(tx: Sql | ISql, link: string): Promise<RowState[]> {
  const rows = await tx<Raw[]>`
    SELECT ${selected(tx)} FROM tandem."row" r
     WHERE r.link = ${link}::uuid AND r.absent_at IS NOT NULL ORDER BY r.key`;
  return rows.map(toState);
}

/** Writes states back, set-based. A row that neither side has and nobody needs to hear about is forgotten. */
export async function saveRows(tx: Sql | ISql, link: string, states: readonly RowState[], now: Date): Promise<void> {
  if (states.length === 0) return;
  const forgotten = states.filter(isForgettable).map((state) => state.key);
  const kept = states.filter((state) => !isForgettable(state));
  if (forgotten.length > 0) {
    await tx`DELETE FROM tandem."row" WHERE link = ${link}::uuid
               AND key IN (SELECT json_array_elements_text(${JSON.stringify(forgotten)}::text::json))`;
  }
  if (kept.length === 0) return;
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  const orNull = (value: object) => (Object.keys(value).length === 0 ? null : value);
  const rows = kept.map((state) => {
    const [hi, lo] = state.seen === null ? [null, null] : lanes(state.seen);
    return {
      key: state.key,
      db_key: state.dbKey,
      a: state.a,
      b: state.b,
      seen_hi: hi,
      seen_lo: lo,
      key_hash: keyHash(state.key),
      refused: orNull(state.refused),
      blocked: orNull(state.blocked),
      status: state.status,
      // Its fields are asked for by operators of json, and a host's reason is any text.
      error: state.error && { ...state.error, message: storableText(state.error.message) },
      absent_scan: state.absentScan,
      absent_at: iso(state.absentAt),
      absent_run: state.absentRun,
      marks: orNull(state.marks),
      marks_due: Object.values(state.marks).some((mark) => !mark.done),
      write_back: state.writeBack,
      dealt_epoch: state.dealtEpoch,
      dealt_at: iso(state.dealtAt),
      retry_at: iso(state.retryAt),
      attempts: state.attempts,
    };
  });
  await tx`
    INSERT INTO tandem."row" AS r (link, key, db_key, a, b, seen_hi, seen_lo, key_hash, refused, blocked, status, error,
        absent_scan, absent_at, absent_run, marks, marks_due, write_back, dealt_epoch, dealt_at, retry_at, attempts, changed_at)
    SELECT ${link}::uuid, x.key,
           CASE WHEN json_typeof(x.db_key) = 'array' THEN ARRAY(SELECT json_array_elements_text(x.db_key)) END,
           x.a::json, x.b::json, x.seen_hi, x.seen_lo, x.key_hash, x.refused::json, x.blocked::json, x.status,
           x.error::json, x.absent_scan, x.absent_at, x.absent_run, x.marks::json,
           x.marks_due, x.write_back, x.dealt_epoch, x.dealt_at, x.retry_at, x.attempts, ${now.toISOString()}::text::timestamptz
      FROM json_to_recordset(${jsonRows(rows, ['a', 'b', 'refused', 'blocked', 'error', 'marks'])}::text::json)
        AS x (key text, db_key json, a text, b text, seen_hi bigint, seen_lo bigint, key_hash bigint, refused text, blocked text, status text, error text,
           absent_scan bigint, absent_at timestamptz, absent_run text, marks text, marks_due boolean, write_back text,
           dealt_epoch bigint, dealt_at timestamptz, retry_at timestamptz, attempts int)
    ON CONFLICT (link, key) DO UPDATE SET db_key = excluded.db_key, a = excluded.a, b = excluded.b,
      seen_hi = excluded.seen_hi, seen_lo = excluded.seen_lo, refused = excluded.refused, blocked = excluded.blocked,
      status = excluded.status, error = excluded.error, absent_scan = excluded.absent_scan,
      absent_at = excluded.absent_at, absent_run = excluded.absent_run, marks = excluded.marks,
      marks_due = excluded.marks_due, write_back = excluded.write_back, dealt_epoch = excluded.dealt_epoch, dealt_at = excluded.dealt_at,
      retry_at = excluded.retry_at, attempts = excluded.attempts, changed_at = excluded.changed_at`;
}

function isForgettable(state: RowState): boolean {
  return (
    state.status === 'ok' &&
    state.dbKey === null &&
    state.a === null &&
    state.b === null &&
    state.seen === null &&
    Object.keys(state.marks).length === 0
  );
}
