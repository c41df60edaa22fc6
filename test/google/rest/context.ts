import type { Workbook, WorkbookOptions } from '../workbook/workbook.ts';

/** The spreadsheets that the REST face serves, and who is calling. */
export interface Documents {
  find: (id: string) => Workbook | undefined;
  create: (options: WorkbookOptions & { actor?: string }) => Workbook;
}

/** One request, parsed. */
export interface Call {
  documents: Documents;
  query: URLSearchParams;
  /** Parsed JSON body; `{}` where there is none. */
  body: Record<string, unknown>;
  /** E-mail address of the caller; protections apply to it. Absent: whoever it is owns everything. */
  actor?: string;
}

/** A call on one spreadsheet. */
export interface DocumentCall extends Call {
  workbook: Workbook;
}
