import type { Cell, Cells } from '../../shared/cell.ts';
import type { HistoryEntry } from '../../shared/protocol/journal.ts';
import { shortCell } from './text.ts';

/** Entries of one run that follow each other: what one sync, or one action of a person, did. */
export interface RunGroup {
  run: string | null;
  entries: HistoryEntry[];
}

export function groupRuns(entries: readonly HistoryEntry[]): RunGroup[] {
  const groups: RunGroup[] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last && last.run !== null && last.run === entry.run) last.entries.push(entry);
    else groups.push({ run: entry.run, entries: [entry] });
  }
  return groups;
}

/** What the button of an entry says; null where there is nothing to take back. */
export function undoLabel({ op, undone, column }: HistoryEntry): string | null {
  if (undone) return null;
  switch (op) {
    case 'update':
    case 'insert':
      return 'Undo';
    case 'delete':
      return 'Restore the row';
    case 'lost':
      return column === null ? null : 'Restore';
    default:
      return null;
  }
}

/** What an entry is, above its values. */
export function entryTitle({ op, side }: HistoryEntry): string {
  switch (op) {
    case 'insert':
      return 'Row added to the table';
    case 'update':
      return 'Changed in the table';
    case 'delete':
      return 'Row deleted from the table';
    case 'lost':
      return `The ${side}’s value gave way`;
    case 'held':
      return 'Changed on both sides: somebody was asked';
    default:
      return 'Changed';
  }
}

/** The hub's word on why, as a sentence. What only repeats the title is left out. */
export function causeSentence({ cause, op }: HistoryEntry): string | null {
  if (cause === '' || op === 'held') return null;
  if (/^undo of \d+$/.test(cause)) return 'Taken back by a person.';
  return `${cause.charAt(0).toUpperCase()}${cause.slice(1)}.`;
}

/** A row's values on one line, the empty ones left out. */
export function rowLine(cells: Cell | Cells, headers: Readonly<Record<string, string>>, limit = 4): string {
  if (cells === null || typeof cells !== 'object') return '';
  const shown = Object.entries(cells as Cells).filter(([id, cell]) => id in headers && cell !== null);
  const texts = shown.slice(0, limit).map(([, cell]) => shortCell(cell, 24));
  if (shown.length > limit) texts.push('…');
  return texts.join(' · ');
}
