import type { Execution } from '../execution.ts';
import { checkRowsInsertable } from '../../workbook/structure.ts';
import type { Tab } from '../../workbook/tab.ts';
import { SheetError } from '../../workbook/errors.ts';
import { ServiceError } from '../service-error.ts';
import { openForWriting, openTab, type SheetRef, writerOf } from './refs.ts';
import { rangeWriteServices, type InputBlock } from './range-write.ts';
import { isOfRows, refusable } from './refusable.ts';

export interface SheetInfo {
  name: string;
  /** 1-based, as getIndex() counts. */
  index: number;
  maxRows: number;
  maxColumns: number;
  lastRow: number;
  lastColumn: number;
  frozenRows: number;
  frozenColumns: number;
  hidden: boolean;
  tabColor: string | null;
}

/** Structural changes of protected parts are refused like edits. */
function checkLines(tab: Tab, execution: Execution, axis: 'row' | 'column', from: number, count: number): void {
  const area = axis === 'row' ? { top: from, bottom: from + count - 1 } : { left: from, right: from + count - 1 };
  try {
    tab.checkEditable(area, writerOf(execution));
  } catch (error) {
    throw error instanceof SheetError ? new ServiceError(error.message) : error;
  }
}

/** Sheet. */
export const sheetServices = {
  'Sheet.describe': (execution: Execution, ref: SheetRef): SheetInfo => {
    const { tab } = openTab(execution, ref);
    const extent = tab.dataExtent();
    return {
      name: tab.title,
      index: tab.index + 1,
      maxRows: tab.rowCount,
      maxColumns: tab.columnCount,
      lastRow: extent.rows,
      lastColumn: extent.columns,
      frozenRows: tab.frozenRows,
      frozenColumns: tab.frozenColumns,
      hidden: tab.hidden,
      tabColor: (tab.other['tabColor'] as string | undefined) ?? null,
    };
  },
  'Sheet.setName': (execution: Execution, ref: SheetRef, name: string): void => {
    const { document, tab } = openForWriting(execution, ref);
    document.workbook.renameTab(tab, name);
  },
  'Sheet.setProperty': (
    execution: Execution,
    ref: SheetRef,
    property: 'frozenRows' | 'frozenColumns' | 'hidden' | 'tabColor',
    value: number | boolean | string | null,
  ): void => {
    const { document, tab } = openForWriting(execution, ref);
    if (property === 'tabColor') tab.other['tabColor'] = value;
    else if (property === 'hidden') tab.hidden = value as boolean;
    else tab[property] = value as number;
    document.workbook.changed({ kind: 'tabProperties', tabId: tab.id });
  },
  'Sheet.insertRows': (
    execution: Execution,
    ref: SheetRef,
    before: number,
    count: number,
    inherit: 'before' | 'after',
  ): void => {
    const { tab } = openForWriting(execution, ref);
    checkRowsInsertable(tab, before, writerOf(execution));
    tab.insertRows(before, count, inherit);
    execution.install.counters.add('rowsInserted', count);
  },
  'Sheet.insertColumns': (
    execution: Execution,
    ref: SheetRef,
    before: number,
    count: number,
    inherit: 'before' | 'after',
  ): void => openForWriting(execution, ref).tab.insertColumns(before, count, inherit),
  'Sheet.deleteRows': (execution: Execution, ref: SheetRef, from: number, count: number): void => {
    const { tab } = openForWriting(execution, ref);
    if (from < 1 || from + count - 1 > tab.rowCount) throw new ServiceError('Those rows are out of bounds.');
    const remove = (): void => {
      tab.checkEditable({ top: from, bottom: from + count - 1 }, writerOf(execution));
      tab.deleteRows(from, count);
      execution.install.counters.add('rowsDeleted', count);
    };
    refusable(execution, remove, isOfRows);
  },
  'Sheet.deleteColumns': (execution: Execution, ref: SheetRef, from: number, count: number): void => {
    const { tab } = openForWriting(execution, ref);
    if (from < 1 || from + count - 1 > tab.columnCount) throw new ServiceError('Those columns are out of bounds.');
    checkLines(tab, execution, 'column', from, count);
    tab.deleteColumns(from, count);
  },
  'Sheet.moveLines': (
    execution: Execution,
    ref: SheetRef,
    axis: 'row' | 'column',
    from: number,
    count: number,
    before: number,
  ): void => {
    const { tab } = openForWriting(execution, ref);
    checkLines(tab, execution, axis, from, count);
    if (axis === 'row') tab.moveRows(from, count, before);
    else tab.moveColumns(from, count, before);
  },
  'Sheet.setLinesHidden': (
    execution: Execution,
    ref: SheetRef,
    axis: 'row' | 'column',
    from: number,
    count: number,
    hidden: boolean,
  ): void => {
    const { document, tab } = openForWriting(execution, ref);
    const set = axis === 'row' ? tab.hiddenRows : tab.hiddenColumns;
    for (let n = from; n < from + count; n++) {
      if (hidden) set.add(n);
      else set.delete(n);
    }
    document.workbook.changed({ kind: 'visibility', tabId: tab.id });
  },
  'Sheet.isLineHidden': (
    execution: Execution,
    ref: SheetRef,
    axis: 'row' | 'column' | 'filter',
    position: number,
  ): boolean => {
    const { tab } = openTab(execution, ref);
    if (axis === 'filter') return tab.isRowFiltered(position);
    return (axis === 'row' ? tab.hiddenRows : tab.hiddenColumns).has(position);
  },
  /** One atomic step: nothing can come between finding the last row and writing below it. */
  'Sheet.appendRow': (execution: Execution, ref: SheetRef, block: InputBlock): void => {
    const { tab } = openForWriting(execution, ref);
    const row = tab.dataExtent().rows + 1;
    const columns = block.values[0]!.length;
    if (row > tab.rowCount) tab.insertRows(row, 1, 'before');
    if (columns > tab.columnCount) tab.insertColumns(tab.columnCount + 1, columns - tab.columnCount, 'before');
    rangeWriteServices['Range.setValues'](execution, { ...ref, row, column: 1, rows: 1, columns }, block);
  },
  'Sheet.sort': (execution: Execution, ref: SheetRef, column: number, ascending: boolean): void => {
    const { tab } = openForWriting(execution, ref);
    const top = tab.frozenRows + 1;
    const range = { top, left: 1, bottom: tab.rowCount, right: tab.columnCount };
    tab.sort({ range, keys: [{ column, ascending }], actor: writerOf(execution) });
  },
};
