import type { TransactionSql } from 'postgres';
import type { Cell } from '../../shared/cell.ts';
import { showKey } from '../../shared/row-key.ts';
import { bisect } from './bisect.ts';
import { decideRow, type DecideOptions } from './decide.ts';
import { holdLeftOut } from './left-alone.ts';
import { causeOf } from './lose-cell.ts';
import { explainRowError, KeyChanged } from './row-error.ts';
import { swapUnique } from './swap-unique.ts';
import { dbKeyId, insertRows, lockTableRows, updateRows } from './table-rows.ts';
import type { TableRow, TargetTable } from './target-table.ts';
import { writtenText } from './value-sql.ts';
import type { Work } from './work.ts';

/** Most passes a row can need: inserted under a key that exists, merged with it, refused cell by cell. */
const MAX_PASSES = 6;

/**
 * Writes what was decided, in as few statements as there are distinct sets of columns, and decides again what the table
 * made of it: refused cells are taken out and the rest of their row is tried once more.
 */
export async function writeWorks(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
  options: DecideOptions,
): Promise<void> {
  let waiting = works.filter((work) => work.write !== null);
  if (waiting.length === 0) return;
  // A deferred constraint that failed at commit would take the whole message with it.
  await tx`SET CONSTRAINTS ALL IMMEDIATE`;
  for (let pass = 0; waiting.length > 0 && pass < MAX_PASSES; pass++) {
    for (const group of groups(waiting)) {
      const kind = group[0]!.write!.kind;
      await bisect(
        tx,
        group,
        async (sp, part) =>
          kind === 'insert' ? runInserts(sp, table, part, options) : runUpdates(sp, table, part, options),
        (work, error) => refuse(tx, table, work, error),
      );
    }
    await swapUnique(tx, table, waiting, (work, row) => acceptUpdate(work, table, row, options));
    for (const work of waiting) decideRow(work, table, options);
    waiting = waiting.filter((work) => work.write !== null);
  }
  for (const work of waiting) {
    work.rowRefusal ??= {
      code: 'refused',
      message: 'The table kept changing this row while it was written. It is tried again.',
    };
    decideRow(work, table, options);
  }
}

/** Works whose statements have the same shape. */
function groups(works: readonly Work[]): Work[][] {
  const byShape = new Map<string, Work[]>();
  for (const work of works) {
    const shape = `${work.write!.kind}:${Object.keys(work.write!.values).join(',')}`;
    const group = byShape.get(shape);
    if (group) group.push(work);
    else byShape.set(shape, [work]);
  }
  return [...byShape.values()];
}

async function runInserts(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
  options: DecideOptions,
): Promise<void> {
  const { stored, kept } = await insertInside(tx, table, works);
  const asked = new Set(kept.map((work) => work.state.key));
  for (const [key, row] of stored) if (!asked.has(key)) throw new KeyChanged(table, row.dbKey);
  for (const work of kept) {
    const row = stored.get(work.state.key);
    if (row) acceptInsert(work, table, row, options);
  }
  const taken = kept.filter((work) => !stored.has(work.state.key));
  if (taken.length === 0) return;
  // The key is in the table already, unknown to us so far: merge with the row that has it.
  const present = await lockTableRows(
    tx,
    table,
    taken.map((work) => work.write!.dbKey),
  );
  const presentByKey = byCanonicalKey(table, present);
  for (const work of taken) {
    work.table = presentByKey.get(work.state.key) ?? present.get(dbKeyId(work.write!.dbKey)) ?? null;
    if (work.table?.deleted) holdSoftDeleted(work, table);
    else if (work.table === null) work.rowRefusal = { code: 'refused', message: 'The table did not take this row.' };
    else work.state.a = work.state.b = null;
  }
}

/** A row typed under the key of one that is kept in the table as deleted. */
function holdSoftDeleted(work: Work, table: TargetTable): void {
  work.table = null;
  const column = table.columns.find(({ key }) => key)?.id;
  work.rowRefusal = {
    code: 'soft_deleted',
    message: `The table keeps a deleted row "${showKey(work.state.key)}". Choose "Try again" in the sidebar to bring that one back, or use another key.`,
    ...(column === undefined ? {} : { column }),
  };
}

/** Rows that the filter leaves out as the table has stored them. */
class LeftOut extends Error {
  constructor(readonly keys: ReadonlySet<string>) {
    super('rows are outside the filter');
  }
}

