import type { CreateLinkRequest, LinkInfo, PlanInfo, StartRequest } from '../../shared/protocol/links.ts';
import { createLink, deleteLink, getPlan, startLink } from './api.ts';
import { drain, WATCHED } from './drain.ts';
import { appendColumn } from './google/columns.ts';
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

/** Ties a tab to a table. Nothing is written to either side before {@link startSync}. */
export function linkTab(id: number, { schema, table, columns, kind, append = [] }: LinkChoice): void {
  const facts = spreadsheetFacts();
  const tab = tabNamed(id);
  if (!tab) throw new Sentence('The tab is gone. Look again with the tab you mean in view.');
  const { headers } = readHeaders(tab.id, facts.timeZone);
  const positionOf = new Map(headers.map((header, index) => [header.trim(), index + 1]));
  const lost = columns.find(({ header }) => !positionOf.has(header.trim()) && !append.includes(header));
  if (lost) throw new Sentence(`The column “${lost.header}” is no longer in this tab. Look again and choose anew.`);
  const taken = append.find((header) => positionOf.has(header.trim()));
  if (taken !== undefined) throw headerTaken(taken);
  for (const { header } of columns) {
    const above = headers.filter((one) => one.trim() === header.trim()).length;
    if (above > 1) throw new Sentence(standsAbove(header.trim(), above));
  }
  const linked = new Set(columns.map(({ header }) => header.trim()));
  underLock(() => {
    const link = createLink({
      spreadsheet: facts.id,
      spreadsheetName: facts.name,
      sheet: tab.id,
      sheetName: tab.name,
      timeZone: facts.timeZone,
      schema,
      table,
      columns,
      ...(kind === undefined ? {} : { kind }),
      // Not to be offered as new later: a person has seen them and left them out.
      leftHeaders: headers.map((header) => header.trim()).filter((header) => header !== '' && !linked.has(header)),
    });
    rememberNew(link);
    for (const header of append) positionOf.set(header.trim(), appendColumn(tab.id, header));
    // Marks of a former link would be taken for this one's.
    untag(tab.id);
    const tags = link.mapping.columns.flatMap(({ id, header }) => {
      const position = positionOf.get(header.trim());
      return position === undefined ? [] : [{ position, id }];
    });
    tagColumns(tab.id, tags);
    tagTab(tab.id);
  });
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
