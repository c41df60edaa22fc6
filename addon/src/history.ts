import type { HistoryPage, UndoPreview } from '../../shared/protocol/journal.ts';
import type { TombstoneList, UndoRequest } from '../../shared/protocol/links.ts';
import { getJournal, getLink, getTombstones, previewUndo, restoreDeleted, undo, type Undone } from './api.ts';
import { finderOf } from './attention.ts';
import { selectedRow, spreadsheetFacts } from './google/spreadsheet.ts';
import { linkOf } from './link-tab.ts';
import { Sentence, sentenceFor } from './sentence.ts';
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
/** Milliseconds after which no further request of an undo or a restore is begun: a run of a script ends after 6 minutes. */
const RUN_MS = 4 * 60_000;

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

/** Takes back what is named, as far as a run of the add-on may last. Answers how it went, and what is left. */
export function undoAll(tab: number, what: UndoRequest): string {
  const { id } = linkOf(tab);
  const all: Undone = { undone: 0, already: 0, refused: [], next: null, left: 0 };
  const until = Date.now() + RUN_MS;
  let part = what;
  for (;;) {
    const stopped = tryNext(part !== what, () => {
      const done = undo(id, part);
      add(all, done);
      all.left = done.left;
      all.next = done.next;
    });
    if (stopped !== null) return `${tellUndone(all)} ${stopped}`;
    if (all.next === null || Date.now() >= until) return tellUndone(all);
    part = { ...part, before: all.next };
  }
}

/**
 * One request more. What those before it did stands, and is told with why it went no further.
 * @throws where it is the first
 */
function tryNext(isLater: boolean, request: () => void): string | null {
  try {
    request();
    return null;
  } catch (error) {
    if (!isLater) throw error;
    return sentenceFor(error).message;
  }
}

function add(all: Undone, { undone, already, refused }: Undone): void {
  all.undone += undone;
  all.already += already;
  all.refused.push(...refused);
}

export function deletedPage(tab: number, query: { before?: number }): DeletedView {
  return { ...getTombstones(linkOf(tab).id, query), timeZone: spreadsheetFacts().timeZone };
}

export function restoreRows(tab: number, keys: string[]): string {
  const { id } = linkOf(tab);
  const all: Undone = { undone: 0, already: 0, refused: [], next: null, left: 0 };
  const until = Date.now() + RUN_MS;
  let rest = keys;
  let stopped: string | null = null;
  while (rest.length > 0 && stopped === null && Date.now() < until) {
    const part = rest.slice(0, RESTORED_AT_ONCE);
    stopped = tryNext(rest !== keys, () => {
      const done = restoreDeleted(id, part);
      add(all, done);
      rest = rest.slice(part.length - done.left);
    });
  }
  const told = tellRestored({ ...all, left: rest.length });
  return stopped === null ? told : `${told} ${stopped}`;
}
