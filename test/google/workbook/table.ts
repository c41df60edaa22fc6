import { randomBytes } from 'node:crypto';
import { contains, intersects, type Area, type OpenArea } from './area.ts';
import { InvalidDataError, SheetError } from './errors.ts';
import type { Shift } from './shift.ts';
import { shiftArea } from './shift.ts';
import type { Tab } from './tab.ts';
import { satisfies, type ValidationRule } from './validation.ts';
import type { Value } from './value.ts';

/** A table with a header row and, where asked for, columns of a type (Insert > Table). */
export interface Table {
  readonly id: string;
  readonly name: string;
  /** Header and footer included. */
  readonly area: Area;
  readonly columns: readonly TableColumn[];
  /** TableRowsProperties of the API, kept as given; a footer colour makes the last row a footer. */
  readonly looks: Readonly<Record<string, unknown>>;
}

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType | null;
  /** Of a drop-down column. */
  readonly condition?: ValidationRule['condition'];
}

export const COLUMN_TYPES = [
  'DOUBLE',
  'CURRENCY',
  'PERCENT',
  'DATE',
  'TIME',
  'DATE_TIME',
  'TEXT',
  'BOOLEAN',
  'DROPDOWN',
  'FILES_CHIP',
  'PEOPLE_CHIP',
  'FINANCE_CHIP',
  'PLACE_CHIP',
  'RATINGS_CHIP',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

const FORMATS: Partial<Record<ColumnType, string>> = {
  CURRENCY: '"$"#,##0.00',
  PERCENT: '0.00%',
  DATE: 'M/d/yyyy',
  TIME: 'h:mm:ss AM/PM',
  DATE_TIME: 'M/d/yyyy H:mm:ss',
  TEXT: '@',
};

const NUMERIC = /^(DOUBLE|CURRENCY|PERCENT|DATE|TIME|DATE_TIME|RATINGS_CHIP)$/;

/** What cells of a column show before anybody enters anything: "rating and checkbox columns fill with 0 and FALSE". */
const FILLED: Partial<Record<ColumnType, Value>> = { BOOLEAN: false, RATINGS_CHIP: 0 };

export const hasFooter = ({ looks }: Table): boolean => looks['footerColorStyle'] !== undefined;

/** The rows of a table between its header and its footer. */
export function bodyOf(table: Table): Area {
  return { ...table.area, top: table.area.top + 1, bottom: table.area.bottom - Number(hasFooter(table)) };
}

/** The typed column that a cell lies in; null for headers, footers, untyped columns and cells of no table. */
export function typedColumn(tab: Tab, row: number, column: number): (TableColumn & { type: ColumnType }) | null {
  for (const table of tab.tables) {
    if (!contains(bodyOf(table), row, column)) continue;
    const found = table.columns[column - table.area.left];
    return found && found.type !== null ? { ...found, type: found.type } : null;
  }
  return null;
}

/** The number format that a cell has from the type of its column, whatever its own says. */
export function typeFormat(tab: Tab, row: number, column: number): string | undefined {
  if (tab.tables.length === 0) return undefined;
  const type = typedColumn(tab, row, column)?.type;
  return type && FORMATS[type];
}

/** @throws SheetError where the area reaches into a typed column */
export function refuseTyped(tab: Tab, area: OpenArea, message: string): void {
  for (const table of tab.tables) {
    const body = bodyOf(table);
    table.columns.forEach(({ type }, i) => {
      const column = { ...body, left: body.left + i, right: body.left + i };
      if (type !== null && body.bottom >= body.top && intersects(area, column)) throw new TypedColumnError(message);
    });
  }
}

export const NO_FORMATS = "You can't set the number format of cells in a typed column.";
export const NOT_ALLOWED = 'This operation is not allowed on cells in typed columns.';

/** What Sheets refuses in a column that has a type of its own. */
export class TypedColumnError extends SheetError {
  override name = 'TypedColumnError';
}

/** Whether a value is of the type of its column. */
export function fitsColumn(tab: Tab, row: number, column: number, value: Value): boolean {
  const typed = typedColumn(tab, row, column);
  if (!typed || value === null) return true;
  if (typed.type === 'DROPDOWN') {
    return satisfies(value, { condition: typed.condition! }, tab.workbook.validationContext(tab));
  }
  if (typed.type === 'BOOLEAN') return typeof value === 'boolean';
  return !NUMERIC.test(typed.type) || typeof value === 'number';
}

export function addTable(
  tab: Tab,
  given: Omit<Table, 'id' | 'columns'> & { id?: string; columns?: TableColumn[] },
): Table {
  const { workbook } = tab;
  const area = given.area;
  tab.checkArea(area);
  if (area.bottom <= area.top) throw new SheetError('A table must have at least one row below its header.');
  const all = workbook.tabs.flatMap((one) => one.tables);
  if (all.some(({ name }) => name.toLowerCase() === given.name.toLowerCase())) {
    throw new SheetError(`A table with the name "${given.name}" already exists.`);
  }
  if (tab.tables.some((other) => intersects(other.area, area))) throw new SheetError('Tables cannot overlap.');
  if (tab.filter && intersects(tab.filter.area, area))
    throw new SheetError('You cannot create a table that intersects a filter.');
  const table: Table = {
    id: given.id ?? randomBytes(9).toString('base64url'),
    name: given.name,
    area,
    columns: [],
    looks: given.looks,
  };
  tab.tables = [...tab.tables, table];
  return setColumns(tab, table, given.columns ?? []);
}

/** Names the columns, as their headers then do, and gives them types; a column that is not told of keeps its header. */
export function setColumns(tab: Tab, table: Table, given: readonly (TableColumn | undefined)[]): Table {
  const { top, left, right } = table.area;
  const columns = Array.from({ length: right - left + 1 }, (_, i): TableColumn => {
    const shown = tab.value(top, left + i);
    const known = given[i] ?? table.columns[i] ?? { name: '', type: null };
    return { ...known, name: known.name || (shown === null ? `Column ${i + 1}` : tab.displayValue(top, left + i)) };
  });
  columns.forEach(({ name }, i) => {
    if (tab.displayValue(top, left + i) !== name) tab.setInput(top, left + i, name, { mode: 'raw' });
  });
  const next = changeTable(tab, table, { columns });
  fillDefaults(tab, next, bodyOf(next));
  return next;
}

export function changeTable(tab: Tab, table: Table, change: Partial<Omit<Table, 'id'>>): Table {
  const next = { ...table, ...change };
  tab.tables = tab.tables.map((one) => (one.id === table.id ? next : one));
  tab.workbook.changed({ kind: 'tabProperties', tabId: tab.id });
  return next;
}

function fillDefaults(tab: Tab, table: Table, area: Area): void {
  table.columns.forEach(({ type }, i) => {
    const filled = type === null ? undefined : FILLED[type];
    if (filled === undefined) return;
    for (let row = area.top; row <= area.bottom; row++) {
      const column = table.area.left + i;
      if (tab.grid.value(row, column) === null && !tab.formula(row, column)) tab.setInput(row, column, filled as never);
    }
  });
}

/** Removes a table with all that its cells hold. Turning it back into a range, as the menu does, keeps them. */
export function deleteTable(tab: Tab, table: Table): void {
  tab.tables = tab.tables.filter((one) => one !== table);
  tab.clearContent(table.area);
}

/** A table takes in what stands right below it: rows typed there, or inserted after its last one. */
export function growTable(tab: Tab, row: number, rows: number): void {
  for (const table of tab.tables) {
    if (hasFooter(table) || table.area.bottom !== row - 1) continue;
    const next = changeTable(tab, table, { area: { ...table.area, bottom: row + rows - 1 } });
    fillDefaults(tab, next, { ...next.area, top: row });
  }
}

/** Tables follow a structural change: columns that go take their type along, new ones have none. */
export function shiftTables(tables: readonly Table[], shift: Shift): Table[] {
  return tables.flatMap((table) => {
    const area = shiftArea(table.area, shift);
    if (!area) return [];
    if (shift.axis === 'row') return [{ ...table, area }];
    const columns: TableColumn[] = Array.from({ length: area.right - area.left + 1 }, (_, i) => ({
      name: `Column ${i + 1}`,
      type: null,
    }));
    table.columns.forEach((column, i) => {
      const at = shift.position(table.area.left + i);
      if (at !== null) columns[at - area.left] = column;
    });
    return [{ ...table, area, columns }];
  });
}

/** The rows that an insertion made inside tables get their columns' defaults. */
export function fillInserted(tab: Tab, before: number, count: number): void {
  for (const table of tab.tables) {
    const body = bodyOf(table);
    const area = { ...body, top: Math.max(body.top, before), bottom: Math.min(body.bottom, before + count - 1) };
    fillDefaults(tab, table, area);
  }
}

/** What a person types right below a table becomes part of it; a header that is typed over renames its column. */
export function noticeInput(tab: Tab, area: Area): void {
  for (const table of tab.tables) {
    const { top, bottom, left, right } = table.area;
    if (area.left > right || area.right < left) continue;
    if (area.top === bottom + 1) growTable(tab, area.top, area.bottom - area.top + 1);
    if (area.top <= top && area.bottom >= top) setHeaders(tab, table);
  }
}

function setHeaders(tab: Tab, table: Table): void {
  const { top, left } = table.area;
  const columns = table.columns.map((column, i) => ({
    ...column,
    name: tab.displayValue(top, left + i) || column.name,
  }));
  changeTable(tab, table, { columns });
}

/** @throws InvalidDataError where a script's or a person's value is not of its column's type */
export function checkType(tab: Tab, row: number, column: number, value: Value, cell: string): void {
  if (!tab.workbook.unconfirmed.typedColumnsRefuse || fitsColumn(tab, row, column, value)) return;
  throw new InvalidDataError(cell, NOT_ALLOWED);
}
