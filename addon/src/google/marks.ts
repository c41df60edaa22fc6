import type { CellMark } from '../../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { NOTE_PREFIX } from '../../../shared/protocol/mark.ts';
import { lookAnew } from './look-anew.ts';
import { findTab } from './spreadsheet.ts';

/** Background of a cell whose value was not accepted. */
export const TINT = '#fce8e6';

/** What `getBackgrounds()` says of a cell without a colour; it cannot be told from white. */
const NO_COLOR = '#ffffff';

type Range = GoogleAppsScript.Spreadsheet.Range;

/**
 * Whether a cell of a range is not protected from this account: refused, its note would end the run, and each one after
 * it. The range is asked first, and only once, since a call a cell is slow.
 */
function mayEditIn(range: Range): (cell: Range) => boolean {
  let whole: boolean | null = null;
  return (cell) => (whole ??= range.canEdit()) || cell.canEdit();
}

/**
 * Writes and removes notes and tints. What stood before is read one rectangle a column, since a call a cell is slow.
 * A note or colour that a person has put in place of ours stays, and a protected cell as it is.
 */
export function markCells(sheet: number, marks: readonly CellMark[]): { note: string; background: string }[] {
  const tab = findTab(sheet);
  if (!tab) return marks.map(() => ({ note: '', background: '' }));
  lookAnew();
  const rectangles = new Map<
    number,
    { top: number; notes: string[][]; backgrounds: string[][]; mayEdit: (cell: Range) => boolean }
  >();
  for (const position of new Set(marks.map((mark) => mark.position))) {
    const rows = marks.filter((mark) => mark.position === position).map((mark) => mark.row);
    const top = rows.reduce((a, b) => Math.min(a, b));
    const range = tab.getRange(top, position, rows.reduce((a, b) => Math.max(a, b)) - top + 1, 1);
    const [notes, backgrounds] = [range.getNotes(), range.getBackgrounds()];
    rectangles.set(position, { top, notes, backgrounds, mayEdit: mayEditIn(range) });
  }
  return marks.map(({ row, position, message, restore, stands }) => {
    const { top, notes, backgrounds, mayEdit } = rectangles.get(position)!;
    const note = notes[row - top]![0]!;
    const background = backgrounds[row - top]![0]!;
    if (stands !== undefined && note !== stands) return { note, background };
    const cell = tab.getRange(row, position);
    const ourNote = note.startsWith(NOTE_PREFIX);
    const ourTint = background.toLowerCase() === TINT;
    const changes: (() => void)[] = [];
    if (message !== null) {
      if (note !== message) changes.push(() => cell.setNote(message));
      if (!ourTint) changes.push(() => cell.setBackground(TINT));
    } else {
      if (ourNote) changes.push(() => cell.setNote(restore?.note ?? ''));
      if (ourTint) {
        const former = restore?.background ?? NO_COLOR;
        changes.push(() => cell.setBackground(former === '' || former.toLowerCase() === NO_COLOR ? null : former));
      }
    }
    if (changes.length > 0 && mayEdit(cell)) for (const change of changes) change();
    // As it stood, our own note included: the hub knows it by its first words and keeps what it was told before.
    return { note, background };
  });
}

/**
 * Makes these all the notes that Tandem has in the columns given. A cell with a person's note keeps that; nothing is
 * tinted, because a colour could not be given back to a cell that moved; a protected cell stays as it is.
 */
export function noteCells(
  sheet: number,
  marks: readonly CellMark[],
  columns: readonly number[],
): { note: string; background: string }[] {
  const tab = findTab(sheet);
  const rows = tab === null ? 0 : tab.getMaxRows() - HEADER_ROW;
  lookAnew();
  for (const position of rows > 0 ? columns : []) {
    const wanted = new Map(
      marks.flatMap((mark) => (mark.position === position ? [[mark.row, mark.message] as const] : [])),
    );
    const range = tab!.getRange(HEADER_ROW + 1, position, rows, 1);
    const notes = range.getNotes();
    const mayEdit = mayEditIn(range);
    for (const [index, [note]] of notes.entries()) {
      const row = HEADER_ROW + 1 + index;
      const message = wanted.get(row) ?? '';
      const free = note === '' || note!.startsWith(NOTE_PREFIX);
      if (!free || note === message) continue;
      const cell = tab!.getRange(row, position);
      if (mayEdit(cell)) cell.setNote(message);
    }
  }
  return marks.map(() => ({ note: '', background: '' }));
}
