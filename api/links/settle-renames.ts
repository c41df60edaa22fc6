import type { TransactionSql } from 'postgres';
import { sameCell } from '../../shared/cell.ts';
import type { RenamesRequest } from '../../shared/protocol/links.ts';
import { showKey } from '../../shared/row-key.ts';
import type { Context } from '../context.ts';
import { databaseErrorCode } from '../database/errors.ts';
import { addDirty } from '../sync/dirty.ts';
import { writeJournal } from '../sync/journal.ts';
import type { Message } from '../sync/message.ts';
import { lockedReason } from '../sync/left-alone.ts';
import { asText, compareSql, quoteName } from '../sync/quote-name.ts';
import { MESSAGE_MISSING } from '../sync/renames.ts';
import { explainRowError, isRowError, KeyChanged } from '../sync/row-error.ts';
import { dealtCells, dealtHash, loadRows, saveRows, type RowState } from '../sync/row-state.ts';
import { dbKeyId, lockTableRows } from '../sync/table-rows.ts';
import { ownColumn, type TargetTable } from '../sync/target-table.ts';
import { onLink } from './on-link.ts';

export interface RenamesSettled {
  /** Pairs that are settled, or will be with the next sync. */
  done: number;
  /** Those that could not be, and why. */
  refused: { key: string; reason: string }[];
}

/**
 * A person's word on edited keys. rename: the table's row gets the new key, by one conditional statement, and keeps all
 * else, what refers to it included where the foreign key lets it. separate: a new row, and the old one is missing. undo:
 * the old key comes back into its row of the sheet.
 * @throws TandemError `link_not_found`, `wrong_state`
 */
export async function decideRenames({
  ctx,
  input,
}: {
  ctx: Context;
  input: { link: string } & RenamesRequest;
}): Promise<RenamesSettled> {
  return onLink(ctx, input.link, 'renames', async (message) => {
    const { tx, link, now } = message;
    const rows = await tx<{ key: string }[]>`
      SELECT key FROM tandem."row" WHERE link = ${link.id}::uuid AND status = 'held' AND error->>'code' = 'renamed'
         AND absent_at IS NULL
       ${input.keys ? tx`AND key IN (SELECT json_array_elements_text(${JSON.stringify(input.keys)}::text::json))` : tx``}
       ORDER BY key LIMIT 1000`;
    const states = await loadRows(
      tx,
      link.id,
      rows.map(({ key }) => key),
    );
    const former = await loadRows(
      tx,
      link.id,
      [...states.values()].map(({ error }) => error!.other!),
    );
    const settled: RenamesSettled = { done: 0, refused: [] };
    // A key that a deferred constraint refuses is told of its own pair, not of all with COMMIT.
    await tx`SET CONSTRAINTS ALL IMMEDIATE`;
    for (const state of states.values()) {
      const old = former.get(state.error!.other!);
      if (old === undefined || old.absentAt === null || old.dbKey === null) {
        settled.refused.push({ key: state.key, reason: 'The row with the old key is back, or gone from the table.' });
        continue;
      }
      const reason = input.decision === 'rename' ? await rename(message, state, old) : null;
      if (reason !== null) {
        settled.refused.push({ key: state.key, reason });
        continue;
      }
      if (input.decision !== 'rename') {
        state.error = input.decision === 'undo' ? { ...state.error!, decided: 'undo' } : null;
        state.retryAt = now.getTime();
        if (input.decision === 'separate') {
          old.error = { ...old.error!, code: 'missing', message: MESSAGE_MISSING };
          // What the table changed meanwhile brings it back.
          await addDirty(tx, link.id, [{ key: old.key, dbKey: old.dbKey }]);
        }
      }
      await saveRows(tx, link.id, [state, old], now);
      settled.done++;
    }
    return settled;
  });
}

