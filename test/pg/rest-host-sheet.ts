import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { createSheetsClient } from '../../api/sheets/client.ts';
import { runHost } from '../../api/sheets/run-host.ts';
import { createLink } from '../../api/links/create-link.ts';
import { startLink } from '../../api/links/start-link.ts';
import type { LinkInfo } from '../../shared/protocol/links.ts';
import type { CycleReport } from '../../shared/cycle/cycle.ts';
import { createRestServer, type RestServer } from '../google/rest/server.ts';
import type { LocaleCode } from '../google/workbook/locale.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { Workbook } from '../google/workbook/workbook.ts';
import type { TestApp } from './support/test-app.ts';

/** A spreadsheet behind the REST face of the local Google, linked to a table. */
export interface RestSheet {
  workbook: Workbook;
  tab: Tab;
  server: RestServer;
  api: sheets_v4.Sheets;
  rootUrl: string;
  link: LinkInfo;
  /** Requests seen, as `METHOD path`, since they were last taken. */
  takeRequests(): string[];
  run(): Promise<CycleReport>;
  /** Runs until a cycle has nothing to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export const HOST_EMAIL = 'host@example.com';

const GENEROUS = {
  readsPerMinute: 100_000,
  readsPerMinutePerUser: 100_000,
  writesPerMinute: 100_000,
  writesPerMinutePerUser: 100_000,
};

export interface RestSheetOptions {
  /** The spreadsheet whose first tab is linked, headers and all; by default one into which `lines` are typed. */
  workbook?: Workbook;
  /** Columns of the table, where they are not named as the headers. */
  columns?: readonly string[];
}

/** Types `lines` (headers first) as a person would, and links the tab; the first sync has not begun. */
export async function linkRestSheet(
  test: TestApp,
  table: string,
  lines: (string | number | boolean | null)[][],
  { columns, workbook = newBook(lines) }: RestSheetOptions = {},
) {
  const tab = workbook.tabs[0]!;
  const { timeZone } = workbook;
  const requests: string[] = [];
  const server = createRestServer({
    quota: GENEROUS,
    documents: {
      find: (id) => (id === workbook.id ? workbook : undefined),
      create: () => {
        throw new Error('nothing is created here');
      },
    },
    authorize: (request) => {
      requests.push(`${request.method} ${new URL(request.url).pathname.replace(workbook.id, '*')}`);
      return request.headers.get('authorization') === 'Bearer t' ? { email: HOST_EMAIL } : 'unauthenticated';
    },
  });
  const rootUrl = await server.listen();
  const api = createSheetsClient({ rootUrl, keyFile: null, accessToken: 't' });
  const ctx = test.context();
  const headers = lines[0]!.map(String);
  const link = await createLink({
    ctx,
    input: {
      spreadsheet: workbook.id,
      sheet: tab.id,
      sheetName: tab.title,
      timeZone,
      schema: 'public',
      table,
      columns: headers.map((header, i) => ({ header, column: columns?.[i] ?? header, direction: 'both' as const })),
    },
  });
  const run = () => runHost({ ctx, link: link.id, api, wait: async () => {} });
  const sheet: RestSheet = {
    workbook,
    tab,
    server,
    api,
    rootUrl,
    link,
    takeRequests: () => requests.splice(0),
    run,
    settle: async () => {
      for (let i = 0; i < 12; i++) {
        const report = await run();
        if (report.outcome === 'failed') throw new Error(report.message);
        if (report.outcome === 'done' && report.cellsWritten === 0 && report.pushed === 0) return;
      }
      throw new Error('not quiet');
    },
    close: () => server.close(),
  };
  return sheet;
}

/** A spreadsheet with one tab, into which `lines` are typed as a person would. */
export function newBook(
  lines: (string | number | boolean | null)[][],
  { locale = 'en_US', timeZone = 'Europe/Berlin' }: { locale?: LocaleCode; timeZone?: string } = {},
): Workbook {
  const workbook = new Workbook({ title: 'Book', locale, timeZone, owner: 'ann@example.com' });
  type(
    workbook.addTab({
      title: 'Items / 2024',
      rowCount: Math.max(1000, lines.length),
      columnCount: Math.max(26, lines[0]!.length),
    }),
    lines,
  );
  return workbook;
}

/** The same, with the first sync done. */
export async function startRestSheet(...input: Parameters<typeof linkRestSheet>): Promise<RestSheet> {
  const sheet = await linkRestSheet(...input);
  await sheet.run();
  await startLink({ ctx: input[0].context(), input: { link: sheet.link.id, winner: 'table' } });
  await sheet.run();
  await sheet.settle();
  return sheet;
}

export function type(tab: Tab, lines: (string | number | boolean | null)[][]): void {
  lines.forEach((line, row) =>
    line.forEach((value, column) => tab.setInput(row + 1, column + 1, value, { mode: 'user' })),
  );
}

/** Sheet row number of the row whose first cell is `key`. */
export function rowOf(tab: Tab, key: string | number): number {
  const { rows } = tab.dataExtent();
  for (let row = 2; row <= rows; row++) if (tab.value(row, 1) === key) return row;
  throw new Error(`no row ${key}`);
}
