import type { OpenArea } from '../../workbook/area.ts';
import type { Tab } from '../../workbook/tab.ts';
import * as tables from '../../workbook/table.ts';
import { COLUMN_TYPES, type ColumnType, type Table, type TableColumn } from '../../workbook/table.ts';
import type { ValidationRule } from '../../workbook/validation.ts';
import type { Workbook } from '../../workbook/workbook.ts';
import { invalid } from '../api-error.ts';
import { leaves, parseMask } from '../field-mask.ts';
import { readGridRange, within, type GridRange } from '../ranges.ts';
import { tableResource } from '../spreadsheets/table-resource.ts';
import type { RequestKind } from './kind.ts';

interface GivenColumn {
  columnIndex?: number;
  columnName?: string;
  columnType?: string;
  dataValidationRule?: { condition?: ValidationRule['condition'] };
}

interface GivenTable {
  tableId?: string;
  name?: string;
  range?: GridRange;
  columnProperties?: GivenColumn[];
  rowsProperties?: Record<string, unknown>;
}

/** Columns by their place in the table. */
function readColumns(given: GivenColumn[] = []): TableColumn[] {
  const columns: TableColumn[] = [];
  for (const { columnIndex = 0, columnName = '', columnType, dataValidationRule } of given) {
    const type = !columnType || columnType === 'COLUMN_TYPE_UNSPECIFIED' ? null : (columnType as ColumnType);
    if (type !== null && !COLUMN_TYPES.includes(type)) throw invalid(`Invalid columnType: ${columnType}`);
    const condition = dataValidationRule?.condition;
    if (type === 'DROPDOWN' ? condition?.type !== 'ONE_OF_LIST' : condition !== undefined) {
      throw invalid('A dataValidationRule of type ONE_OF_LIST is for drop-down columns, and they need one.');
    }
    columns[columnIndex] = { name: columnName, type, ...(condition ? { condition } : {}) };
  }
  return columns;
}

function findTable(workbook: Workbook, id: string | undefined): { tab: Tab; table: Table } {
  for (const tab of workbook.tabs) {
    const table = tab.tables.find((one) => one.id === id);
    if (table) return { tab, table };
  }
  throw invalid(`No table with id: ${id}`);
}

export const addTable: RequestKind = ({ workbook, actor }, { table: given = {} }: { table?: GivenTable }) => {
  const found = readGridRange(workbook, given.range);
  const area = within(found);
  if (actor !== undefined) found.tab.checkEditable(area, actor);
  const table = tables.addTable(found.tab, {
    ...(given.tableId === undefined ? {} : { id: given.tableId }),
    name: given.name ?? `Table${workbook.tabs.flatMap((tab) => tab.tables).length + 1}`,
    area,
    looks: given.rowsProperties ?? {},
    columns: readColumns(given.columnProperties),
  });
  return { table: tableResource(found.tab, table) };
};

export const updateTable: RequestKind = (
  { workbook },
  { table: given = {}, fields = '' }: { table?: GivenTable; fields?: string },
) => {
  if (!fields) throw invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const { tab, table } = findTable(workbook, given.tableId);
  const names = leaves(parseMask(fields)).map((path) => path.split('.')[0]);
  const has = (name: keyof GivenTable): boolean => fields === '*' || names.includes(name);
  const next = tables.changeTable(tab, table, {
    ...(has('name') ? { name: given.name ?? table.name } : {}),
    ...(has('range') ? { area: within(readGridRange(workbook, given.range)) } : {}),
    ...(has('rowsProperties') ? { looks: given.rowsProperties ?? {} } : {}),
  });
  tables.setColumns(tab, next, has('columnProperties') ? readColumns(given.columnProperties) : next.columns);
};

export const deleteTable: RequestKind = ({ workbook, actor }, { tableId }: { tableId?: string }) => {
  const { tab, table } = findTable(workbook, tableId);
  if (actor !== undefined) tab.checkEditable(table.area as OpenArea, actor);
  tables.deleteTable(tab, table);
};

/** Rows at the end of the table's body, above a footer; the table grows by them. */
export function rowsForTable(workbook: Workbook, id: string, count: number): { tab: Tab; top: number; left: number } {
  const { tab, table } = findTable(workbook, id);
  const body = tables.bodyOf(table);
  const top = body.bottom + 1;
  tab.insertRows(top, count);
  const grown = tab.tables.find((one) => one.id === id)!;
  if (grown.area.bottom < top + count - 1) tables.growTable(tab, top, count);
  return { tab, top, left: body.left };
}