/** Inserts the rows, but for those that would be outside the row filter: defaults and triggers have their say in it. */
async function insertInside(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
): Promise<{ stored: Map<string, TableRow>; kept: readonly Work[] }> {
  const insert = async (sp: TransactionSql, part: readonly Work[]) => {
    const inserts = part.map(({ state, write }) => ({ key: state.key, dbKey: write!.dbKey, values: write!.values }));
    return byCanonicalKey(table, await insertRows(sp, table, inserts));
  };
  if (table.link.filter === null) return { stored: await insert(tx, works), kept: works };
  let kept = works;
  while (kept.length > 0) {
    const part = kept;
    try {
      const stored = await tx.savepoint(async (sp) => {
        const rows = await insert(sp, part);
        const asked = new Set(part.map((work) => work.state.key));
        for (const [key, row] of rows) if (!asked.has(key)) throw new KeyChanged(table, row.dbKey);
        const outside = new Set([...rows].flatMap(([key, row]) => (row.outside === true ? [key] : [])));
        if (outside.size > 0) throw new LeftOut(outside);
        return rows;
      });
      return { stored: stored as Map<string, TableRow>, kept };
    } catch (error) {
      if (!(error instanceof LeftOut)) throw error;
      const { keys } = error;
      for (const work of part) if (keys.has(work.state.key)) holdLeftOut(work, table);
      kept = part.filter((work) => !keys.has(work.state.key));
    }
  }
  return { stored: new Map(), kept };
}

async function runUpdates(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
  options: DecideOptions,
): Promise<void> {
  const updates = works.map(({ state, write, table: row }) => ({
    key: state.key,
    dbKey: write!.dbKey,
    values: write!.values,
    expected: Object.fromEntries(Object.keys(write!.values).map((id) => [id, row!.values[id] ?? null])),
  }));
  const stored = await updateRows(tx, table, updates);
  for (const work of works) {
    const row = stored.get(dbKeyId(work.write!.dbKey));
    if (row) acceptUpdate(work, table, row, options);
    else work.rowRefusal = { code: 'refused', message: 'The table did not take this change.' };
  }
}

function byCanonicalKey(table: TargetTable, rows: ReadonlyMap<string, TableRow>): Map<string, TableRow> {
  return new Map([...rows.values()].map((row) => [table.canonicalKey(row.dbKey) ?? dbKeyId(row.dbKey), row]));
}

/** A := what was typed, B := what became of it. Defaults of cells left empty are the table's own: unknown, so offered. */
function acceptInsert(work: Work, table: TargetTable, row: TableRow, { cause }: DecideOptions): void {
  const { state } = work;
  const sheet = work.sheet!;
  const brought: Record<string, Cell> = {};
  state.a = {};
  state.b = {};
  state.dbKey = row.dbKey;
  for (const column of table.columns) {
    const { id } = column;
    const text = row.values[id] ?? null;
    const cell = sheet[id] ?? null;
    const taken = column.key || id in work.write!.values;
    if (taken) brought[id] = table.show(column, text);
    // A cell of a column that only the table writes was not taken over: what it shows is lost, and journaled as such.
    if (taken || cell === null) state.a[id] = cell;
    if (taken || (cell === null && text === null)) state.b[id] = text;
    if (taken) work.written.add(id);
  }
  work.table = row;
  work.journal.push({
    op: 'insert',
    side: 'table',
    key: state.key,
    column: null,
    before: null,
    after: { ...table.cells(row.values), ...brought },
    cause,
  });
}

function acceptUpdate(work: Work, table: TargetTable, row: TableRow, { cause }: DecideOptions): void {
  const { state } = work;
  const show = (id: string, from: TableRow): Cell => table.show(table.column(id)!, from.values[id] ?? null);
  for (const id of Object.keys(work.write!.values)) {
    const entry = {
      side: 'table' as const,
      key: state.key,
      column: id,
      before: show(id, work.table!),
      after: show(id, row),
    };
    if (work.overruled.has(id)) {
      const why = causeOf(table.column(id)!, 'the sheet wins conflicts');
      work.journal.push({ ...entry, op: 'lost', cause: why });
    }
    work.journal.push({ ...entry, op: 'update', cause });
    (state.a ??= {})[id] = work.sheet![id] ?? null;
    (state.b ??= {})[id] = row.values[id] ?? null;
    work.written.add(id);
  }
  work.table = row;
}

/** One row the table refused: blames its cells, or the whole row where none can be told. */
async function refuse(tx: TransactionSql, table: TargetTable, work: Work, error: unknown): Promise<void> {
  const { kind, values, dbKey } = work.write!;
  const keys = Object.fromEntries(table.keys.map((column, index) => [column.id, dbKey[index]!]));
  const written = Object.fromEntries(
    Object.entries(values).map(([id, text]) => [id, writtenText(table.column(id)!, text)]),
  );
  const told = await explainRowError(tx, table, error, kind === 'insert' ? { ...keys, ...written } : written);
  work.mayHeal ||= told.mayHeal;
  const cells = kind === 'update' ? told.columns.filter((id) => id in values) : [];
  if (cells.length === 0) {
    const column = told.columns[0] ?? Object.keys(values)[0] ?? table.ids[0];
    work.rowRefusal = { code: told.code, message: told.message, ...(column === undefined ? {} : { column }) };
    return;
  }
  cells.forEach((id, index) => work.refusedBy.set(id, { code: told.code, message: index === 0 ? told.message : '' }));
}
