import { errorCodes } from '../../shared/protocol/error.ts';
import type { CreateTableRequest } from '../../shared/protocol/links.ts';
import { getMe, linkTable } from './api.ts';
import { quietly } from './google/log.ts';
import { addIdColumn, type IdColumn } from './id-column.ts';
import { keepLink, leftHeaders, linkUntil, lookAtTab } from './link-tab.ts';
import { Sentence } from './sentence.ts';
import { underLock } from './under-lock.ts';

export interface NewTable {
  /** Identity of the request, and id of the link: who asks again by it makes nothing twice. */
  id: string;
  table: CreateTableRequest;
  /** A column of ids that the tab gets first; null where a column of the tab is the key. */
  idColumn: IdColumn | null;
}

/**
 * Makes a table for a tab and ties the tab to it. The server does both or neither, so the sheet's part comes first: then
 * a link whose answer was lost is whole, and the next look or try finds it.
 */
export function linkNewTable(tab: number, { id, table, idColumn }: NewTable): void {
  // Asked before anything is written: a server that is down, or refuses this person, leaves the tab as it is.
  if (idColumn !== null) getMe();
  const takeBack = idColumn === null ? null : addIdColumn(tab, idColumn);
  const chosen = table.columns.map(({ header }) => header);
  let asked = false;
  try {
    const linkable = lookAtTab(tab, chosen);
    underLock(() => {
      asked = true;
      const left = leftHeaders(linkable, chosen);
      keepLink(linkTable({ id, ...linkable.place, table, leftHeaders: left }, linkUntil()), linkable);
    });
  } catch (error) {
    // What the server said is to be told, not what became of the ids.
    if (takeBack !== null && (!asked || isRefusal(error))) quietly(takeBack);
    throw error;
  }
}

/** The server has said no: there is no link, and no repetition will make one. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Sentence)) return false;
  const known = (errorCodes as Partial<Record<string, { retry: string }>>)[error.code];
  return known?.retry === 'never';
}
