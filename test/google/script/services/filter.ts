import { bounded, intersects } from '../../workbook/area.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';
import { areaOfRef, openForWriting, openTab, type RangeRef, type SheetRef } from './refs.ts';

/** The basic filter of a sheet. Filtered rows are not shown, but stay in every read. */
export const filterServices = {
  'Filter.get': (execution: Execution, ref: SheetRef): RangeRef | null => {
    const { tab } = openTab(execution, ref);
    if (!tab.filter) return null;
    const { top, left, bottom, right } = bounded(tab.filter.area, tab.rowCount, tab.columnCount);
    return { ...ref, row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
  },
  'Filter.create': (execution: Execution, ref: RangeRef): void => {
    const { document, tab } = openForWriting(execution, ref);
    if (tab.filter) throw new ServiceError("You can't create a filter in a sheet that already has a filter.");
    if (tab.tables.some((table) => intersects(table.area, areaOfRef(ref)))) {
      throw new ServiceError('You cannot create a filter that intersects a table.');
    }
    tab.filter = { area: areaOfRef(ref), criteria: {} };
    document.workbook.changed({ kind: 'visibility', tabId: tab.id });
  },
  'Filter.setHidden': (execution: Execution, ref: SheetRef, column: number, hidden: string[] | null): void => {
    const { document, tab } = openForWriting(execution, ref);
    if (!tab.filter) throw new ServiceError('The filter has been removed.');
    const { [column]: _, ...criteria } = tab.filter.criteria;
    tab.filter = { ...tab.filter, criteria: hidden ? { ...criteria, [column]: { hiddenValues: hidden } } : criteria };
    document.workbook.changed({ kind: 'visibility', tabId: tab.id });
  },
  'Filter.getHidden': (execution: Execution, ref: SheetRef, column: number): string[] | null => {
    const { tab } = openTab(execution, ref);
    const values = tab.filter?.criteria[column]?.hiddenValues;
    return values ? [...values] : null;
  },
  'Filter.remove': (execution: Execution, ref: SheetRef): void => {
    const { document, tab } = openForWriting(execution, ref);
    tab.filter = null;
    document.workbook.changed({ kind: 'visibility', tabId: tab.id });
  },
};
