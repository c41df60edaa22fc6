import { areaName, bounded, openAreaName, quoteTitle, type Area, type OpenArea } from '../workbook/area.ts';
import type { Tab } from '../workbook/tab.ts';
import type { Workbook } from '../workbook/workbook.ts';
import { invalid } from './api-error.ts';

/** A range as the API takes it: a tab and an area that may be open. */
export interface TabRange {
  tab: Tab;
  area: OpenArea;
}

/** Reads an A1 range, a tab's title or the name of a named range. */
export function parseRange(workbook: Workbook, text: string): TabRange {
  const found = workbook.resolveRange(text);
  if (!found) throw invalid(`Unable to parse range: ${text}`);
  return found;
}

/** Closes a range by the grid; one that starts beyond it is an error, one that ends beyond it is cut. */
export function clip({ tab, area }: TabRange): Area {
  const closed = bounded(area, tab.rowCount, tab.columnCount);
  if (closed.top > tab.rowCount || closed.left > tab.columnCount) throw exceedsGrid(tab, area);
  return {
    ...closed,
    bottom: Math.min(closed.bottom, tab.rowCount),
    right: Math.min(closed.right, tab.columnCount),
  };
}

export function exceedsGrid(tab: Tab, area: OpenArea): Error {
  return invalid(
    `Range (${quoteTitle(tab.title)}!${openAreaName(area)}) exceeds grid limits. Max rows: ${tab.rowCount}, max columns: ${tab.columnCount}`,
  );
}

/** `Sheet1!A1:B2`, `'My sheet'!A1`. */
export function rangeName(tab: Tab, area: Area): string {
  return `${quoteTitle(tab.title)}!${areaName(area)}`;
}

/** The API's GridRange: 0-based, ends outside, open sides absent. */
export interface GridRange {
  sheetId?: number;
  startRowIndex?: number;
  endRowIndex?: number;
  startColumnIndex?: number;
  endColumnIndex?: number;
}

export function tabOf(workbook: Workbook, sheetId: unknown): Tab {
  const id = (sheetId as number | undefined) ?? 0;
  const tab = workbook.tabById(id);
  if (!tab) throw invalid(`No grid with id: ${id}`);
  return tab;
}

export function readGridRange(workbook: Workbook, range: GridRange | undefined): TabRange {
  const tab = tabOf(workbook, range?.sheetId);
  const { startRowIndex, endRowIndex, startColumnIndex, endColumnIndex } = range ?? {};
  const check = (start: number | undefined, end: number | undefined, axis: string): void => {
    if ((start ?? 0) < 0) throw invalid(`start${axis}Index[${start}] must be >= 0`);
    if (end !== undefined && end <= (start ?? 0)) {
      throw invalid(`end${axis}Index[${end}] must be after start${axis}Index[${start ?? 0}]`);
    }
  };
  check(startRowIndex, endRowIndex, 'Row');
  check(startColumnIndex, endColumnIndex, 'Column');
  const area: OpenArea = {};
  if (startRowIndex !== undefined) area.top = startRowIndex + 1;
  if (endRowIndex !== undefined) area.bottom = endRowIndex;
  if (startColumnIndex !== undefined) area.left = startColumnIndex + 1;
  if (endColumnIndex !== undefined) area.right = endColumnIndex;
  return { tab, area };
}

export function toGridRange(tabId: number, area: OpenArea): GridRange {
  return {
    ...(tabId === 0 ? {} : { sheetId: tabId }),
    ...(area.top === undefined ? {} : { startRowIndex: area.top - 1 }),
    ...(area.bottom === undefined ? {} : { endRowIndex: area.bottom }),
    ...(area.left === undefined ? {} : { startColumnIndex: area.left - 1 }),
    ...(area.right === undefined ? {} : { endColumnIndex: area.right }),
  };
}

/** A range that a write names must lie within the grid on every closed side. */
export function within(range: TabRange): Area {
  const closed = bounded(range.area, range.tab.rowCount, range.tab.columnCount);
  if (closed.bottom > range.tab.rowCount || closed.right > range.tab.columnCount) throw exceedsGrid(range.tab, closed);
  return closed;
}
