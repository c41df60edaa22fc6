import { bisect } from '../sync/bisect.ts';
import { writeJournal } from '../sync/journal.ts';
import type { Message } from '../sync/message.ts';
import { KeyChanged } from '../sync/row-error.ts';
import { dealtCells, type RowState } from '../sync/row-state.ts';
import { revive } from '../sync/soft-delete.ts';
import { insertRows } from '../sync/table-rows.ts';
import type { TableRow, TargetTable } from '../sync/target-table.ts';
import { dropTombstones } from '../sync/tombstones.ts';

/** Milliseconds after which no further rows are put back by one word: triggers of the table may make each of them slow. */
export const RECLAIM_BUDGET_MS = 5_000;

/** Rows put back by one statement. */
const AT_ONCE = 100;

interface Lost {
  state: RowState;
  dbKey: string[];
}

export interface Reclaimed {
  /** Keys of the rows that are in the table again. */
  there: ReadonlySet<string>;
  /** Of those that there was no time for: they wait as before. */
  left: ReadonlySet<string>;
}

/**
 * Rows that the table deleted go back there by a person's word, with all that both sides last agreed on: what only the
 * table writes, too, which no insert from the sheet would bring. Edits made since are merged by the next sync, like any.
 * One that the table only marked as deleted is there again.
 *
 * A row that can't be put back so is the sheet's alone: B absent, A stays, being part of what was dealt with. The next
 * sync inserts it, or says on its cells why not. `until`: an instant of `performance.now()`; some are tried all the same.
 */
export async function reclaimRows(
  message: Message,
  states: readonly RowState[],
  until = performance.now() + RECLAIM_BUDGET_MS,
): Promise<Reclaimed> {
  const { tx } = message;
  const table = message.table!;
  const lost = states.flatMap((state): Lost[] => {
    const dbKey = keyOf(state, table);
    return dbKey === null ? [] : [{ state, dbKey }];
  });
  const revived = await revive(
    tx,
    table,
    lost.map(({ dbKey }) => dbKey),
  );
  const there = new Map([...revived.values()].map((row) => [table.canonicalKey(row.dbKey), row]));
  const gone = lost.filter(({ state }) => state.b !== null && !there.has(state.key));
  const { stored, left } = await putBack(message, gone, until);
  for (const [key, row] of stored) there.set(key, row);
  for (const state of states) {
    if (left.has(state.key)) continue;
    const row = there.get(state.key);
    state.blocked = {};
    if (row === undefined) {
      state.b = null;
      continue;
    }
    state.dbKey = row.dbKey;
    // As where the sheet's row is inserted: what the sheet shows of it, such as more decimals, is not what is stored.
    if (showsOtherForm(state, row, table)) state.writeBack = 'due';
  }
  return { there: new Set(states.flatMap(({ key }) => (there.has(key) ? [key] : []))), left };
}

function showsOtherForm({ a }: RowState, { values }: TableRow, table: TargetTable): boolean {
  return table.columns.some(
    (column) =>
      column.direction === 'both' &&
      a !== null &&
      column.id in a &&
      !table.same(column, a[column.id]!, values[column.id] ?? null),
  );
}

/** The key as the table spelled it, where that is known; else as the sheet's row would be inserted. */
function keyOf(state: RowState, table: TargetTable): string[] | null {
  const texts = table.keys.map(({ id }) => state.b?.[id] ?? null);
  if (texts.every((text) => text !== null)) return texts;
  const found = table.dbKeyOf(dealtCells(state) ?? {});
  return 'dbKey' in found ? found.dbKey : null;
}

async function putBack(
  message: Message,
  rows: readonly Lost[],
  until: number,
): Promise<{ stored: Map<string, TableRow>; left: Set<string> }> {
  const { tx, link } = message;
  const table = message.table!;
  const stored = new Map<string, TableRow>();
  const left = new Set(rows.map(({ state }) => state.key));
  if (rows.length === 0) return { stored, left };
  await tx`SET CONSTRAINTS ALL IMMEDIATE`;
  const groups = new Map<string, Parameters<typeof insertRows>[2][number][]>();
  for (const { state, dbKey } of rows) {
    const values = knownValues(state, table);
    const shape = Object.keys(values).join(',');
    const group = groups.get(shape) ?? [];
    group.push({ key: state.key, dbKey, values });
    groups.set(shape, group);
  }
  const chunks = [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / AT_ONCE) }, (_, n) => group.slice(n * AT_ONCE, (n + 1) * AT_ONCE)),
  );
  for (const chunk of chunks) {
    await bisect(
      tx,
      chunk,
      async (sp, part) => {
        if (left.size < rows.length && performance.now() >= until) return;
        const asked = new Set(part.map(({ key }) => key));
        const answer = [...(await insertRows(sp, table, part)).values()];
        const keyed = answer.map((row) => [table.canonicalKey(row.dbKey) ?? '', row] as const);
        for (const [key, row] of keyed) if (!asked.has(key)) throw new KeyChanged(table, row.dbKey);
        for (const [key, row] of keyed) stored.set(key, row);
        for (const key of asked) left.delete(key);
      },
      // Inserted from the sheet, it is refused there, with the reason on its cell.
      async ({ key }) => void left.delete(key),
    );
  }
  const journal = [...stored].map(([key, { values }]) => ({
    op: 'insert' as const,
    side: 'table' as const,
    key,
    column: null,
    before: null,
    after: table.cells(values),
    cause: 'put back into the table by a person',
  }));
  await writeJournal(tx, link.id, journal, message);
  await dropTombstones(tx, link.id, [...stored.keys()]);
  return { stored, left };
}

/** B outside the key, as far as it is known and may be written. */
function knownValues({ b }: RowState, { columns, shape }: TargetTable): Record<string, string | null> {
  const computed = new Set(shape.columns.flatMap((one) => (one.generated && !one.identity ? [one.attnum] : [])));
  return Object.fromEntries(
    columns.flatMap(({ id, key, related, attnum }) => {
      const text = b![id];
      return key || related !== undefined || computed.has(attnum) || text === undefined ? [] : [[id, text] as const];
    }),
  );
}
