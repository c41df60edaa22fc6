import type { LinkInfo, LinkStatus } from '../../shared/protocol/links.ts';
import { deleteLink, getMe, getStatus, listLinks } from './api.ts';
import { newHeaders } from './columns.ts';
import { quietly } from './google/log.ts';
import { documentProperties } from './google/properties.ts';
import { CellFinder } from './find-cells.ts';
import { readHeaders } from './google/sheet.ts';
import {
  activeTab,
  marksOf,
  spreadsheetFacts,
  tabIds,
  tabNamed,
  tagTab,
  type SpreadsheetFacts,
} from './google/spreadsheet.ts';
import { Memory, type LinkRecord } from './memory.ts';
import { scheduleState, type ScheduleState } from './schedule.ts';
import { Sentence } from './sentence.ts';

type ReportedProblem = LinkStatus['problems'][number];

/** A row that needs a person, with the cell it is about. */
export interface Problem extends Omit<ReportedProblem, 'column'> {
  /** Header of the column to blame, null for the row as a whole. */
  header: string | null;
  /** `C7`; null where the row is not in the sheet. */
  cell: string | null;
}

export interface Lost extends Omit<LinkStatus['lost'][number], 'column'> {
  /** Header of the column, null for whole rows. */
  header: string | null;
}

interface Place {
  spreadsheet: string;
  tab: { id: number; name: string };
  /** Links of this spreadsheet whose tab was deleted: no tab leads to them any more. */
  gone: { id: number; table: string }[];
}

/** What the sidebar shows for the tab in view. */
export type TabState =
  | (Place & { kind: 'unlinked'; admin: boolean; email: string | null; headers: string[]; rows: number })
  /** Carries a link that was made in another spreadsheet. */
  | (Place & { kind: 'copy' })
  /** Carries a link that the server does not have, or does not show to this person: which of both is not told. */
  | (Place & {
      kind: 'orphaned';
      /** Address that whoever linked the tab would have to add; null where Google does not tell. */
      email: string | null;
      /** Which link it was is remembered. Otherwise marks in the tab are all there is of it. */
      known: boolean;
      /** Whether this person may take what is left of it off the spreadsheet. */
      mayForget: boolean;
    })
  | (Place & {
      kind: 'linked';
      link: {
        schema: string;
        table: string;
        state: 'preview' | 'active' | 'paused';
        columns: string[];
        /** The tab takes the place of the table's contents whole. */
        replaces?: boolean;
      };
      /** Such a tab: when the table was last replaced, and by how many rows. */
      replaced?: LinkStatus['replaced'];
      lastSync: string | null;
      rows: number;
      pending: number;
      rejected: number;
      held: number;
      conflicts: number;
      missing: number;
      removed: number;
      renamed: number;
      /** Whether this person may change settings and remove the link. */
      mayChange: boolean;
      problems: Problem[];
      lost: Lost[];
      notices: LinkStatus['notices'];
      /** Headers of the sheet that are neither synced nor left out. */
      newHeaders: string[];
      schedule: ScheduleState;
    });

/** The state of a tab, or of the one in view. One call to the API for a linked tab; a read of the sheet only where cells are named. */
export function tabState(id?: number): TabState {
  const facts = spreadsheetFacts();
  const tab = (id === undefined ? null : tabNamed(id)) ?? activeTab();
  const memory = new Memory(documentProperties());
  const place: Place = { spreadsheet: facts.name, tab, gone: goneTabs(memory, facts.id) };
  const link = memory.link(tab.id) ?? recoverLink(memory, facts.id, tab.id);
  if (!link) {
    const marks = marksOf(tab.id);
    if (marks === 'copied') return { ...place, kind: 'copy' };
    const { admin, email } = getMe();
    // The document's memory was wiped. Whether the link is still there is for those to know who may use it.
    if (marks === 'own') return { ...place, kind: 'orphaned', email, known: false, mayForget: admin };
    const { headers, rows } = readHeaders(tab.id, facts.timeZone);
    return { ...place, kind: 'unlinked', admin, email, headers, rows };
  }
  if (link.spreadsheet !== facts.id) return { ...place, kind: 'copy' };
  try {
    return linkedState(place, facts, memory, getStatus(link.id));
  } catch (error) {
    if (!(error instanceof Sentence)) throw error;
    if (error.code === 'copied_spreadsheet') return { ...place, kind: 'copy' };
    if (error.code === 'link_not_found') {
      // Whether it is gone or only hidden is not told. Forgotten here, it stops for everybody.
      const { admin, email } = getMe();
      return { ...place, kind: 'orphaned', email, known: true, mayForget: admin };
    }
    throw error;
  }
}

function goneTabs(memory: Memory, spreadsheet: string): Place['gone'] {
  const there = tabIds();
  return memory
    .links()
    .filter((link) => link.spreadsheet === spreadsheet && !there.has(link.sheet))
    .map(({ sheet, schema, table }) => ({ id: sheet, table: schema === 'public' ? table : `${schema}.${table}` }));
}

/** The document's memory may be wiped: the server then still knows which tabs of this spreadsheet are linked. */
function recoverLink(memory: Memory, spreadsheet: string, tab: number): LinkRecord | null {
  const withdrawn = memory.withdrawn();
  let found: LinkInfo | null = null;
  for (const link of listLinks(spreadsheet).links) {
    // Given up while the server did not answer. Where it still can't be removed, the next look tries again.
    if (withdrawn.has(link.id)) quietly(() => deleteLink(link.id));
    else if (link.sheet === tab) found = link;
  }
  if (!found) return null;
  memory.rememberLink(found);
  tagTab(tab);
  return memory.link(tab);
}

function linkedState(place: Place, facts: SpreadsheetFacts, memory: Memory, status: LinkStatus): TabState {
  const { mapping, schema, table, state } = status.link;
  return {
    ...place,
    kind: 'linked',
    link: {
      schema,
      table,
      state,
      columns: mapping.columns.map((column) => column.header),
      ...(mapping.kind === 'replace' ? { replaces: true } : {}),
    },
    ...(status.replaced ? { replaced: status.replaced } : {}),
    lastSync: status.lastSync,
    rows: status.rows,
    pending: status.pending,
    rejected: status.rejected,
    held: status.held,
    conflicts: status.conflicts,
    missing: status.missing,
    removed: status.removed,
    renamed: status.renamed,
    mayChange: status.mayChange,
    problems: nameCells(place.tab.id, facts.timeZone, status),
    lost: status.lost.map(({ column, ...entry }) => ({ ...entry, header: column })),
    notices: status.notices,
    newHeaders: newHeaders(place.tab.id, facts.timeZone, mapping, status.leftHeaders ?? []),
    schedule: scheduleState(memory),
  };
}

function nameCells(tab: number, timeZone: string, { problems, link }: LinkStatus): Problem[] {
  const finder = new CellFinder(tab, timeZone, link.mapping);
  return problems.map(({ column: header, ...problem }) => ({
    ...problem,
    header,
    cell: finder.nameOf(problem.key, header),
  }));
}
