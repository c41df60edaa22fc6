import { bounded } from '../../workbook/area.ts';
import type { LocaleCode } from '../../workbook/locale.ts';
import type { Tab } from '../../workbook/tab.ts';
import type { Selection } from '../documents.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';
import { openForWriting, openTab, type RangeRef, type SheetRef } from './refs.ts';

export interface SpreadsheetInfo {
  name: string;
  locale: string;
  timeZone: string;
  owner: string;
  editors: string[];
  viewers: string[];
}

/** A range that may be open at its ends, closed by the grid. */
function refOf(doc: string, tab: Tab, area: Parameters<typeof bounded>[0]): RangeRef {
  const { top, left, bottom, right } = bounded(area, tab.rowCount, tab.columnCount);
  if (bottom > tab.rowCount || right > tab.columnCount) {
    throw new ServiceError('Range not found');
  }
  return { doc, sheet: tab.id, row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
}

/** SpreadsheetApp and Spreadsheet. */
export const spreadsheetServices = {
  'SpreadsheetApp.getActiveSpreadsheet': ({ document }: Execution): string | null => document?.id ?? null,
  'SpreadsheetApp.openById': (execution: Execution, id: string): void => {
    execution.open(id);
  },
  'SpreadsheetApp.create': (execution: Execution, name: string, rows: number, columns: number): string =>
    execution.install.home.create(execution.user, name, rows, columns),
  'SpreadsheetApp.flush': (execution: Execution): void => {
    execution.cache.forget();
    execution.flush();
  },
  'Spreadsheet.describe': (execution: Execution, id: string): SpreadsheetInfo => {
    const { workbook, owner, editors, viewers } = execution.open(id);
    const { title: name, locale, timeZone } = workbook;
    return { name, locale, timeZone, owner: owner.email, editors: [...editors], viewers: [...viewers] };
  },
  'Spreadsheet.copy': (execution: Execution, id: string, name: string): Promise<string> =>
    execution.install.home.copy(execution.open(id), execution.user, name),
  'Spreadsheet.setProperty': (
    execution: Execution,
    id: string,
    property: 'name' | 'locale' | 'timeZone',
    value: string,
  ): void => {
    const { workbook } = execution.open(id);
    if (property === 'name') workbook.title = value;
    else if (property === 'locale') workbook.locale = value as LocaleCode;
    else workbook.timeZone = value;
    workbook.changed({ kind: 'properties' });
  },
  'Spreadsheet.share': (execution: Execution, id: string, emails: string[], right: 'edit' | 'view' | 'none'): void => {
    const document = execution.open(id);
    for (const email of emails) {
      document.editors.delete(email);
      document.viewers.delete(email);
      if (right !== 'none') (right === 'edit' ? document.editors : document.viewers).add(email);
    }
  },
  'Spreadsheet.getSheets': (execution: Execution, id: string): { sheet: number; name: string }[] =>
    execution.open(id).workbook.tabs.map((tab) => ({ sheet: tab.id, name: tab.title })),
  'Spreadsheet.getSheetByName': (execution: Execution, id: string, name: string): number | null =>
    // Exact, unlike the search for a title that is taken.
    execution.open(id).workbook.tabs.find((tab) => tab.title === name)?.id ?? null,
  'Spreadsheet.insertSheet': (
    execution: Execution,
    id: string,
    name: string | null,
    index: number | null,
    template: number | null,
  ): number => {
    const { workbook } = execution.open(id);
    if (!execution.open(id).canEdit(execution.user)) {
      throw new ServiceError('You do not have permission to perform that action.');
    }
    const tab = workbook.addTab({ ...(name === null ? {} : { title: name }), ...(index === null ? {} : { index }) });
    const source = template === null ? undefined : workbook.tabById(template);
    if (source) copyContent(source, tab);
    execution.document?.select(execution.user, { sheet: tab.id, row: 1, column: 1, rows: 1, columns: 1 });
    return tab.id;
  },
  'Spreadsheet.deleteSheet': (execution: Execution, ref: SheetRef): void => {
    const { document, tab } = openForWriting(execution, ref);
    document.workbook.deleteTab(tab.id);
  },
  'Spreadsheet.moveSheet': (execution: Execution, ref: SheetRef, position: number): void => {
    const { document, tab } = openForWriting(execution, ref);
    document.workbook.moveTab(tab, position - 1);
  },
  'Sheet.copyTo': (execution: Execution, ref: SheetRef, target: string): number => {
    const { tab } = openTab(execution, ref);
    const copy = execution
      .open(target)
      .workbook.addTab({ title: freeTitle(execution, target, `Copy of ${tab.title}`) });
    copyContent(tab, copy);
    return copy.id;
  },
  /** A1 notation, named range or sheet-qualified range. `home`: the sheet unqualified names mean. */
  'Spreadsheet.findRange': (execution: Execution, id: string, home: number | null, text: string): RangeRef | null => {
    const { workbook } = execution.open(id);
    const tab = home === null ? undefined : workbook.tabById(home);
    const found = workbook.resolveRange(text, tab);
    return found ? refOf(id, found.tab, found.area) : null;
  },
  'Spreadsheet.getNamedRanges': (execution: Execution, id: string): { name: string; range: RangeRef }[] => {
    const { workbook } = execution.open(id);
    return workbook.namedRanges.map(({ name, tabId, area }) => ({
      name,
      range: refOf(id, workbook.tabById(tabId)!, area),
    }));
  },
  'Spreadsheet.setNamedRange': (execution: Execution, id: string, name: string, ref: RangeRef | null): void => {
    const { workbook } = execution.open(id);
    workbook.namedRanges = workbook.namedRanges.filter((range) => range.name.toLowerCase() !== name.toLowerCase());
    if (ref) {
      const area = {
        top: ref.row,
        left: ref.column,
        bottom: ref.row + ref.rows - 1,
        right: ref.column + ref.columns - 1,
      };
      workbook.namedRanges = [
        ...workbook.namedRanges,
        { id: String(workbook.revision + 1), name, tabId: ref.sheet, area },
      ];
    }
    workbook.changed({ kind: 'properties' });
  },
  'Selection.get': ({ document, actor, user }: Execution): Selection | null =>
    document?.selectionOf(actor ?? user) ?? null,
  'Selection.set': ({ document, actor, user }: Execution, ref: RangeRef): void => {
    const { sheet, row, column, rows, columns } = ref;
    document?.select(actor ?? user, { sheet, row, column, rows, columns });
  },
};

function freeTitle(execution: Execution, id: string, wanted: string): string {
  const { workbook } = execution.open(id);
  let title = wanted;
  for (let n = 2; workbook.tabByTitle(title); n++) title = `${wanted} ${n}`;
  return title;
}

function copyContent(source: Tab, target: Tab): void {
  target.rowCount = source.rowCount;
  target.columnCount = source.columnCount;
  target.frozenRows = source.frozenRows;
  target.frozenColumns = source.frozenColumns;
  target.merges = source.merges.slice();
  target.grid.restore(source.grid.snapshot());
  target.workbook.contentChanged(target, { top: 1, left: 1, bottom: target.rowCount, right: target.columnCount });
  const formulas = source.workbook.tabs.length > 0;
  if (formulas) target.workbook.formulaChanged(target);
}
