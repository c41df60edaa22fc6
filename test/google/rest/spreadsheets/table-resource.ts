import type { Tab } from '../../workbook/tab.ts';
import type { Table } from '../../workbook/table.ts';
import { toGridRange } from '../ranges.ts';

type Json = Record<string, unknown>;

/** The API's Table. */
export function tableResource(tab: Tab, { id, name, area, columns, looks }: Table): Json {
  return {
    tableId: id,
    name,
    range: toGridRange(tab.id, area),
    ...(Object.keys(looks).length ? { rowsProperties: looks } : {}),
    columnProperties: columns.map((column, index) => ({
      ...(index ? { columnIndex: index } : {}),
      columnName: column.name,
      ...(column.type === null ? {} : { columnType: column.type }),
      ...(column.condition ? { dataValidationRule: { condition: column.condition } } : {}),
    })),
  };
}
