import type { TransactionSql } from 'postgres';
import { cellToken, isBlank, type Cells } from '../../shared/cell.ts';
import type { PushRequest, PushedRow } from '../../shared/protocol/push.ts';
import { showKey } from '../../shared/row-key.ts';
import { addDirty } from './dirty.ts';
import type { Message } from './message.ts';
import { loadRows, type RowState } from './row-state.ts';
import type { TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/**
 * An edited key shows as a new row beside one that is missing, with the same cells otherwise. What was meant is for a
 * person to say: until then the new row is not inserted and the old one not deleted. Only where exactly one new row and
 * exactly one missing row of the same scan read alike is it taken for that.
 */
export interface Rename {
  /** The key that is missing now. */
  from: string;
  /** Cells of its key columns, as they were. */
  cells: Cells;
  /** A person wants the old key back: to be offered now, or still to come. */
  undo: boolean | 'later';
}

/** Keys of rows that are (or may be) renamed. `wait`: an edit's push can't tell; the next whole scan will. */
export interface Renames {
  to: Map<string, Rename | 'wait'>;
  from: Map<string, string>;
}

/** New rows of an edit that are looked for under another key; more at once are no edited keys. */
const LOOKED_FOR = 20;

export const MESSAGE_MISSING = 'This row is missing from the sheet. Put it back, or delete it in the table too.';

export async function findRenames(message: Message, input: PushRequest, complete: boolean): Promise<Renames> {
  const { tx, link } = message;
  const table = message.table!;
  const found: Renames = { to: new Map(), from: new Map() };
  const states = await loadRows(
    tx,
    link.id,
    input.rows.map(({ key }) => key),
  );
  const fresh = input.rows.filter(({ key, cells }) => isNew(states.get(key)) && hasContent(cells, table));
  if (fresh.length === 0) return found;
  // A pair stands until a person has said what was meant, or one of the two is no more.
  for (const { key } of fresh) {
    const { code, other, decided } = states.get(key)?.error ?? {};
    if (code !== 'renamed' || other === undefined) continue;
    const old = (await loadRows(tx, link.id, [other])).get(other);
    if (old !== undefined && old.absentAt !== null) join(found, key, old, table, decided === 'undo');
  }
  if (input.scope === 'rows') {
    if (fresh.length > LOOKED_FOR) return found;
    for (const row of fresh) {
      if (!found.to.has(row.key) && (await readsLikeAnother(tx, table, row))) found.to.set(row.key, 'wait');
    }
    return found;
  }
  if (!complete) {
    for (const { key } of fresh) if (states.get(key)?.error?.code === 'waiting') found.to.set(key, 'wait');
    return found;
  }
  const missing = new Set(input.missing);
  const absent = await loadRows(tx, link.id, [
    ...missing,
    ...(await tx<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND absent_at IS NOT NULL
         AND absent_scan = ${link.scanNo}`.then((rows) => rows.map(({ key }) => key))),
  ]);
  const gone = [...absent.values()].filter(
    (state) =>
      state.a !== null &&
      state.b !== null &&
      (state.absentScan === null || state.absentScan === link.scanNo) &&
      !found.from.has(state.key),
  );
  if (gone.length === 0) return found;
  const bySignature = new Map<string, { rows: PushedRow[]; gone: RowState[] }>();
  const at = (signature: string) => {
    const entry = bySignature.get(signature) ?? { rows: [], gone: [] };
    bySignature.set(signature, entry);
    return entry;
  };
  for (const row of fresh) if (!found.to.has(row.key)) at(signatureOf(row.cells, table)).rows.push(row);
  for (const state of gone) at(signatureOf(state.a!, table)).gone.push(state);
  for (const { rows, gone: old } of bySignature.values()) {
    if (rows.length === 1 && old.length === 1) join(found, rows[0]!.key, old[0]!, table, false);
  }
  return found;
}

function join(found: Renames, key: string, old: RowState, table: TargetTable, undo: boolean): void {
  const keys = table.columns.filter((column) => column.key).map(({ id }) => id);
  const cells = Object.fromEntries(keys.map((id) => [id, old.a?.[id] ?? null]));
  found.to.set(key, { from: old.key, cells, undo });
  found.from.set(old.key, key);
}

const isNew = (state: RowState | undefined): boolean =>
  state === undefined || (state.a === null && state.b === null && state.dbKey === null);

/** The row outside its key, as one text. */
function signatureOf(cells: Cells, table: TargetTable): string {
  return JSON.stringify(told(table).map(({ id }) => cellToken(cells[id] ?? null)));
}

const told = (table: TargetTable) =>
  table.columns.filter(({ key, direction, generated }) => !key && direction !== 'toSheet' && !generated);

const hasContent = (cells: Cells, table: TargetTable): boolean =>
  told(table).some(({ id }) => !isBlank(cells[id] ?? null) && cells[id] !== false);

/** Whether exactly one row that was dealt with reads like this one, but for the key. */
async function readsLikeAnother(tx: TransactionSql, table: TargetTable, row: PushedRow): Promise<boolean> {
  const parts = told(table).flatMap(({ id }) => {
    const cell = row.cells[id] ?? null;
    return isBlank(cell) ? [] : [`${JSON.stringify(id)}:${JSON.stringify(cell)}`];
  });
  const longest = parts.reduce((one, other) => (other.length > one.length ? other : one), '');
  const rows = await tx<{ key: string }[]>`
    SELECT key FROM tandem."row" WHERE link = ${table.link.id}::uuid AND key <> ${row.key} AND b IS NOT NULL
       AND absent_at IS NULL AND position(${longest} IN a::text) > 0 LIMIT 100`;
  const states = await loadRows(
    tx,
    table.link.id,
    rows.map(({ key }) => key),
  );
  const alike = [...states.values()].filter((state) => signatureOf(state.a!, table) === signatureOf(row.cells, table));
  return alike.length === 1;
}

/** What is known of a held row without its cells: it goes on being held. */
export function standingRename({ error }: RowState): Rename | 'wait' | null {
  if (error?.code === 'waiting') return 'wait';
  if (error?.code !== 'renamed' || error.other === undefined) return null;
  return { from: error.other, cells: {}, undo: error.decided === 'undo' && 'later' };
}

/** Holds a new row that is perhaps an old one under another key. Answers whether it does. */
export function holdRenamed(work: Work, table: TargetTable): boolean {
  const { rename, state } = work;
  if (rename === null) return false;
  const column = table.columns.find(({ key }) => key)!;
  if (rename === 'wait') {
    const message =
      'Another row shows the same. The next sync tells whether this is a new row, or that one’s key was changed.';
    work.rowRefusal = { code: 'waiting', message, column: column.id, quiet: true };
    return true;
  }
  if (rename.undo === true) work.offer = { kind: 'rekey', cells: rename.cells };
  const message = `The key of this row was changed from "${showKey(rename.from)}" to "${showKey(state.key)}". Say in the sidebar whether to rename it in the table, or whether it is a new row.`;
  work.rowRefusal = { code: 'renamed', message, column: column.id };
  return true;
}

/** The row has its old key back, and still carries the notes it got under the other one, whichever cells those are on. */
export function takeNotesAlong(state: RowState, table: TargetTable): void {
  for (const { id } of table.columns) state.marks[id] ??= { message: null, done: false, left: true };
}

/** What the missing half of an edited key is told. */
export function renamedAway(from: string, to: string): { code: string; message: string; other: string } {
  const message = `The key of this row was changed from "${from}" to "${to}" on the sheet. Say in the sidebar what was meant.`;
  return { code: 'renamed', message, other: to };
}

/**
 * Pairs of which one half is no more: a new row whose old one is back is tried as a new one, an old one whose new row
 * went is simply missing, unless the table has changed it meanwhile.
 */
export async function releaseRenames({ tx, link, now }: Message): Promise<void> {
  const held = tx`link = ${link.id}::uuid AND status = 'held' AND error->>'code' = 'renamed'`;
  const rows = await tx<{ key: string; other: string; absent: boolean }[]>`
    SELECT key, error->>'other' AS other, absent_at IS NOT NULL AS absent FROM tandem."row" WHERE ${held}`;
  if (rows.length === 0) return;
  const [fresh, old] = [rows.filter(({ absent }) => !absent), rows.filter(({ absent }) => absent)];
  type Half = { key: string; other: string };
  const alone = (own: readonly Half[], others: readonly Half[]) => {
    const known = new Set(others.map(({ key }) => key));
    return JSON.stringify(own.filter(({ other }) => !known.has(other)).map(({ key }) => key));
  };
  await tx`
    UPDATE tandem."row" SET retry_at = ${now.toISOString()}::text::timestamptz
     WHERE ${held} AND key IN (SELECT json_array_elements_text(${alone(fresh, old)}::text::json))`;
  const missing = await tx<{ key: string; dbKey: string | null }[]>`
    UPDATE tandem."row" SET error = json_build_object('code', 'missing', 'message', ${MESSAGE_MISSING}::text, 'other', error->>'other')
     WHERE ${held} AND key IN (SELECT json_array_elements_text(${alone(old, fresh)}::text::json))
    RETURNING key, to_json(db_key)::text AS "dbKey"`;
  await addDirty(
    tx,
    link.id,
    missing.map(({ key, dbKey }) => ({ key, dbKey: JSON.parse(dbKey ?? '[]') as string[] })),
  );
}
