import { ownValue } from '../../shared/own-value.ts';
import { NOTE_PREFIX, type Mark, type Marked } from '../../shared/protocol/mark.ts';
import type { TransactionSql } from 'postgres';
import { loadRows, type RowMark, type RowState } from './row-state.ts';
import type { TargetTable } from './target-table.ts';
import type { Work } from './work.ts';

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
    state.marks[column] = { message, done: false, ...(mark?.prior && !mark.left ? { prior: mark.prior } : {}) };
  }
  for (const [column, mark] of Object.entries(state.marks)) {
    if (wanted.has(column) || mark.message === null) continue;
    state.marks[column] = { message: null, done: false, ...(mark.prior ? { prior: mark.prior } : {}) };
  }
}

/** A note that is not on its cell any more, and since which epoch it may be on another. */
export interface LeftNote {
  column: string;
  prior: RowMark['prior'];
  since: number;
}

/** Rows that are looked at for such notes beside those of the same message: the last that were pushed. */
const LEFT_AMONG = 200;

/** Epochs before the last push of a row in which its cells may have gone to another: its push may have been the later. */
const LEFT_EPOCHS = 2;

/** Notes of rows that the sheet does not have any more. */
export function notesOfGone(works: readonly Work[]): LeftNote[] {
  return works.flatMap(({ state, left }) =>
    Object.entries(left).map(([column, { prior }]) => ({ column, prior, since: state.dealtEpoch ?? 0 })),
  );
}

/**
 * Cells that come under another key bring the notes of the old one along. So rows that were pushed about then are told
 * to show none in those columns, but where they have a reason of their own: a host takes off what is Tandem's, and leaves
 * everything else. Answers the rows that this concerns besides those given.
 */
export async function takeOffLeft(
  tx: TransactionSql,
  link: string,
  notes: readonly LeftNote[],
  here: readonly RowState[],
): Promise<RowState[]> {
  if (notes.length === 0) return [];
  const columns = new Map<string, RowMark['prior']>();
  for (const { column, prior } of notes) {
    // Of two that look different under their marks nobody knows which one this is.
    const same = !columns.has(column) || JSON.stringify(columns.get(column)) === JSON.stringify(prior);
    columns.set(column, same ? prior : undefined);
  }
  const takeOff = ({ seen, marks }: RowState): boolean => {
    const free = seen === null ? [] : [...columns].filter(([column]) => marks[column] === undefined);
    for (const [column, prior] of free) {
      marks[column] = { message: null, done: false, left: true, ...(prior ? { prior } : {}) };
    }
    return free.length > 0;
  };
  for (const state of here) takeOff(state);
  const others = await tx<{ key: string }[]>`
    SELECT key FROM tandem."row"
     WHERE link = ${link}::uuid AND seen_hi IS NOT NULL
       AND dealt_epoch >= ${Math.min(...notes.map(({ since }) => since)) - LEFT_EPOCHS}::float8
       AND key NOT IN (SELECT json_array_elements_text(${JSON.stringify(here.map(({ key }) => key))}::text::json))
     ORDER BY dealt_epoch DESC, key LIMIT ${LEFT_AMONG}`;
  const keys = others.map(({ key }) => key);
  return [...(await loadRows(tx, link, keys)).values()].filter(takeOff);
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

/**
 * Takes in what a host says it marked. What stood there before is kept, unless it was a note of ours. Answers the note
 * that should have stood there, and did not: its cell is another row's now.
 */
export function settleMark(state: RowState, { column, done, prior }: Marked): LeftNote | null {
  // The column is the host's word: what every object has, such as "__proto__", is no mark, and must not be written to.
  const mark = ownValue(state.marks, column);
  if (!mark || !done) return null;
  const ours = prior.note.startsWith(NOTE_PREFIX);
  const moved = mark.prior !== undefined && !mark.left && !ours;
  const left = moved ? { column, prior: mark.prior, since: state.dealtEpoch ?? 0 } : null;
  if (mark.message === null) {
    delete state.marks[column];
    return left;
  }
  mark.done = true;
  if (!ours) mark.prior ??= prior;
  return left;
}
