import type { UndoPreview } from '../../shared/protocol/journal.ts';
import type {
  MissingRequest,
  PlanInfo,
  RemovedRequest,
  RenamesRequest,
  StartRequest,
  TableInfo,
  TableList,
  UndoRequest,
  UpdateLinkRequest,
} from '../../shared/protocol/links.ts';
import type { LinkOptions, OptionsRequest } from '../../shared/protocol/options.ts';
import type { ProblemKind } from '../../shared/protocol/problems.ts';
import type { TableRules } from '../../shared/protocol/table-rules.ts';
import type { ChangeColumnsRequest } from '../../shared/protocol/columns.ts';
import { a1ToCell, cellGone } from './a1-cell.ts';
import {
  auditLink,
  changeOptions,
  commandLink,
  confirmReplace,
  decideConflicts,
  decideMissing,
  decideRemoved,
  decideRenames,
  getOptions,
  getTable,
  getTableRules,
  listTables,
  retryRows,
  type ConflictDecision,
} from './api.ts';
import { attentionPage, type AttentionPage } from './attention.ts';
import { consentUrl, newId } from './google/identity.ts';
import { changeLinkColumns, columnsView, type ColumnsView } from './columns.ts';
import { logError } from './google/log.ts';
import { getProgress } from './google/progress.ts';
import { documentProperties } from './google/properties.ts';
import { readSheet } from './google/sheet.ts';
import { selectCell, spreadsheetFacts } from './google/spreadsheet.ts';
import {
  deletedPage,
  historyPage,
  restoreRows,
  selectedKey,
  undoAll,
  undoPreview,
  type DeletedView,
  type HistoryQuery,
  type HistoryView,
} from './history.ts';
import {
  linkOf,
  disconnectCopy,
  linkTab,
  previewSync,
  startSync,
  syncTab,
  unlinkTab,
  type LinkChoice,
} from './link-tab.ts';
import { linkNewTable, type NewTable } from './link-new-table.ts';
import { Memory } from './memory.ts';
import { proposeTable, type TableProposal } from './propose-types.ts';
import { repairSchedule } from './schedule.ts';
import { dressAgain, sheetFromTable } from './sheet-from-table.ts';
import { Sentence, sentenceFor } from './sentence.ts';
import { tellDecided, tellMissing, tellRemoved, tellRenamed, tellRetried, tellStarted, together } from './summary.ts';
import { readSettings, writeSettings, type SettingsView } from './settings.ts';
import { tabState, type TabState } from './tab-state.ts';

export type { Problem, TabState } from './tab-state.ts';
export type { ProposedColumn, TableProposal, TableType } from './propose-types.ts';
export type { ColumnsView } from './columns.ts';
export type { IdColumn } from './id-column.ts';
export type { LinkChoice } from './link-tab.ts';
export type { AttentionPage, AttentionRow } from './attention.ts';
export type { SettingsView } from './settings.ts';
export type { DeletedView, HistoryQuery, HistoryView } from './history.ts';

/** A state with a sentence on what has just been done. */
export interface Done {
  state: TabState;
  said: string;
}

/**
 * All that the sidebar may call; nothing else is reachable from it. Arguments and answers are plain values:
 * google.script.run carries no Dates and no class instances.
 */
