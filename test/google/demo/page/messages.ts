/** What the demo's page and its server tell each other, as JSON. Rows and columns are 1-based. */

/** GET /demo/sheet */
export interface SheetView {
  /** Grows with every change of the workbook. */
  revision: number;
  spreadsheet: string;
  tab: string;
  rowCount: number;
  columnCount: number;
  frozenRows: number;
  /** What each cell shows, row by row as far as there is content; shorter rows are blank to the right. */
  display: string[][];
  /** One letter a cell, like `display`: how it is aligned. `t` text, `n` number or date, `b` boolean, `e` error. */
  kinds: string[];
  /** By `row,column`: what the formula bar shows where it differs from what the cell shows. */
  inputs: Record<string, string>;
  notes: Record<string, string>;
  /** Cell tints as CSS colours, where not white. */
  tints: Record<string, string>;
  canUndo: boolean;
}

/** POST /demo/sheet: what a person does to the sheet. */
export type SheetAction =
  | { do: 'type'; row: number; column: number; text: string }
  | { do: 'paste'; row: number; column: number; values: string[][] }
  | { do: 'clear'; row: number; column: number; rows: number; columns: number }
  | { do: 'insertRows' | 'deleteRows'; row: number; count: number }
  | { do: 'insertColumns' | 'deleteColumns'; column: number; count: number }
  | { do: 'sort'; column: number; ascending: boolean }
  | { do: 'undo' };

/** GET /demo/table */
export interface TableView {
  /** `public.companies`, or null before a table is linked. */
  name: string | null;
  columns: { name: string; type: string; numeric: boolean }[];
  rows: (string | null)[][];
  total: number;
}

/** POST /demo/sql */
export type SqlReply =
  | { ok: true; results: SqlResult[]; ms: number }
  | { ok: false; message: string; hint: string | null; position: number | null };

export interface SqlResult {
  /** `UPDATE`, `SELECT`, … */
  command: string;
  count: number;
  columns: string[];
  /** At most 200 rows. */
  rows: (string | null)[][];
}

/** One line of the activity log. */
export interface Activity {
  id: number;
  /** ISO instant on the demo's clock. */
  at: string;
  kind: 'person' | 'script' | 'sql' | 'clock';
  text: string;
  /** Reads of the sheet's data, cells written, calls to the API; for scripts only. */
  reads?: number;
  writes?: number;
  calls?: number;
  ms?: number;
  failed?: boolean;
}

/** GET /demo/status, and the first server-sent event. */
export interface Status {
  /** ISO instant on the local Google's clock. */
  now: string;
  /** When the next time-driven trigger is due; null when there is none. */
  nextTick: string | null;
  /** Executions running now. */
  running: number;
  /** Whether every mapped cell equals its table cell; null when nothing is linked. */
  inStep: boolean | null;
  differing: number;
}

/** Names of the server-sent events of GET /demo/events and what each carries. */
export interface DemoEvents {
  sheet: { revision: number };
  table: Record<string, never>;
  status: Status;
  activity: Activity;
}

/** POST /demo/script: a call of `google.script.run` from the sidebar. */
export interface ScriptCall {
  name: string;
  args: unknown[];
}
export type ScriptReply = { ok: true; value: unknown } | { ok: false; message: string };
