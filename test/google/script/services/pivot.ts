import { areaOf } from '../../workbook/area.ts';
import type { Pivot } from '../../workbook/pivot.ts';
import type { Execution } from '../execution.ts';
import { ServiceError } from '../service-error.ts';
import { areaOfRef, openForWriting, openTab, type RangeRef, type SheetRef } from './refs.ts';

/** Pivot tables, each known by the cell it is anchored at. */
export const pivotServices = {
  'Pivot.list': (execution: Execution, ref: SheetRef): RangeRef[] => {
    const { tab } = openTab(execution, ref);
    const anchors: RangeRef[] = [];
    for (let row = 1; row <= tab.grid.length; row++) {
      tab.grid.row(row)?.extras?.forEach((extra, i) => {
        if (extra?.pivot) anchors.push({ ...ref, row, column: i + 1, rows: 1, columns: 1 });
      });
    }
    return anchors;
  },
  'Pivot.create': (execution: Execution, anchor: RangeRef, source: RangeRef): void => {
    const { tab } = openForWriting(execution, anchor);
    if (source.doc !== anchor.doc) throw new ServiceError('The source of a pivot table must be in its spreadsheet.');
    const pivot: Pivot = {
      source: { tabId: source.sheet, area: areaOfRef(source) },
      rows: [],
      columns: [],
      values: [],
    };
    tab.setInput(anchor.row, anchor.column, null);
    tab.changeExtra(areaOf(anchor.row, anchor.column), 'cells', (extra) => ({ ...extra, pivot }));
    tab.workbook.formulaChanged(tab);
  },
  'Pivot.get': (execution: Execution, anchor: RangeRef): Pivot => {
    const pivot = openTab(execution, anchor).tab.grid.extra(anchor.row, anchor.column)?.pivot;
    if (!pivot) throw new ServiceError('The pivot table has been removed.');
    return pivot;
  },
  'Pivot.set': (execution: Execution, anchor: RangeRef, pivot: Pivot): void => {
    const { tab } = openForWriting(execution, anchor);
    tab.changeExtra(areaOf(anchor.row, anchor.column), 'cells', (extra) => ({ ...extra, pivot }));
    tab.workbook.formulaChanged(tab);
  },
  'Pivot.remove': (execution: Execution, anchor: RangeRef): void => {
    openForWriting(execution, anchor).tab.setInput(anchor.row, anchor.column, null);
  },
};