const allowed = {
  /** The tab in view, or the one named. */
  state: (tab?: number): TabState => tabState(tab),
  progress: (): string | null => getProgress(),

  tables: (): TableList => listTables(),
  table: (schema: string, name: string): TableInfo => getTable(schema, name),
  tableRules: (schema: string, name: string): TableRules => getTableRules(schema, name),
  /** `id`: by which the table that comes of it is asked for, however often; see NewTable. */
  proposal: (tab: number): TableProposal & { id: string } => {
    return { id: newId(), ...proposeTable(readSheet(tab, spreadsheetFacts().timeZone, false)) };
  },

  // The tab is named with each call: the person may have another one in view by the time it arrives.
  link: (tab: number, choice: LinkChoice): TabState => {
    linkTab(tab, choice);
    return tabState(tab);
  },
  /** Makes a table of the tab and links it, or does neither. */
  linkNewTable: (tab: number, wanted: NewTable): TabState => {
    linkNewTable(tab, wanted);
    return tabState(tab);
  },
  /** Links a table to an empty tab that shows it: this one, or a new one where something stands in this. */
  sheetFromTable: (tab: number, choice: LinkChoice): TabState => tabState(sheetFromTable(tab, choice)),
  preview: (tab: number): PlanInfo => previewSync(tab),
  start: (tab: number, choice: StartRequest): Done => {
    const said = startSync(tab, choice);
    dressAgain(tab);
    const state = tabState(tab);
    return { state, said: together([tellStarted(state), said]) };
  },
  syncNow: (tab: number): Done => done(tab, syncTab(tab)),
  pause: (tab: number): Done => {
    commandLink(linkOf(tab).id, 'pause');
    return done(tab, 'Paused. Nothing is sent or changed until you resume.');
  },
  resume: (tab: number): Done => {
    try {
      commandLink(linkOf(tab).id, 'resume');
    } catch (error) {
      // A pause that the sheet or the table caused is ended by the sync that finds it put right.
      if (!(error instanceof Sentence) || error.code !== 'wrong_state') throw error;
    }
    return done(tab, syncTab(tab));
  },

  /** Rows that need a person, and what a person may say about them. */
  attention: (tab: number, query: { kind?: ProblemKind; after?: string }): AttentionPage => attentionPage(tab, query),
  retry: (tab: number, keys?: string[]): Done => {
    const tried = retryRows(linkOf(tab).id, keys);
    const said = syncTab(tab);
    const state = tabState(tab);
    const replaces = state.kind === 'linked' && state.link.replaces === true;
    const rejected = state.kind === 'linked' ? state.rejected : 0;
    return { state, said: together(replaces ? [said] : [tellRetried(tried, rejected), said]) };
  },
  missing: (tab: number, decision: MissingRequest): Done => {
    const settled = decideMissing(linkOf(tab).id, decision);
    return done(tab, tellMissing(settled), syncTab(tab));
  },
  conflicts: (tab: number, decision: ConflictDecision): Done => {
    const settled = decideConflicts(linkOf(tab).id, decision);
    return done(tab, tellDecided(settled, decision.keep), syncTab(tab));
  },
  renames: (tab: number, decision: RenamesRequest): Done => {
    const settled = decideRenames(linkOf(tab).id, decision);
    return done(tab, tellRenamed(settled, decision.decision), syncTab(tab));
  },
  removed: (tab: number, decision: RemovedRequest): Done => {
    const settled = decideRemoved(linkOf(tab).id, decision);
    return done(tab, tellRemoved(settled, decision.decision), syncTab(tab));
  },

  /** The columns of both sides, and which of them are synced. */
  columns: (tab: number): ColumnsView => columnsView(tab),
  changeColumns: (tab: number, change: ChangeColumnsRequest, append: string[] = []): Done => {
    changeLinkColumns(tab, change, append);
    return done(tab, syncTab(tab));
  },

  /** Which rows belong on the sheet, what locks them, which way columns travel and what stands for a key. */
  options: (tab: number): LinkOptions => getOptions(linkOf(tab).id),
  changeOptions: (tab: number, change: OptionsRequest): LinkOptions => changeOptions(linkOf(tab).id, change),
  confirmReplace: (tab: number): Done => {
    confirmReplace(linkOf(tab).id);
    return done(tab, syncTab(tab));
  },

  history: (tab: number, query: HistoryQuery): HistoryView => historyPage(tab, query),
  selectedKey: (tab: number): string => selectedKey(tab),
  undoPreview: (tab: number, what: UndoRequest): UndoPreview => undoPreview(tab, what),
  undo: (tab: number, what: UndoRequest): Done => {
    const said = undoAll(tab, what);
    return done(tab, said, syncTab(tab));
  },
  deleted: (tab: number, query: { before?: number }): DeletedView => deletedPage(tab, query),
  restore: (tab: number, keys: string[]): Done => {
    const said = restoreRows(tab, keys);
    return done(tab, said, syncTab(tab));
  },

  settings: (tab: number): SettingsView => readSettings(tab),
  changeSettings: (tab: number, update: UpdateLinkRequest, members?: string[]): SettingsView =>
    writeSettings(tab, update, members),
  /** Compares the whole table with what was last synced: changes that no trigger showed are found at once. */
  audit: (tab: number): Done => {
    auditLink(linkOf(tab).id);
    return done(tab, syncTab(tab));
  },

  unlink: (tab: number): Done => {
    unlinkTab(tab);
    return done(tab, 'The link is removed. Sheet and table keep their contents.');
  },
  disconnectCopy: (tab: number): Done => {
    disconnectCopy(tab);
    return done(tab, 'This copy is disconnected. The original stays linked.');
  },
  /** Takes marks off a tab that are all there is of a link. */
  forget: (tab: number): Done => {
    disconnectCopy(tab);
    return done(tab, 'This tab is no longer marked as linked. It can be linked anew once no link of it is left.');
  },
  repairTriggers: (tab: number): Done => {
    repairSchedule(new Memory(documentProperties()));
    return done(tab, 'Syncing by itself is set up again, as you.');
  },
  showCell: (tab: number, name: string): void => {
    const { row, position } = a1ToCell(name);
    if (!selectCell(tab, row, position)) throw cellGone();
  },
};

/** The tab as it is now, with what is to be said of what was done. */
function done(tab: number, ...said: string[]): Done {
  return { state: tabState(tab), said: together(said) };
}

export type SidebarApi = typeof allowed;

/** Errors come back as values: thrown ones reach the sidebar with Google's own words around them. */
export type RpcAnswer<T> =
  | { ok: true; value: T }
  | {
      ok: false;
      code: string;
      message: string;
      /** Where to allow what is missing, if that is the trouble. */
      consent?: string;
    };

export function callAllowed(name: string, args: readonly unknown[]): RpcAnswer<unknown> {
  try {
    if (!Object.prototype.hasOwnProperty.call(allowed, name)) {
      return {
        ok: false,
        code: 'not_allowed',
        message: 'This sidebar is older than the add-on. Close it and open it again.',
      };
    }
    const method = allowed[name as keyof SidebarApi] as (...all: unknown[]) => unknown;
    return { ok: true, value: method(...args) ?? null };
  } catch (error) {
    const said = sentenceFor(error);
    if (said.code === 'unexpected') logError(error);
    return { ok: false, ...said, ...missingConsent() };
  }
}

function missingConsent(): { consent?: string } {
  try {
    const url = consentUrl();
    return url === null ? {} : { consent: url };
  } catch {
    // The first error is the one to tell of.
    return {};
  }
}
