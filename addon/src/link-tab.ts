import type { CreateLinkRequest, LinkInfo, PlanInfo, StartRequest } from '../../shared/protocol/links.ts';
import { createLink, deleteLink, getPlan, startLink } from './api.ts';
import { drain, WATCHED } from './drain.ts';
import { now } from './google/clock.ts';
import { appendColumn, clearHeader } from './google/columns.ts';
import { newId } from './google/identity.ts';
import { quietly } from './google/log.ts';
import { documentProperties } from './google/properties.ts';
import { readHeaders } from './google/sheet.ts';
import { spreadsheetFacts, tabNamed, tagColumns, tagTab, untag } from './google/spreadsheet.ts';
import { Memory, type LinkRecord } from './memory.ts';
import { endSchedule, ensureSchedule } from './schedule.ts';
import { headerTaken, Sentence, standsAbove } from './sentence.ts';
import { summarise } from './summary.ts';
import { underLock } from './under-lock.ts';

export interface LinkChoice {
  schema: string;
  table: string;
  columns: CreateLinkRequest['columns'];
  /** The tab takes the place of the table's contents whole; see CreateLinkRequest. */
  kind?: CreateLinkRequest['kind'];
  /** Headers among those of `columns` that the tab gets first, right of everything: what related columns show. */
  append?: string[];
}

/** The record of a tab's link. */
export function linkOf(tab: number): LinkRecord {
  const link = new Memory(documentProperties()).link(tab);
  if (!link) throw new Sentence('This tab is not linked to a table any more. Look again.', 'link_not_found');
  return link;
}

/** What the server is told of a tab, and where each of its headers stands. */
export interface LinkableTab {
  place: Pick<CreateLinkRequest, 'spreadsheet' | 'spreadsheetName' | 'sheet' | 'sheetName' | 'timeZone'>;
  headers: string[];
  /** 1-based. */
  positionOf: Map<string, number>;
}

/**
 * Looks at a tab that is to be linked.
 * @throws Sentence where one of `chosen` stands above no column but those to come (`append`), or above several
 */
export function lookAtTab(id: number, chosen: readonly string[], append: readonly string[] = []): LinkableTab {
  const facts = spreadsheetFacts();
  const tab = tabNamed(id);
  if (!tab) throw new Sentence('The tab is gone. Look again with the tab you mean in view.');
  const { headers } = readHeaders(tab.id, facts.timeZone);
  const positionOf = new Map(headers.map((header, index) => [header.trim(), index + 1]));
  const lost = chosen.find((header) => !positionOf.has(header.trim()) && !append.includes(header));
  if (lost !== undefined) {
    throw new Sentence(`The column “${lost}” is no longer in this tab. Look again and choose anew.`);
  }
  const taken = append.find((header) => positionOf.has(header.trim()));
  if (taken !== undefined) throw headerTaken(taken);
  for (const header of chosen) {
    const above = headers.filter((one) => one.trim() === header.trim()).length;
    if (above > 1) throw new Sentence(standsAbove(header.trim(), above));
  }
  const { id: spreadsheet, name: spreadsheetName, timeZone } = facts;
  return { place: { spreadsheet, spreadsheetName, sheet: tab.id, sheetName: tab.name, timeZone }, headers, positionOf };
}

/** Not to be offered as new later: a person has seen them and left them out. */
export function leftHeaders({ headers }: LinkableTab, chosen: readonly string[]): string[] {
  const linked = new Set(chosen.map((header) => header.trim()));
  return headers.map((header) => header.trim()).filter((header) => header !== '' && !linked.has(header));
}

/** Until when a request for a link is repeated: a lost answer leaves it open whether there is one. */
export const linkUntil = (): number => now() + WATCHED.patienceMs;

/**
 * Ties a tab to a table. Nothing is written to either side before {@link startSync}. Where any of it fails, no link stays
 * behind on the server either.
 */
