import { cellName, columnLetters } from '../../../shared/a1.ts';
import type { Tab } from '../workbook/tab.ts';
import type { Hands } from './hands.ts';
import type { SheetAction } from './page/messages.ts';

/** Does what the page's person did. The triggers it sets off run on by themselves. */
export function performAction(hands: Hands, tab: Tab, action: SheetAction): void {
  switch (action.do) {
    case 'type':
      return hands.type(action.row, action.column, action.text);
    case 'paste':
      return hands.paste(action.row, action.column, action.values);
    case 'clear':
      return hands.clear(
        action.row,
        action.column,
        Math.min(action.rows, tab.rowCount - action.row + 1),
        Math.min(action.columns, tab.columnCount - action.column + 1),
      );
    case 'insertRows':
      return hands.insertRows(action.row, action.count);
    case 'deleteRows':
      return hands.deleteRows(action.row, action.count);
    case 'insertColumns':
      return hands.insertColumns(action.column, action.count);
    case 'deleteColumns':
      return hands.deleteColumns(action.column, action.count);
    case 'sort':
      return hands.sort(action.column, action.ascending);
    case 'undo':
      return hands.undo();
  }
}

export function describeAction(action: SheetAction): string {
  switch (action.do) {
    case 'type': {
      const text = action.text.length > 60 ? action.text.slice(0, 57) + '…' : action.text;
      return text === ''
        ? `Emptied ${cellName(action.row, action.column)}`
        : `Typed ${text} in ${cellName(action.row, action.column)}`;
    }
    case 'paste':
      return `Pasted ${action.values.length} × ${Math.max(...action.values.map((row) => row.length))} cells at ${cellName(action.row, action.column)}`;
    case 'clear':
      return `Cleared ${action.rows * action.columns === 1 ? cellName(action.row, action.column) : `${action.rows} × ${action.columns} cells at ${cellName(action.row, action.column)}`}`;
    case 'insertRows':
      return `Inserted ${action.count === 1 ? 'a row' : `${action.count} rows`} above row ${action.row}`;
    case 'deleteRows':
      return action.count === 1 ? `Deleted row ${action.row}` : `Deleted ${action.count} rows from row ${action.row}`;
    case 'insertColumns':
      return `Inserted ${action.count === 1 ? 'a column' : `${action.count} columns`} left of ${columnLetters(action.column)}`;
    case 'deleteColumns':
      return `Deleted ${action.count === 1 ? 'column' : `${action.count} columns from`} ${columnLetters(action.column)}`;
    case 'sort':
      return `Sorted by column ${columnLetters(action.column)}${action.ascending ? '' : ', descending'}`;
    case 'undo':
      return 'Undid the last change';
  }
}
