import { areaOf, type Area } from '../../workbook/area.ts';
import type { Tab } from '../../workbook/tab.ts';
import type { SheetDocument } from '../documents.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';

/** A sheet by the ids that last. */
export interface SheetRef {
  doc: string;
  sheet: number;
}

/** A rectangle of a sheet; rows and columns are 1-based. An Apps Script Range does not move when rows do. */
export interface RangeRef extends SheetRef {
  row: number;
  column: number;
  rows: number;
  columns: number;
}

export interface OpenTab {
  document: SheetDocument;
  tab: Tab;
}

/** The document and tab, or Google's error when the sheet is gone meanwhile. */
export function openTab(execution: Execution, { doc, sheet }: SheetRef): OpenTab {
  const document = execution.open(doc);
  const tab = document.workbook.tabById(sheet);
  if (!tab) throw new ServiceError(`Sheet ${sheet} not found`);
  return { document, tab };
}

/** The same for writing: viewers are refused. What is read next is read anew. */
export function openForWriting(execution: Execution, ref: SheetRef): OpenTab {
  execution.cache.forget();
  const opened = openTab(execution, ref);
  if (!opened.document.canEdit(execution.user)) {
    throw new ServiceError('You do not have permission to perform that action.');
  }
  return opened;
}

export function areaOfRef({ row, column, rows, columns }: RangeRef): Area {
  return areaOf(row, column, rows, columns);
}

/** Throws unless data has exactly the range's shape, in Google's words. */
export function checkShape(data: readonly (readonly unknown[])[], { rows, columns }: RangeRef): void {
  const count = (n: number, one: string): string => `${n} ${one}`;
  if (data.length !== rows) {
    throw new ServiceError(
      `The number of rows in the data does not match the number of rows in the range. The data has ${count(data.length, 'but the range has')} ${rows}.`,
    );
  }
  for (const line of data) {
    if (line.length === columns) continue;
    throw new ServiceError(
      `The number of columns in the data does not match the number of columns in the range. The data has ${count(line.length, 'but the range has')} ${columns}.`,
    );
  }
}

/** How the executing person is known to the workbook. */
export function writerOf(execution: Execution): string {
  return execution.user.email;
}
