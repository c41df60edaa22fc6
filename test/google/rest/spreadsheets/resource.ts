import { bounded, intersects, type Area, type OpenArea } from '../../workbook/area.ts';
import type { ProtectedRange } from '../../workbook/attributes.ts';
import type { Tab } from '../../workbook/tab.ts';
import type { Workbook } from '../../workbook/workbook.ts';
import { cellData } from '../cell-data.ts';
import { toDeveloperMetadata } from '../data-filter.ts';
import { clip, toGridRange, type TabRange } from '../ranges.ts';
import { attachmentsResource } from './attachment-resource.ts';
import { tableResource } from './table-resource.ts';

type Json = Record<string, unknown>;

const white = { red: 1, green: 1, blue: 1 };

const DEFAULT_FORMAT = {
  backgroundColor: white,
  padding: { top: 2, right: 3, bottom: 2, left: 3 },
  verticalAlignment: 'BOTTOM',
  wrapStrategy: 'OVERFLOW_CELL',
  textFormat: {
    foregroundColor: {},
    fontFamily: 'arial,sans,sans-serif',
    fontSize: 10,
    bold: false,
    italic: false,
    strikethrough: false,
    underline: false,
    foregroundColorStyle: { rgbColor: {} },
  },
  backgroundColorStyle: { rgbColor: white },
};

/**
 * The Spreadsheet resource; cells only with `grid`. Where ranges are given, their sheets alone, and of those "the portions
 * that intersect" (reference, getByDataFilter): other cells, merges and protected ranges are left out.
 */
