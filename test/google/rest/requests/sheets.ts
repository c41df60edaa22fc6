import { resize } from '../../workbook/structure.ts';
import { localeOf, type LocaleCode } from '../../workbook/locale.ts';
import type { Tab } from '../../workbook/tab.ts';
import { invalid } from '../api-error.ts';
import type { DocumentCall } from '../context.ts';
import { leaves, parseMask } from '../field-mask.ts';
import { tabOf } from '../ranges.ts';
import { sheetProperties } from '../spreadsheets/resource.ts';
import type { RequestKind } from './kind.ts';

interface SheetProperties {
  sheetId?: number;
  title?: string;
  index?: number;
  hidden?: boolean;
  gridProperties?: { rowCount?: number; columnCount?: number; frozenRowCount?: number; frozenColumnCount?: number };
}

export const addSheet: RequestKind = ({ workbook }, { properties = {} }: { properties?: SheetProperties }) => {
  const { sheetId, title, index, hidden, gridProperties: grid = {} } = properties;
  const tab = workbook.addTab({
    id: sheetId ?? workbook.newTabId(),
    ...(title === undefined ? {} : { title }),
    ...(index === undefined ? {} : { index }),
    ...(grid.rowCount === undefined ? {} : { rowCount: grid.rowCount }),
    ...(grid.columnCount === undefined ? {} : { columnCount: grid.columnCount }),
  });
  tab.hidden = hidden ?? false;
  tab.frozenRows = grid.frozenRowCount ?? 0;
  tab.frozenColumns = grid.frozenColumnCount ?? 0;
  return { properties: sheetProperties(tab) };
};

export const deleteSheet: RequestKind = ({ workbook }, { sheetId = 0 }: { sheetId?: number }) => {
  workbook.deleteTab(sheetId);
};

export const duplicateSheet: RequestKind = (
  { workbook },
  payload: { sourceSheetId?: number; insertSheetIndex?: number; newSheetId?: number; newSheetName?: string },
) => {
  const source = tabOf(workbook, payload.sourceSheetId);
  const tab = workbook.duplicateTab(source, {
    index: payload.insertSheetIndex ?? source.index + 1,
    ...(payload.newSheetId === undefined ? {} : { id: payload.newSheetId }),
    ...(payload.newSheetName === undefined ? {} : { title: payload.newSheetName }),
  });
  return { properties: sheetProperties(tab) };
};

export const updateSheetProperties: RequestKind = (
  call,
  { properties = {}, fields = '' }: { properties?: SheetProperties; fields?: string },
) => {
  const tab = tabOf(call.workbook, properties.sheetId);
  if (!fields) throw invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const mask = parseMask(fields);
  const paths = Object.keys(mask).length === 0 ? leafPaths(properties) : leaves(mask);
  // Both sizes at once: the grid may never be left without an unfrozen row in between.
  const grid = properties.gridProperties ?? {};
  const has = (path: string): boolean => paths.includes(path) || paths.includes('gridProperties');
  if (has('gridProperties.frozenRowCount'))
    tab.frozenRows = frozen(grid.frozenRowCount ?? 0, grid.rowCount ?? tab.rowCount, 'rows');
  if (has('gridProperties.frozenColumnCount')) {
    tab.frozenColumns = frozen(grid.frozenColumnCount ?? 0, grid.columnCount ?? tab.columnCount, 'columns');
  }
  if (has('gridProperties.rowCount') || has('gridProperties.columnCount')) {
    const rows = has('gridProperties.rowCount') ? (grid.rowCount ?? 0) : tab.rowCount;
    const columns = has('gridProperties.columnCount') ? (grid.columnCount ?? 0) : tab.columnCount;
    if (rows < 1 || columns < 1) throw invalid('The sheet must have at least one row and one column.');
    resize(tab, rows, columns);
  }
  for (const path of paths) setProperty(call, tab, path, properties);
  call.workbook.changed({ kind: 'tabProperties', tabId: tab.id });
};

function frozen(count: number, size: number, axis: string): number {
  if (count >= size) throw invalid(`You can't freeze all visible ${axis} on the sheet.`);
  return count;
}

function setProperty({ workbook }: DocumentCall, tab: Tab, path: string, properties: SheetProperties): void {
  switch (path) {
    case 'title':
      return workbook.renameTab(tab, properties.title ?? '');
    case 'index':
      return workbook.moveTab(tab, properties.index ?? 0);
    case 'hidden':
      if (properties.hidden && !workbook.tabs.some((other) => other !== tab && !other.hidden)) {
        throw invalid("You can't hide all the sheets in a document.");
      }
      tab.hidden = properties.hidden ?? false;
      return;
    default: {
      const [head, ...rest] = path.split('.');
      if (
        head === 'gridProperties' &&
        /^(rowCount|columnCount|frozenRowCount|frozenColumnCount|)$/.test(rest.join('.'))
      )
        return;
      if (head === 'sheetId' || head === 'sheetType') return;
      const value = (properties as Record<string, unknown>)[head!];
      if (head === 'gridProperties') {
        const flags = (tab.other.gridProperties ?? {}) as Record<string, unknown>;
        tab.other = {
          ...tab.other,
          gridProperties: { ...flags, [rest[0]!]: (value as Record<string, unknown> | undefined)?.[rest[0]!] },
        };
      } else {
        tab.other = { ...tab.other, [head!]: value };
      }
    }
  }
}

function leafPaths(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    return typeof child === 'object' && child !== null ? leafPaths(child, path) : [path];
  });
}

export const updateSpreadsheetProperties: RequestKind = (
  { workbook },
  {
    properties = {},
    fields = '',
  }: { properties?: { title?: string; locale?: string; timeZone?: string }; fields?: string },
) => {
  if (!fields) throw invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const mask = parseMask(fields);
  for (const path of Object.keys(mask).length ? leaves(mask) : Object.keys(properties)) {
    if (path === 'title') workbook.title = properties.title ?? '';
    if (path === 'locale') workbook.locale = localeOf(properties.locale as LocaleCode).code;
    if (path === 'timeZone') workbook.timeZone = properties.timeZone ?? 'Etc/GMT';
  }
  workbook.changed({ kind: 'properties' });
};
