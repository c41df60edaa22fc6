import type { TransactionSql } from 'postgres';
import { DELETE_GUARD_ROWS, DELETE_GUARD_SHARE } from '../../shared/limits.ts';
import type { RowState } from './row-state.ts';
import type { TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

/**
 * What becomes on the sheet of a row that the table deleted. Kept in `blocked['*']`, which stands for the row as a whole:
 * - marked, kept: it stays here and is not synced (modes `mark` and `off`)
 * - removed: too many vanished at once, a person is asked
 * - approved: a person has said that it should go
 */
const STANDING = ['marked', 'kept'];
const CODES = [...STANDING, 'removed', 'approved'];

/** Whether a row stays on the sheet although the table deleted it. */
export function isStanding(code: string | undefined): boolean {
  return code !== undefined && STANDING.includes(code);
}

/**
 * The table has the row (again), or it is the sheet's own: nothing of its removal stands, nor of why the sheet would not
 * take it, or let it go. `outside`: the row filter leaves it out, so that it should go still.
 */
export function forgetRemoval(state: RowState, outside = false): void {
  if (!outside || CODES.includes(state.blocked['*']?.code ?? '')) delete state.blocked['*'];
}

/** Nobody edited the row here: it goes, or stays without being synced, as the link's mode says. */
export function decideRemoved(work: Work, table: TargetTable): void {
  const { state } = work;
  const { removedMode } = table.link;
  const code = state.blocked['*']?.code;
  // Refused by the sheet (a protected row), or before a person: not offered again until that changes.
  if (code !== undefined && code !== 'approved' && !isStanding(code)) return;
  work.removed = true;
  if (removedMode === 'mark' || removedMode === 'off') {
    state.blocked['*'] = {
      value: null,
      code: removedMode === 'mark' ? 'marked' : 'kept',
      message:
        'This row was deleted in the table and is not synced any more. Delete it here, or restore it in the sidebar.',
    };
    return;
  }
  if (isStanding(code)) delete state.blocked['*'];
  work.offer = { kind: 'delete' };
}

/**
 * More rows gone from the table at once than the guard allows, as after TRUNCATE, are held until a person says: what
 * people keep beside the mapped columns would go with them. Rows that come back, as in a reload, are simply there again.
 */
export async function holdMassRemoval(
  tx: TransactionSql,
  { link }: TargetTable,
  works: readonly Work[],
): Promise<void> {
  const going = works.filter(
    ({ removed, offer, state }) => removed && offer?.kind === 'delete' && state.blocked['*']?.code !== 'approved',
  );
  if (going.length === 0) return;
  const [held] = await tx<{ some: boolean }[]>`
    SELECT EXISTS (SELECT FROM tandem."row" WHERE link = ${link.id}::uuid AND status = 'held'
                      AND error->>'code' = 'removed') AS some`;
  if (!held!.some) {
    if (going.length <= DELETE_GUARD_ROWS) return;
    const [total] = await tx<{ count: number }[]>`
      SELECT count(*)::float8 AS count FROM tandem."row" WHERE link = ${link.id}::uuid AND a IS NOT NULL`;
    if (going.length <= total!.count * DELETE_GUARD_SHARE) return;
  }
  for (const { state } of going) {
    const message = 'This row was deleted in the table, with many others. Delete it here too, or put it back there?';
    state.blocked['*'] = { value: null, code: 'removed', message };
  }
  for (const work of going) work.offer = null;
}