/** Gives the table's row its new key. Answers why it could not, for a person. */
async function rename(message: Message, state: RowState, old: RowState): Promise<string | null> {
  const { tx, link } = message;
  const table = message.table!;
  const cells = dealtCells(state)!;
  const found = table.dbKeyOf(cells);
  if ('refused' in found) return `${table.header(found.column)} ${found.refused}.`;
  const row = (await lockTableRows(tx, table, [old.dbKey!])).get(dbKeyId(old.dbKey!));
  if (row === undefined) return 'The row with the old key is gone from the table.';
  const locked = lockedReason(row, table, null);
  if (locked !== null) return locked;
  try {
    await tx.savepoint((sp) => updateKey(sp, table, old.dbKey!, found.dbKey, state.key));
  } catch (error) {
    if (!isRowError(error)) throw error;
    return explain(tx, table, error, found.dbKey);
  }
  const keys = table.columns.filter(({ key }) => key);
  const before = Object.fromEntries(keys.map(({ id }) => [id, old.a?.[id] ?? null]));
  const after = Object.fromEntries(keys.map(({ id }) => [id, cells[id] ?? null]));
  state.a = { ...old.a, ...after };
  state.b = { ...old.b };
  // The key's own text is taken from the table with the next look: unknown until then.
  for (const { id } of keys) delete state.b[id];
  state.dbKey = found.dbKey;
  // A form that the table gave a value, and that the sheet does not show yet, is the row's under its new key, too.
  state.writeBack = old.writeBack;
  state.refused = {};
  state.error = null;
  state.status = 'ok';
  state.seen = dealtHash(state, link.columns);
  forget(old);
  await addDirty(tx, link.id, [{ key: state.key, dbKey: found.dbKey }]);
  await writeJournal(
    tx,
    link.id,
    keys
      .filter(({ id }) => !sameCell(before[id]!, after[id]!))
      .map(({ id }) => ({
        op: 'update' as const,
        side: 'table' as const,
        key: state.key,
        column: id,
        before: before[id] ?? null,
        after: after[id] ?? null,
        cause: `renamed from "${showKey(old.key)}" by a person`,
      })),
    message,
  );
  return null;
}

/** @throws KeyChanged where the table stores the new key in a form under which the sheet's row would not be found (R30) */
async function updateKey(
  tx: TransactionSql,
  table: TargetTable,
  from: string[],
  to: string[],
  key: string,
): Promise<void> {
  const { keys, shape } = table;
  const set = keys.map(({ column, cast }, n) => `${quoteName(column)} = $${n + 1}::text::${cast}`);
  const where = keys.map((key, n) =>
    compareSql(quoteName(key.column), '=', `$${keys.length + n + 1}::text::${key.cast}`, ownColumn(shape, key)),
  );
  const rows = await tx.unsafe<{ key: string }[]>(
    `UPDATE ${shape.qualified} SET ${set.join(', ')} WHERE ${where.join(' AND ')}
     RETURNING to_json(ARRAY[${keys.map(({ column, cast }) => asText(quoteName(column), cast)).join(', ')}])::text AS key`,
    [...to, ...from],
  );
  const stored = JSON.parse(rows[0]?.key ?? 'null') as string[] | null;
  if (stored === null || table.canonicalKey(stored) !== key) throw new KeyChanged(table, stored ?? from);
}

async function explain(tx: TransactionSql, table: TargetTable, error: unknown, to: string[]): Promise<string> {
  const { table_name: named } = error as { table_name?: string };
  switch (databaseErrorCode(error)) {
    case '23503':
    case '23001':
      if (named === undefined || named === table.shape.name) break;
      return `Rows of "${named}" refer to this one by its key, so it can't get another one there. Keep the old key, or make it a new row and change those first.`;
    case '23505':
      return 'The table has a row with this key already.';
    case '428C9':
      return 'The table makes this key by itself, so it can’t be changed there. Keep the old key, or make it a new row.';
  }
  const values = Object.fromEntries(table.keys.map(({ id }, n) => [id, to[n]!]));
  return `The table refuses it: ${(await explainRowError(tx, table, error, values)).message}`;
}

/** Nothing is known under the old key any more: neither side has it. */
function forget(old: RowState): void {
  old.a = old.b = old.dbKey = old.seen = null;
  old.absentAt = old.absentScan = old.absentRun = null;
  old.refused = {};
  old.blocked = {};
  old.marks = {};
  old.status = 'ok';
  old.error = null;
}
