import type { HistoryPage, UndoPreview } from '../../shared/protocol/journal.ts';
import type { TombstoneList, UndoRequest } from '../../shared/protocol/links.ts';
import { getJournal, getLink, getTombstones, previewUndo, restoreDeleted, undo, type Undone } from './api.ts';
import { finderOf } from './attention.ts';
import { selectedRow, spreadsheetFacts } from './google/spreadsheet.ts';
import { linkOf } from './link-tab.ts';
import { Sentence } from './sentence.ts';
import { tellRestored, tellUndone } from './summary.ts';

export interface HistoryQuery {
  before?: number;
  lost?: boolean;
  key?: string;
}

/** A page of the history, with what is needed to read it: the columns' headers and the spreadsheet's timezone. */
export interface HistoryView extends HistoryPage {
  headers: Record<string, string>;
  timeZone: string;
}

export interface DeletedView extends TombstoneList {
  timeZone: string;
}

const PAGE = 50;
/** Rows put back in one transaction. */
const RESTORED_AT_ONCE = 500;

export function historyPage(tab: number, query: HistoryQuery): HistoryView {
  const { id } = linkOf(tab);
  const { mapping } = getLink(id);
  return {
    ...getJournal(id, { ...query, limit: PAGE }),
    headers: Object.fromEntries(mapping.columns.map((column) => [column.id, column.header])),
    timeZone: spreadsheetFacts().timeZone,
  };
}

/** The row that the person has selected, by its key. */
export function selectedKey(tab: number): string {
  linkOf(tab);
  const row = selectedRow(tab);
  const key = row === null ? null : finderOf(tab).keyAt(row);
  if (key === null) throw new Sentence('Select a cell of a row that has a key in this tab, then choose this again.');
  return key;
}

export function undoPreview(tab: number, what: UndoRequest): UndoPreview {
  return previewUndo(linkOf(tab).id, what);
}

/** Takes back what is named, however long it is. Answers how it went. */
export function undoAll(tab: number, what: UndoRequest): string {
  const { id } = linkOf(tab);
  const all: Undone = { undone: 0, already: 0, refused: [], next: null };
  let part = what;
  for (;;) {
    const { undone, already, refused, next } = undo(id, part);
    all.undone += undone;
    all.already += already;
    all.refused.push(...refused);
    if (next === null || 'entries' in part) return tellUndone(all);
    part = { ...part, before: next };
  }
}

export function deletedPage(tab: number, query: { before?: number }): DeletedView {
  return { ...getTombstones(linkOf(tab).id, query), timeZone: spreadsheetFacts().timeZone };
}

export function restoreRows(tab: number, keys: string[]): string {
  const { id } = linkOf(tab);
  const all: Undone = { undone: 0, already: 0, refused: [], next: null };
  for (let from = 0; from < keys.length; from += RESTORED_AT_ONCE) {
    const { undone, already, refused } = restoreDeleted(id, keys.slice(from, from + RESTORED_AT_ONCE));
    all.undone += undone;
    all.already += already;
    all.refused.push(...refused);
  }
  return tellRestored(all);
}
