import type {
  CreateTableRequest,
  MissingRequest,
  PlanInfo,
  StartRequest,
  TableInfo,
  TableList,
} from '../../shared/protocol/links.ts';
import { a1ToCell } from './a1-cell.ts';
import { commandLink, createTable, decideMissing, getTable, listTables } from './api.ts';
import { getProgress } from './google/progress.ts';
import { documentProperties } from './google/properties.ts';
import { readSheet } from './google/sheet.ts';
import { activeTab, selectCell, spreadsheetFacts } from './google/spreadsheet.ts';
import {
  currentLink,
  disconnectCopy,
  linkTab,
  previewSync,
  startSync,
  syncTab,
  unlinkTab,
  type LinkChoice,
} from './link-tab.ts';
import { Memory } from './memory.ts';
import { proposeTable, type TableProposal } from './propose-types.ts';
import { repairSchedule } from './schedule.ts';
import { sentenceFor } from './sentence.ts';
import { tabState, type TabState } from './tab-state.ts';

export type { Lost, Problem, TabState } from './tab-state.ts';
export type { ProposedColumn, TableProposal, TableType } from './propose-types.ts';
export type { ScheduleState } from './schedule.ts';
export type { LinkChoice } from './link-tab.ts';

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
  state: (): TabState => tabState(),
  progress: (): string | null => getProgress(),

  tables: (): TableList => listTables(),
  table: (schema: string, name: string): TableInfo => getTable(schema, name),
  proposal: (): TableProposal => proposeTable(readSheet(activeTab().id, spreadsheetFacts().timeZone, false)),
  createTable: (request: CreateTableRequest): TableInfo => createTable(request),

  link: (choice: LinkChoice): TabState => {
    linkTab(choice);
    return tabState();
  },
  preview: (): PlanInfo => previewSync(),
  start: (choice: StartRequest): Done => done(startSync(choice)),
  syncNow: (): Done => done(syncTab()),

  pause: (): Done => {
    commandLink(currentLink().id, 'pause');
    return done('Paused. Nothing is sent or changed until you resume.');
  },
  resume: (): Done => {
    commandLink(currentLink().id, 'resume');
    return done(syncTab());
  },
  retry: (): Done => {
    commandLink(currentLink().id, 'retry');
    return done(syncTab());
  },
  missing: (decision: MissingRequest['decision']): Done => {
    decideMissing(currentLink().id, { decision });
    return done(syncTab());
  },
  unlink: (): Done => {
    unlinkTab();
    return done('The link is removed. Sheet and table keep their contents.');
  },
  disconnectCopy: (): Done => {
    disconnectCopy();
    return done('This copy is disconnected. The original stays linked.');
  },
  repairTriggers: (): Done => {
    repairSchedule(new Memory(documentProperties()));
    return done('Syncing by itself is set up again, as you.');
  },
  showCell: (name: string): void => {
    const { row, position } = a1ToCell(name);
    selectCell(activeTab().id, row, position);
  },
};

function done(said: string): Done {
  return { state: tabState(), said };
}

export type SidebarApi = typeof allowed;

/** Errors come back as values: thrown ones reach the sidebar with Google's own words around them. */
export type RpcAnswer<T> = { ok: true; value: T } | { ok: false; code: string; message: string };

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
    return { ok: false, ...sentenceFor(error) };
  }
}
