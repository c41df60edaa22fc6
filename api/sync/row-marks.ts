import { NOTE_PREFIX, type Mark, type Marked } from '../../shared/protocol/mark.ts';
import type { RowState } from './row-state.ts';
import type { TargetTable } from './target-table.ts';

/** Held without a word on the cell: it is being typed, or shows by itself what is wrong. */
const QUIET = new Set(['incomplete', 'waiting', 'error_value', 'row', 'ambiguous_key']);

/** Decides which cells should carry a note, from the row's refusals; notes that no longer apply are to be taken off. */
export function planMarks(state: RowState, table: TargetTable): void {
  const wanted = new Map(
    Object.entries(state.refused)
      .filter(([, { code, message }]) => message !== '' && !QUIET.has(code))
      .map(([column, { message }]) => [column, NOTE_PREFIX + message]),
  );
  const standing = state.blocked['*'];
  const key = table.columns.find((column) => column.key);
  if (standing?.code === 'marked' && key) wanted.set(key.id, NOTE_PREFIX + standing.message);
  for (const [column, message] of wanted) {
    const mark = state.marks[column];
    if (mark?.message === message) continue;
    state.marks[column] = { message, done: false, ...(mark?.prior ? { prior: mark.prior } : {}) };
  }
  for (const [column, mark] of Object.entries(state.marks)) {
    if (wanted.has(column) || mark.message === null) continue;
    state.marks[column] = { message: null, done: false, ...(mark.prior ? { prior: mark.prior } : {}) };
  }
}

/** Marks that the sheet does not show yet. They are told again with each message until the host says they are done. */
export function takeDueMarks(state: RowState): Mark[] {
  return Object.entries(state.marks)
    .filter(([, mark]) => !mark.done)
    .map(([column, { message, prior }]) => ({
      key: state.key,
      column,
      message,
      ...(message === null && prior ? { restore: prior } : {}),
    }));
}

/** Takes in what a host says it marked. What stood there before is kept, unless it was a note of ours. */
export function settleMark(state: RowState, { column, done, prior }: Marked): void {
  const mark = state.marks[column];
  if (!mark || !done) return;
  if (mark.message === null) {
    delete state.marks[column];
    return;
  }
  mark.done = true;
  if (!prior.note.startsWith(NOTE_PREFIX)) mark.prior ??= prior;
}
