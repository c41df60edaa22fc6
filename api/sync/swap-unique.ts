import type { TransactionSql } from 'postgres';
import { cellToken, type Cell } from '../../shared/cell.ts';
import { isRowError } from './row-error.ts';
import { dbKeyId, updateRows, type Update } from './table-rows.ts';
import type { TableRow, TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/**
 * Rows refused for a value of a unique column that others of them give up. First those in a chain: the row at its end
 * was written and freed its value for the next, and so on up the chain. Then those in rings.
 */
export async function swapUnique(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
  accept: (work: Work, row: TableRow) => void,
): Promise<void> {
  for (const [id, refused] of refusedFor(works)) await followChains(tx, table, id, { works, refused, accept });
  for (const [id, refused] of refusedFor(works)) await exchangeRings(tx, table, id, refused, accept);
}

/** One statement a row, each after the row that gave its value up. */
async function followChains(
  tx: TransactionSql,
  table: TargetTable,
  id: string,
  { works, refused, accept }: { works: readonly Work[]; refused: readonly Work[]; accept: Accept },
): Promise<void> {
  const { held, wanted } = tokensOf(table, id);
  const waiting = new Map(refused.map((work) => [wanted(work), work]));
  const freed = works.filter(({ written }) => written.has(id)).flatMap((work) => givenUp(work, id));
  for (let token = freed.pop(); token !== undefined; token = freed.pop()) {
    const work = waiting.get(token);
    waiting.delete(token);
    if (work === undefined) continue;
    const before = held(work);
    const [update] = updatesOf([work], id, heldText(id), wantedText(id));
    const row = await inSavepoint(tx, (sp) => updateRows(sp, table, [update!]));
    if (row === null || row.size === 0) continue;
    take(work, id, row, accept);
    freed.push(before);
  }
}

/** What the table held in the column before the row was written. */
function givenUp({ journal }: Work, id: string): string[] {
  return journal.flatMap(({ op, column, before }) =>
    op === 'update' && column === id ? [cellToken(before as Cell)] : [],
  );
}

/**
 * Rows that exchange values of a unique column. A constraint that is not deferrable is checked row by row, so each of
 * them was refused for the value that another of them is about to give up. Where the column may be empty they first
 * give their values up and then take the new ones, in one savepoint; never where other rows refer to the column, which
 * would lose what they refer to. Else the cells say why they stay.
 */
async function exchangeRings(
  tx: TransactionSql,
  table: TargetTable,
  id: string,
  refused: readonly Work[],
  accept: Accept,
): Promise<void> {
  const column = table.column(id)!;
  const { held, wanted } = tokensOf(table, id);
  let ring = refused;
  for (let before = 0; ring.length !== before;) {
    before = ring.length;
    const values = new Set(ring.map(held));
    ring = ring.filter((work) => values.has(wanted(work)));
  }
  if (ring.length < 2 || ring.length !== new Set(ring.map(wanted)).size) return;
  if (
    column.notNull ||
    (await isReferredTo(tx, table, column.attnum)) ||
    !(await exchange(tx, table, id, ring, accept))
  ) {
    const message = `${column.header} is exchanged with another row, which the table does not allow at once. Give one of them another value first.`;
    for (const work of ring) work.refusedBy.set(id, { code: 'unique', message });
  }
}

type Accept = (work: Work, row: TableRow) => void;

const heldText = (id: string) => (work: Work) => work.table!.values[id] ?? null;
const wantedText = (id: string) => (work: Work) => work.write!.values[id] ?? null;

/** The values that a row has and is to get, comparable as the table compares them. */
function tokensOf(table: TargetTable, id: string) {
  const column = table.column(id)!;
  const token = (text: string | null) => cellToken(table.show(column, text));
  return { held: (work: Work) => token(heldText(id)(work)), wanted: (work: Work) => token(wantedText(id)(work)) };
}

function updatesOf(
  works: readonly Work[],
  id: string,
  from: (work: Work) => string | null,
  to: (work: Work) => string | null,
): Update[] {
  return works.map((work) => ({
    key: work.state.key,
    dbKey: work.write!.dbKey,
    values: { [id]: to(work) },
    expected: { [id]: from(work) },
  }));
}

/** The row has its value: what else of it is to be written is decided anew. */
function take(work: Work, id: string, stored: ReadonlyMap<string, TableRow>, accept: Accept): void {
  work.refusedBy.delete(id);
  work.write = { kind: 'update', dbKey: work.write!.dbKey, values: { [id]: wantedText(id)(work) } };
  accept(work, stored.get(dbKeyId(work.write.dbKey))!);
}

/** What `write` answers; null where the table refused it, and nothing changed. */
async function inSavepoint<T>(tx: TransactionSql, write: (sp: TransactionSql) => Promise<T>): Promise<T | null> {
  try {
    return (await tx.savepoint(write)) as T;
  } catch (error) {
    if (error instanceof NotTaken || isRowError(error)) return null;
    throw error;
  }
}

function refusedFor(works: readonly Work[]): Map<string, Work[]> {
  const byColumn = new Map<string, Work[]>();
  for (const work of works) {
    if (work.write?.kind !== 'update' || work.table === null) continue;
    const unique = [...work.refusedBy].filter(([id, { code }]) => code === 'unique' && id in work.write!.values);
    // A constraint over several columns has no single value to give up.
    if (unique.length === 1) byColumn.set(unique[0]![0], [...(byColumn.get(unique[0]![0]) ?? []), work]);
  }
  return byColumn;
}

async function isReferredTo(tx: TransactionSql, { shape }: TargetTable, attnum: number): Promise<boolean> {
  const [row] = await tx`
    SELECT 1 FROM pg_constraint WHERE confrelid = ${shape.oid}::oid AND contype = 'f' AND ${attnum}::int2 = ANY (confkey)
     LIMIT 1`;
  return row !== undefined;
}

/** Takes the values from all of them and gives them the new ones. False: the table refused it, and nothing changed. */
async function exchange(
  tx: TransactionSql,
  table: TargetTable,
  id: string,
  ring: readonly Work[],
  accept: Accept,
): Promise<boolean> {
  const none = () => null;
  const stored = await inSavepoint(tx, async (sp) => {
    await updateRows(sp, table, updatesOf(ring, id, heldText(id), none));
    const rows = await updateRows(sp, table, updatesOf(ring, id, none, wantedText(id)));
    if (rows.size !== ring.length) throw new NotTaken();
    return rows;
  });
  if (stored === null) return false;
  for (const work of ring) take(work, id, stored, accept);
  return true;
}

/** A trigger of the table turned the first step into something else. */
class NotTaken extends Error {}
