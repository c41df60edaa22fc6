import { DELETE_GRACE_MS, DELETE_GUARD_ROWS, DELETE_GUARD_SHARE } from '../../shared/limits.ts';
import { bisect } from './bisect.ts';
import { addDirty, takeDirty } from './dirty.ts';
import { writeJournal, type JournalEntry } from './journal.ts';
import type { Message } from './message.ts';
import { explainRowError } from './row-error.ts';
import { loadAbsentRows, saveRows, type RowState } from './row-state.ts';
import { needSoftColumn, softColumn } from './soft-column.ts';
import { markDeleted } from './soft-delete.ts';
import { dbKeyId, deleteRows, lockTableRows } from './table-rows.ts';
import { keepTombstones, readWholeRows, type Tombstone } from './tombstones.ts';
import { isOwnChange } from './value-sql.ts';

/**
 * In modes `automatic` and `soft`: deletes in the table, or marks as deleted, what the sheet has lost, once two complete scans by different runs, at least
 * the grace apart, have missed it, and not more than the guard allows at once (I9). In the other modes, and beyond the
 * guard, missing rows stay held for a person. `scannedAt`: when the host read the sheet, by its own clock.
 */
export async function deleteMissing(
  message: Message,
  stillMissing: (key: string) => boolean,
  scannedAt: number | undefined,
): Promise<void> {
  const { tx, link, now, run } = message;
  const mayDelete = link.missingMode === 'automatic' || (message.table !== null && softColumn(message.table) !== null);
  if (!mayDelete || !link.lastScan?.complete) return;
  const absent = (await loadAbsentRows(tx, link.id)).filter(({ error }) => error?.code !== 'renamed');
  if (absent.length === 0) return;
  const [total] = await tx<{ count: number }[]>`
    SELECT count(*)::float8 AS count FROM tandem."row" WHERE link = ${link.id}::uuid AND a IS NOT NULL`;
  const allowed = Math.max(DELETE_GUARD_ROWS, Math.floor(total!.count * DELETE_GUARD_SHARE));
  if (absent.length > allowed || absent.length >= total!.count) return;
  // A scan tells what was missing when the sheet was read; its message may have been on its way for long since.
  const readAt = Math.min(now.getTime(), scannedAt ?? Infinity);
  const due = absent.filter(
    (state) =>
      stillMissing(state.key) &&
      state.absentScan! < link.scanNo &&
      state.absentRun !== run &&
      readAt - state.absentAt! >= DELETE_GRACE_MS,
  );
  await deleteInTable(message, due, 'deleted in the sheet');
}

/**
 * Deletes rows in the table, each only while it is still what was last agreed on (table = B); one that was changed since
 * goes back to the sheet instead, as dirty: edit beats delete. The whole row goes to the journal.
 */
export async function deleteInTable(
  { tx, link, table, run, actor, now }: Message,
  states: readonly RowState[],
  cause: string,
): Promise<{ deleted: number; kept: number }> {
  if (states.length === 0) return { deleted: 0, kept: 0 };
  const target = table!;
  const soft = link.missingMode === 'soft' ? needSoftColumn(target) : null;
  const why = soft === null ? cause : `${cause}: marked in "${soft.name}"`;
  const dirty = await takeDirty(
    tx,
    link.id,
    states.map((state) => state.key),
  );
  const rows = await lockTableRows(
    tx,
    target,
    states.flatMap((state) => (state.dbKey ? [state.dbKey] : [])),
  );
  const journal: JournalEntry[] = [];
  const kept: RowState[] = [];
  const doomed: RowState[] = [];
  for (const state of states) {
    const row = state.dbKey ? rows.get(dbKeyId(state.dbKey)) : undefined;
    if (row === undefined || row.deleted) bury(state);
    else if (row.lockedBy !== undefined) {
      state.status = 'held';
      const message = `This row is missing from the sheet, but locked by ${row.lockedBy.join(' and ')} in the table.`;
      state.error = { code: 'missing', message };
    } else if (
      !row.outside &&
      // As decideAbsent has it, or a person could neither delete the row nor have it back.
      target.columns.every(
        (column) =>
          column.key ||
          column.direction === 'toTable' ||
          !isOwnChange(column, state.b?.[column.id], row.values[column.id] ?? null),
      )
    ) {
      doomed.push(state);
    } else kept.push(state);
  }
  const stones: Tombstone[] = [];
  const whole = await readWholeRows(
    tx,
    target,
    doomed.map((state) => state.dbKey!),
  );
  await tx`SET CONSTRAINTS ALL IMMEDIATE`;
  await bisect(
    tx,
    doomed,
    async (sp, part) => {
      const expected = part.map((state) => rows.get(dbKeyId(state.dbKey!))!);
      const gone = await (soft === null ? deleteRows : markDeleted)(sp, target, expected);
      for (const state of part) {
        const row = gone.get(dbKeyId(state.dbKey!));
        if (row === undefined) {
          // Locked and as expected: only a trigger or a rule of the table passes over it.
          keep(state, 'a rule or trigger of the table did not let it go. Put it back, or ask your admin.');
          continue;
        }
        const before = target.cells(row.values);
        journal.push({ op: 'delete', side: 'table', key: state.key, column: null, before, after: null, cause: why });
        const values = whole.get(dbKeyId(state.dbKey!));
        if (values) stones.push({ key: state.key, side: 'sheet', values, cells: before });
        bury(state);
      }
    },
    async (state, error) => {
      keep(state, (await explainRowError(tx, target, error, {})).message);
    },
  );
  await saveRows(tx, link.id, states, now);
  await addDirty(tx, link.id, [
    ...kept.map((state) => ({ key: state.key, dbKey: state.dbKey ?? [] })),
    ...kept.flatMap(({ key }) => {
      const { dbKeys, at } = dirty.get(key) ?? { dbKeys: [], at: 0 };
      return dbKeys.map((dbKey) => ({ key, dbKey, at }));
    }),
  ]);
  await keepTombstones(tx, link.id, stones, { run, actor, now });
  await writeJournal(tx, link.id, journal, { run, actor, now });
  return { deleted: journal.length, kept: kept.length };
}

/** The table does not let the row go. */
function keep(state: RowState, why: string): void {
  state.status = 'held';
  state.error = { code: 'missing', message: `This row is missing from the sheet, but the table keeps it: ${why}` };
}

/** Neither side has the row any more; the journal has it whole. */
function bury(state: RowState): void {
  state.a = state.b = state.dbKey = state.seen = null;
  state.absentAt = state.absentScan = state.absentRun = null;
  state.refused = {};
  state.blocked = {};
  state.status = 'ok';
  state.error = null;
}

/** Rows to be put back into the sheet: from now on the table's row is news to it. */
export function restoreToSheet(states: readonly RowState[]): void {
  for (const state of states) {
    state.a = state.b = state.seen = null;
    state.absentAt = state.absentScan = state.absentRun = null;
    state.status = 'ok';
    state.error = null;
  }
}
