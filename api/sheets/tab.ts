import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';

/** One tab of a spreadsheet, reached over REST, and what the last reading told of it. */
export interface RestTab {
  api: sheets_v4.Sheets;
  spreadsheetId: string;
  sheetId: number;
  /** Rows of the grid at the last reading. */
  gridRows: number;
  /** A reading found smart chips, whose text has to be asked for. */
  chips?: boolean;
  /** Waits before a call is tried again. */
  wait: (ms: number) => Promise<unknown>;
  /** Throws once no write may begin any more, because somebody else may be at work by now. */
  mayWrite: () => void;
  /** The same, later, for taking back what this run wrote into a wrong cell: left there, it would pass for an edit. */
  mayMend: () => void;
}

/** The tab for a write that mends another. */
export const mending = (tab: RestTab): RestTab => ({ ...tab, mayWrite: tab.mayMend });

/** Key of the developer metadata that names a mapped column. The add-on writes and reads the same. */
export const COLUMN_KEY = 'tandem.column';

/** A GridRange, zero-based and half-open, from a 1-based cell and a size. */
export function gridRange({ sheetId }: RestTab, row: number, position: number, height = 1, width = 1) {
  return {
    sheetId,
    startRowIndex: row - 1,
    endRowIndex: row - 1 + height,
    startColumnIndex: position - 1,
    endColumnIndex: position - 1 + width,
  };
}
