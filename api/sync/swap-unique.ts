import type { TransactionSql } from 'postgres';
import { cellToken } from '../../shared/cell.ts';
import { isRowError } from './row-error.ts';
import { dbKeyId, updateRows } from './table-rows.ts';
import type { TableRow, TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/**
 * Rows that exchange values of a unique column. A constraint that is not deferrable is checked row by row, so each of
 * them was refused for the value that another of them is about to give up. Where the column may be empty they first
 * give their values up and then take the new ones, in one savepoint; never where other rows refer to the column, which
 * would lose what they refer to. Else the cells say why they stay.
 */
export async function swapUnique(
  tx: TransactionSql,
  table: TargetTable,
  works: readonly Work[],
  accept: (work: Work, row: TableRow) => void,
): Promise<void> {
  for (const [id, refused] of refusedFor(works)) {
    const column = table.column(id)!;
    const token = (text: string | null) => cellToken(table.show(column, text));
    const [held, wanted] = [
      (work: Work) => token(work.table!.values[id] ?? null),
      (work: Work) => token(work.write!.values[id] ?? null),
    ];
    let ring = refused;
    for (let before = 0; ring.length !== before;) {
      before = ring.length;
      const values = new Set(ring.map(held));
      ring = ring.filter((work) => values.has(wanted(work)));
    }
    if (ring.length < 2 || ring.length !== new Set(ring.map(wanted)).size) continue;
    if (
      column.notNull ||
      (await isReferredTo(tx, table, column.attnum)) ||
      !(await exchange(tx, table, id, ring, accept))
    ) {
      const message = `${column.header} is exchanged with another row, which the table does not allow at once. Give one of them another value first.`;
      for (const work of ring) work.refusedBy.set(id, { code: 'unique', message });
    }
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
  accept: (work: Work, row: TableRow) => void,
): Promise<boolean> {
  const step = (from: (work: Work) => string | null, to: (work: Work) => string | null) =>
    ring.map((work) => ({
      key: work.state.key,
      dbKey: work.write!.dbKey,
      values: { [id]: to(work) },
      expected: { [id]: from(work) },
    }));
  const held = (work: Work) => work.table!.values[id] ?? null;
  let stored: Map<string, TableRow>;
  try {
    stored = (await tx.savepoint(async (sp) => {
      await updateRows(
        sp,
        table,
        step(held, () => null),
      );
      const rows = await updateRows(
        sp,
        table,
        step(
          () => null,
          (work) => work.write!.values[id] ?? null,
        ),
      );
      if (rows.size !== ring.length) throw new NotTaken();
      return rows;
    })) as Map<string, TableRow>;
  } catch (error) {
    if (error instanceof NotTaken || isRowError(error)) return false;
    throw error;
  }
  for (const work of ring) {
    work.refusedBy.delete(id);
    work.write = { kind: 'update', dbKey: work.write!.dbKey, values: { [id]: work.write!.values[id] ?? null } };
    accept(work, stored.get(dbKeyId(work.write.dbKey))!);
  }
  return true;
}

/** A trigger of the table turned the first step into something else. */
class NotTaken extends Error {}
