import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';

/** What of a sheet to ask for, to know what is protected. */
export const PROTECTION = 'protectedRanges(range,unprotectedRanges,warningOnly,requestingUserCanEdit)';

/** What of a tab is protected from the account that asked. A write there is refused, and the whole batch with it. */
export class Protection {
  private readonly closed: readonly sheets_v4.Schema$ProtectedRange[];

  constructor(sheets: readonly sheets_v4.Schema$Sheet[] | undefined) {
    this.closed = (sheets ?? [])
      .flatMap(({ protectedRanges }) => protectedRanges ?? [])
      .filter(({ warningOnly, requestingUserCanEdit }) => !warningOnly && !requestingUserCanEdit);
  }

  /** Whether a row has a protected cell: then it can't be deleted. */
  hasRow(row: number): boolean {
    return this.closed.some(({ range }) => spansRow(range, row));
  }

  hasCell(row: number, position: number): boolean {
    const holds = (range: sheets_v4.Schema$GridRange | undefined) =>
      spansRow(range, row) && spansColumn(range, position);
    return this.closed.some(({ range, unprotectedRanges }) => holds(range) && !unprotectedRanges?.some(holds));
  }
}

function spansRow(range: sheets_v4.Schema$GridRange | undefined, row: number): boolean {
  return row > (range?.startRowIndex ?? 0) && row <= (range?.endRowIndex ?? Infinity);
}

function spansColumn(range: sheets_v4.Schema$GridRange | undefined, position: number): boolean {
  return position > (range?.startColumnIndex ?? 0) && position <= (range?.endColumnIndex ?? Infinity);
}
