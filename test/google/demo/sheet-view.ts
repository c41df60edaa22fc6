import type { Tab } from '../workbook/tab.ts';
import type { Workbook } from '../workbook/workbook.ts';
import { isDateFormat } from '../workbook/number-format.ts';
import type { SheetView } from './page/messages.ts';

/** What the page draws of a tab. */
export function viewSheet(workbook: Workbook, tab: Tab, canUndo: boolean): SheetView {
  const extent = tab.dataExtent();
  const view: SheetView = {
    revision: workbook.revision,
    spreadsheet: workbook.title,
    tab: tab.title,
    rowCount: tab.rowCount,
    columnCount: tab.columnCount,
    frozenRows: tab.frozenRows,
    display: [],
    kinds: [],
    inputs: {},
    notes: {},
    tints: {},
    canUndo,
  };
  for (let row = 1; row <= extent.rows; row++) {
    const shown: string[] = [];
    let kinds = '';
    for (let column = 1; column <= extent.columns; column++) {
      const value = tab.value(row, column);
      const text = value === null ? '' : tab.displayValue(row, column);
      shown.push(text);
      kinds += kindOf(value);
      const formula = tab.formula(row, column);
      if (formula !== '') view.inputs[`${row},${column}`] = formula;
      else if (typeof value === 'number' && !isDateFormat(tab.numberFormat(row, column)) && text !== String(value)) {
        view.inputs[`${row},${column}`] = String(value);
      }
    }
    view.display.push(shown);
    view.kinds.push(kinds);
  }
  // Notes and tints also stand on blank cells, so they are looked for a little beyond the content.
  for (let row = 1; row <= Math.min(tab.rowCount, extent.rows + 1); row++) {
    for (let column = 1; column <= Math.min(tab.columnCount, extent.columns + 1); column++) {
      const note = tab.note(row, column);
      if (note !== '') view.notes[`${row},${column}`] = note;
      const background = tab.background(row, column);
      if (background !== null && background.toLowerCase() !== '#ffffff') view.tints[`${row},${column}`] = background;
    }
  }
  return view;
}

function kindOf(value: ReturnType<Tab['value']>): string {
  if (typeof value === 'number') return 'n';
  if (typeof value === 'boolean') return 'b';
  return typeof value === 'object' && value !== null ? 'e' : 't';
}