export function spreadsheetResource(
  workbook: Workbook,
  options: { grid?: boolean; ranges?: TabRange[]; actor?: string | undefined } = {},
): Json {
  const { grid = false, ranges = [], actor } = options;
  const tabs = ranges.length ? workbook.tabs.filter((tab) => ranges.some((range) => range.tab === tab)) : workbook.tabs;
  const global = workbook.metadata.filter((item) => item.location.type === 'SPREADSHEET');
  return {
    spreadsheetId: workbook.id,
    properties: {
      title: workbook.title,
      locale: workbook.locale,
      autoRecalc: 'ON_CHANGE',
      timeZone: workbook.timeZone,
      defaultFormat: DEFAULT_FORMAT,
    },
    sheets: tabs.map((tab) => sheetResource(tab, { grid, areas: areasOf(tab, ranges), actor })),
    ...(workbook.namedRanges.length
      ? {
          namedRanges: workbook.namedRanges.map(({ id, name, tabId, area }) => ({
            namedRangeId: id,
            name,
            range: toGridRange(tabId, area),
          })),
        }
      : {}),
    spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${workbook.id}/edit`,
    ...(global.length ? { developerMetadata: global.map(toDeveloperMetadata) } : {}),
  };
}

const areasOf = (tab: Tab, ranges: TabRange[]): Area[] =>
  ranges.length ? ranges.filter((r) => r.tab === tab).map(clip) : [bounded({}, tab.rowCount, tab.columnCount)];

export function sheetProperties(tab: Tab): Json {
  const { frozenRows, frozenColumns, other } = tab;
  const { gridProperties, ...rest } = other as { gridProperties?: Json };
  return {
    sheetId: tab.id,
    title: tab.title,
    index: tab.index,
    sheetType: 'GRID',
    gridProperties: {
      rowCount: tab.rowCount,
      columnCount: tab.columnCount,
      ...(frozenRows ? { frozenRowCount: frozenRows } : {}),
      ...(frozenColumns ? { frozenColumnCount: frozenColumns } : {}),
      ...gridProperties,
    },
    ...(tab.hidden ? { hidden: true } : {}),
    ...rest,
  };
}

function sheetResource(
  tab: Tab,
  { grid, areas, actor }: { grid: boolean; areas: Area[]; actor: string | undefined },
): Json {
  const isAsked = (area: OpenArea): boolean => areas.some((asked) => intersects(area, asked));
  const merges = tab.merges.filter(isAsked);
  const protectedRanges = tab.protectedRanges.filter(({ area }) => isAsked(area));
  const onSheet = tab.metadata.filter((item) => item.location.type === 'SHEET');
  return {
    properties: sheetProperties(tab),
    ...(grid ? { data: areas.map((area) => gridData(tab, area)) } : {}),
    // Unlike elsewhere, a merge on the first tab comes without its sheetId.
    ...(merges.length ? { merges: merges.map((merge) => toGridRange(tab.id, merge)) } : {}),
    ...(protectedRanges.length
      ? { protectedRanges: protectedRanges.map((r) => protectedResource(tab, r, actor)) }
      : {}),
    ...(tab.filter ? { basicFilter: { range: toGridRange(tab.id, tab.filter.area) } } : {}),
    ...attachmentsResource(tab),
    ...(tab.tables.length ? { tables: tab.tables.map((table) => tableResource(tab, table)) } : {}),
    ...(onSheet.length ? { developerMetadata: onSheet.map(toDeveloperMetadata) } : {}),
  };
}

/** `actor`: who asks; absent, whoever it is owns everything. */
export function protectedResource(tab: Tab, range: ProtectedRange, actor?: string): Json {
  const mayEdit = actor === undefined || actor === tab.workbook.owner || range.editors.includes(actor);
  return {
    protectedRangeId: range.id,
    range: toGridRange(tab.id, range.area),
    ...(range.description ? { description: range.description } : {}),
    ...(range.warningOnly
      ? { warningOnly: true }
      : {
          ...(mayEdit ? { requestingUserCanEdit: true } : {}),
          editors: { users: [tab.workbook.owner, ...range.editors].filter(Boolean) },
        }),
    ...(range.unprotected.length
      ? { unprotectedRanges: range.unprotected.map((area) => toGridRange(tab.id, area)) }
      : {}),
  };
}

/** GridData: rows up to the last that has anything, each up to its last cell that has anything. */
function gridData(tab: Tab, area: Area): Json {
  const rowData: Json[] = [];
  let filledRows = 0;
  const extent = tab.dataExtent();
  const bottom = Math.min(area.bottom, Math.max(extent.rows, tab.grid.length));
  for (let r = area.top; r <= bottom; r++) {
    const values: Json[] = [];
    let filled = 0;
    for (let c = area.left; c <= area.right; c++) {
      const data = cellData(tab, r, c);
      values.push(data);
      if (Object.keys(data).length) filled = values.length;
    }
    rowData.push(filled ? { values: values.slice(0, filled) } : {});
    if (filled) filledRows = rowData.length;
  }
  return {
    ...(area.top > 1 ? { startRow: area.top - 1 } : {}),
    ...(area.left > 1 ? { startColumn: area.left - 1 } : {}),
    ...(filledRows ? { rowData: rowData.slice(0, filledRows) } : {}),
    rowMetadata: lines(tab, 'row', area.top, area.bottom),
    columnMetadata: lines(tab, 'column', area.left, area.right),
  };
}

function lines(tab: Tab, axis: 'row' | 'column', first: number, last: number): Json[] {
  const hidden = axis === 'row' ? tab.hiddenRows : tab.hiddenColumns;
  const type = axis === 'row' ? 'ROW' : 'COLUMN';
  const metadata = tab.metadata;
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = first + i;
    const own = metadata.filter(({ location }) => location.type === type && location.index === at);
    return {
      ...(hidden.has(at) ? { hiddenByUser: true } : {}),
      ...(axis === 'row' && tab.isRowFiltered(at) ? { hiddenByFilter: true } : {}),
      pixelSize: axis === 'row' ? 21 : 100,
      ...(own.length ? { developerMetadata: own.map(toDeveloperMetadata) } : {}),
    };
  });
}
