import { Workbook, type WorkbookOptions } from '../workbook/workbook.ts';
import type { Tab } from '../workbook/tab.ts';
import { createRestServer, type RestOptions, type RestServer } from './server.ts';

// JSON of any shape: tests look into it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface TestClient {
  server: RestServer;
  workbook: Workbook;
  tab: Tab;
  call: (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: Json }>;
  /** batchUpdate of the given requests; throws unless it answers 200. */
  batch: (...requests: object[]) => Promise<Json>;
  values: (range: string, query?: string) => Promise<Json>;
  put: (range: string, values: unknown[][], mode?: 'RAW' | 'USER_ENTERED') => Promise<Json>;
  /** Message of the 400 that a batchUpdate answers. */
  refused: (...requests: object[]) => Promise<string>;
}

/** A REST face with one spreadsheet, spoken to without a socket. Paths follow `/v4/spreadsheets/{id}`. */
export function testClient(
  options: Partial<RestOptions> & { workbook?: WorkbookOptions; rows?: number; columns?: number } = {},
): TestClient {
  const now = Date.UTC(2024, 5, 15, 12);
  const workbook = new Workbook({ title: 'Test', now: () => now, ...options.workbook });
  const tab = workbook.addTab({ rowCount: options.rows ?? 1000, columnCount: options.columns ?? 26 });
  const documents = new Map([[workbook.id, workbook]]);
  const server = createRestServer({
    now: () => now,
    ...options,
    documents: {
      find: (id) => documents.get(id),
      create: (input) => {
        const made = new Workbook(input);
        documents.set(made.id, made);
        return made;
      },
    },
  });
  const call: TestClient['call'] = async (method, path, body, headers = {}) => {
    const request = new Request(`http://sheets.test/v4/spreadsheets/${workbook.id}${path}`, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) }),
    });
    const response = await server.fetch(request);
    return { status: response.status, body: JSON.parse(await response.text()) as Json };
  };
  const ok = async (answer: Promise<{ status: number; body: Json }>): Promise<Json> => {
    const { status, body } = await answer;
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  };
  return {
    server,
    workbook,
    tab,
    call,
    batch: (...requests) => ok(call('POST', ':batchUpdate', { requests })),
    values: async (range, query = '') =>
      (await ok(call('GET', `/values/${encodeURIComponent(range)}?${query}`))).values,
    put: (range, values, mode = 'USER_ENTERED') =>
      ok(call('PUT', `/values/${encodeURIComponent(range)}?valueInputOption=${mode}`, { values })),
    refused: async (...requests) => {
      const { status, body } = await call('POST', ':batchUpdate', { requests });
      if (status !== 400 || body.error.status !== 'INVALID_ARGUMENT')
        throw new Error(`${status}: ${JSON.stringify(body)}`);
      return body.error.message as string;
    },
  };
}

/** A GridRange on the first tab from 1-based, inclusive corners. */
export const grid = (top: number, left: number, bottom: number, right: number) => ({
  sheetId: 0,
  startRowIndex: top - 1,
  endRowIndex: bottom,
  startColumnIndex: left - 1,
  endColumnIndex: right,
});
