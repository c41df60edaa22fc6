import { getJournal } from '../../api/links/get-journal.ts';
import { restoreDeleted, undoEntries } from '../../api/links/undo-entries.ts';
import type { TestApp } from './support/test-app.ts';
import { startTab, type HubHost } from './hub-host.ts';

/** A linked table, and what people do about it. */
export interface Story {
  host: HubHost;
  name: string;
  rows: () => Promise<unknown[][]>;
  undo: (what: { run: string } | { entries: number[] } | { key: string }) => ReturnType<typeof undoEntries>;
  restore: (...keys: string[]) => ReturnType<typeof restoreDeleted>;
  journal: () => Promise<Awaited<ReturnType<typeof getJournal>>['entries']>;
}

/** Columns and rows as SQL has them, headers, and how the tab is linked. */
export type StoryOptions = [columns: string, values: string, headers: string[], link?: Parameters<typeof startTab>[4]];

let tables = 0;

/** A table of these columns, with these rows, linked to a tab of its own. */
export async function tellStory(
  test: TestApp,
  ...[columns, values, headers, options = {}]: StoryOptions
): Promise<Story> {
  const { sql } = test.database;
  const ctx = () => test.context();
  const name = `item${++tables}`;
  await sql.unsafe(`CREATE TABLE ${name} (${columns}); INSERT INTO ${name} VALUES ${values}`);
  const host = await startTab(ctx(), name, headers, [], { sheet: tables, ...options });
  const link = host.link.id;
  return {
    host,
    name,
    rows: async () => (await sql.unsafe(`SELECT * FROM ${name} ORDER BY 1`)).map((row) => Object.values(row)),
    undo: (what) => undoEntries({ ctx: ctx(), input: { link, ...what } }),
    restore: (...keys) => restoreDeleted({ ctx: ctx(), input: { link, keys } }),
    journal: async () => (await getJournal({ ctx: ctx(), input: { link } })).entries,
  };
}
