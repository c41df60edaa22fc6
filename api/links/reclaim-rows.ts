import { bisect } from '../sync/bisect.ts';
import { writeJournal } from '../sync/journal.ts';
import type { Message } from '../sync/message.ts';
import { KeyChanged } from '../sync/row-error.ts';
import { dealtCells, type RowState } from '../sync/row-state.ts';
import { revive } from '../sync/soft-delete.ts';
import { insertRows } from '../sync/table-rows.ts';
import type { TableRow, TargetTable } from '../sync/target-table.ts';
import { dropTombstones } from '../sync/tombstones.ts';

/** Milliseconds after which rows are left to the next sync, which inserts what the sheet shows. */
const BUDGET_MS = 5_000;

interface Lost {
  state: RowState;
  dbKey: string[];
}

/**
 * Rows that the table deleted go back there by a person's word, with all that both sides last agreed on: what only the
 * table writes, too, which no insert from the sheet would bring. Edits made since are merged by the next sync, like any.
 * One that the table only marked as deleted is there again.
 *
 * A row that can't be put back so is the sheet's alone: B absent, A stays, being part of what was dealt with. The next
 * sync inserts it, or says on its cells why not. Answers the keys of the rows that are in the table again.
 */
export async function reclaimRows(message: Message, states: readonly RowState[]): Promise<Set<string>> {
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
  for (const [key, row] of await putBack(message, gone)) there.set(key, row);
  for (const state of states) {
    const row = there.get(state.key);
    if (row === undefined) state.b = null;
    else state.dbKey = row.dbKey;
    state.blocked = {};
  }
  return new Set(states.flatMap(({ key }) => (there.has(key) ? [key] : [])));
}

/** The key as the table spelled it, where that is known; else as the sheet's row would be inserted. */
function keyOf(state: RowState, table: TargetTable): string[] | null {
  const texts = table.keys.map(({ id }) => state.b?.[id] ?? null);
  if (texts.every((text) => text !== null)) return texts;
  const found = table.dbKeyOf(dealtCells(state) ?? {});
  return 'dbKey' in found ? found.dbKey : null;
}

async function putBack(message: Message, rows: readonly Lost[]): Promise<Map<string, TableRow>> {
  const { tx, link } = message;
  const table = message.table!;
  const stored = new Map<string, TableRow>();
  if (rows.length === 0) return stored;
  const until = performance.now() + BUDGET_MS;
  await tx`SET CONSTRAINTS ALL IMMEDIATE`;
  const groups = new Map<string, Parameters<typeof insertRows>[2][number][]>();
  for (const { state, dbKey } of rows) {
    const values = knownValues(state, table);
    const shape = Object.keys(values).join(',');
    groups.set(shape, [...(groups.get(shape) ?? []), { key: state.key, dbKey, values }]);
  }
  for (const group of groups.values()) {
    await bisect(
      tx,
      group,
      async (sp, part) => {
        if (performance.now() >= until) return;
        const asked = new Set(part.map(({ key }) => key));
        const answer = [...(await insertRows(sp, table, part)).values()];
        const keyed = answer.map((row) => [table.canonicalKey(row.dbKey) ?? '', row] as const);
        for (const [key, row] of keyed) if (!asked.has(key)) throw new KeyChanged(table, row.dbKey);
        for (const [key, row] of keyed) stored.set(key, row);
      },
      // Inserted from the sheet, it is refused there, with the reason on its cell.
      async () => {},
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
  return stored;
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
