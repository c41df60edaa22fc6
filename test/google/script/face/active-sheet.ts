import type { SheetFace } from './sheet.ts';

/** Methods that Spreadsheet has from old times: each does on the active sheet what Sheet's does. */
const NAMES = [
  'autoResizeColumn', 'deleteColumn', 'deleteColumns', 'deleteRow', 'deleteRows', 'getActiveRangeList',
  'getFrozenColumns', 'getFrozenRows', 'getSelection', 'getSheetId', 'getSheetName', 'getSheetValues', 'hideColumn', 'hideRow',
  'insertColumnAfter', 'insertColumnBefore', 'insertColumnsAfter', 'insertColumnsBefore', 'insertRowAfter',
  'insertRowBefore', 'insertRowsAfter', 'insertRowsBefore', 'isColumnHiddenByUser', 'isRowHiddenByFilter',
  'isRowHiddenByUser', 'setActiveSelection', 'setColumnWidth', 'setFrozenColumns', 'setFrozenRows', 'setRowHeight',
  'sort', 'unhideColumn', 'unhideRow',
] as const satisfies readonly (keyof SheetFace)[]; // prettier-ignore

type Method = (this: { getActiveSheet(): unknown }, ...args: never[]) => unknown;

export const onActiveSheet: Record<string, Method> = Object.fromEntries(
  NAMES.map((name): [string, Method] => [
    name,
    function (...args) {
      const sheet = this.getActiveSheet() as SheetFace;
      return (sheet[name] as (...all: never[]) => unknown).apply(sheet, args);
    },
  ]),
);