export function linkTab(id: number, { schema, table, columns, kind, append = [] }: LinkChoice): void {
  const chosen = columns.map(({ header }) => header);
  const tab = lookAtTab(id, chosen, append);
  const request = newId();
  let asked = false;
  const appended: number[] = [];
  try {
    underLock(() => {
      asked = true;
      const what = { schema, table, columns, ...(kind === undefined ? {} : { kind }) };
      const left = leftHeaders(tab, chosen);
      const link = createLink({ id: request, ...tab.place, ...what, leftHeaders: left }, linkUntil());
      for (const header of append) {
        const position = appendColumn(id, header);
        appended.push(position);
        tab.positionOf.set(header.trim(), position);
      }
      keepLink(link, tab);
    });
  } catch (error) {
    if (asked) withdrawLink(request, id);
    for (const position of appended) quietly(() => clearHeader(id, position));
    throw error;
  }
}

/** Remembers a new link in the spreadsheet, and marks its tab and columns. */
export function keepLink(link: LinkInfo, { positionOf }: LinkableTab): void {
  rememberNew(link);
  // Marks of a former link would be taken for this one's.
  untag(link.sheet);
  const tags = link.mapping.columns.flatMap(({ id, header }) => {
    const position = positionOf.get(header.trim());
    return position === undefined ? [] : [{ position, id }];
  });
  tagColumns(link.sheet, tags);
  tagTab(link.sheet);
}

/**
 * Ends a link that was asked for and is not to be, on the server and here. The answer may have been lost, and this one
 * may be as well: what does not get through is done by a later look (tab-state.ts).
 */
export function withdrawLink(id: string, sheet: number): void {
  quietly(() => deleteLink(id));
  quietly(() => new Memory(documentProperties()).rememberWithdrawn(id, now()));
  if (new Memory(documentProperties()).link(sheet)?.id === id) quietly(() => forgetTab(sheet));
}

function rememberNew(link: LinkInfo): void {
  const memory = new Memory(documentProperties());
  memory.rememberLink(link);
  memory.rememberMemo(link.sheet, { epoch: link.epoch, note: null });
}

/** Sends the sheet's rows for comparison and answers what the first sync would do. Call again until it is complete. */
export function previewSync(tab: number): PlanInfo {
  const link = linkOf(tab);
  const report = drain({ sheet: link.sheet, rows: null }, WATCHED)?.get(link.sheet);
  if (report && report.outcome === 'failed') throw new Sentence(report.message!, report.error?.code);
  if (report && report.outcome === 'paused') throw new Sentence(report.message!, 'wrong_state');
  return getPlan(link.id);
}

/** Applies the plan, and sets up that syncing goes on by itself. Answers how it went. */
export function startSync(tab: number, choice: StartRequest): string {
  const link = linkOf(tab);
  startLink(link.id, choice);
  ensureSchedule();
  return syncTab(tab);
}

/** A full cycle of one tab. Answers how it went. */
export function syncTab(tab: number): string {
  const { sheet } = linkOf(tab);
  return summarise(drain({ sheet, rows: null }, WATCHED)?.get(sheet) ?? null);
}

/** Ends the link. Sheet and table keep their contents; only the tie goes. */
export function unlinkTab(tab: number): void {
  const link = linkOf(tab);
  try {
    deleteLink(link.id);
  } catch (error) {
    // Already gone there: what is left here goes too.
    if (!(error instanceof Sentence) || error.code !== 'link_not_found') throw error;
  }
  forgetTab(link.sheet);
}

/** Takes the original's link off a copied spreadsheet. The original's link is not touched. */
export function disconnectCopy(tab: number): void {
  const link = new Memory(documentProperties()).link(tab);
  if (link && link.spreadsheet === spreadsheetFacts().id) {
    throw new Sentence('This tab has a link of its own. Use “Remove the link” if you want to end it.');
  }
  forgetTab(tab);
}

function forgetTab(tab: number): void {
  underLock(() => {
    untag(tab);
    const memory = new Memory(documentProperties());
    memory.forgetLink(tab);
    endSchedule(memory);
  });
}
