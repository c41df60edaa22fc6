import { columnLetters } from '../../../shared/a1.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { unlessRefused } from './refusal.ts';

/** Key of the developer metadata that names a mapped column; it moves with the column, and REST sees it. */
const COLUMN_KEY = 'tandem.column';

/** Key of the developer metadata that says which tab was linked: copies carry metadata along, but are another tab. */
const TAB_KEY = 'tandem.tab';

export interface SpreadsheetFacts {
  id: string;
  name: string;
  /** IANA name. */
  timeZone: string;
}

export function spreadsheetFacts(): SpreadsheetFacts {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  return {
    id: spreadsheet.getId(),
    name: spreadsheet.getName(),
    timeZone: spreadsheet.getSpreadsheetTimeZone(),
  };
}

/** Id and name of the tab the person is looking at. */
export function activeTab(): { id: number; name: string } {
  const sheet = SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();
  return { id: sheet.getSheetId(), name: sheet.getName() };
}

/** Id and name of a tab, or null when it is gone. */
export function tabNamed(id: number): { id: number; name: string } | null {
  const sheet = findTab(id);
  return sheet && { id, name: sheet.getName() };
}

/** Ids of all tabs there are. */
export function tabIds(): Set<number> {
  return new Set(
    SpreadsheetApp.getActiveSpreadsheet()
      .getSheets()
      .map((sheet) => sheet.getSheetId()),
  );
}

/** The tab with this id, whatever its name, or null when it is gone. */
export function findTab(id: number): GoogleAppsScript.Spreadsheet.Sheet | null {
  return (
    SpreadsheetApp.getActiveSpreadsheet()
      .getSheets()
      .find((sheet) => sheet.getSheetId() === id) ?? null
  );
}

function columnTags(sheet: GoogleAppsScript.Spreadsheet.Sheet): GoogleAppsScript.Spreadsheet.DeveloperMetadata[] {
  return sheet
    .createDeveloperMetadataFinder()
    .withKey(COLUMN_KEY)
    .withLocationType(SpreadsheetApp.DeveloperMetadataLocationType.COLUMN)
    .find();
}

/** Mapped column id by 1-based position. */
export function columnIds(sheet: GoogleAppsScript.Spreadsheet.Sheet): Map<number, string> {
  const ids = new Map<number, string>();
  for (const tag of columnTags(sheet)) {
    const column = tag.getLocation().getColumn();
    if (column) ids.set(column.getColumn(), tag.getValue() ?? '');
  }
  return ids;
}

function tabTags(sheet: GoogleAppsScript.Spreadsheet.Sheet): GoogleAppsScript.Spreadsheet.DeveloperMetadata[] {
  return sheet
    .createDeveloperMetadataFinder()
    .withKey(TAB_KEY)
    .withLocationType(SpreadsheetApp.DeveloperMetadataLocationType.SHEET)
    .find();
}

/** Names a tab among all tabs of all spreadsheets. */
const tabName = (sheet: number): string => `${SpreadsheetApp.getActiveSpreadsheet().getId()}/${sheet}`;

/**
 * What the marks that a tab carries say: none, those of a link of its own, or those of the tab it was copied from.
 * Marks on columns alone tell no copy: Sheets may have had no room for the one on the tab.
 */
export function marksOf(sheet: number): 'none' | 'own' | 'copied' {
  const tab = findTab(sheet);
  if (tab === null) return 'none';
  const marked = tabTags(tab).map((tag) => tag.getValue());
  if (marked.length === 0) return columnTags(tab).length > 0 ? 'own' : 'none';
  return marked.includes(tabName(sheet)) ? 'own' : 'copied';
}

/** Marks a tab as linked itself, unless it is. */
export function tagTab(sheet: number): void {
  const tab = findTab(sheet);
  if (!tab || tabTags(tab).some((tag) => tag.getValue() === tabName(sheet))) return;
  const visibility = SpreadsheetApp.DeveloperMetadataVisibility.DOCUMENT;
  unlessRefused(() => tab.addDeveloperMetadata(TAB_KEY, tabName(sheet), visibility));
}

/** Marks columns. One that Sheets lets nobody mark goes on being found by its header. */
export function tagColumns(sheet: number, tags: readonly { position: number; id: string }[]): void {
  const tab = findTab(sheet);
  if (!tab) return;
  unlessRefused(() => {
    for (const { position, id } of tags) {
      const letters = columnLetters(position);
      tab
        .getRange(`${letters}:${letters}`)
        .addDeveloperMetadata(COLUMN_KEY, id, SpreadsheetApp.DeveloperMetadataVisibility.DOCUMENT);
    }
  });
}

/** Takes the marks of a former link off the tab and every column of it. */
export function untag(sheet: number): void {
  const tab = findTab(sheet);
  if (tab) [...columnTags(tab), ...tabTags(tab)].forEach((tag) => tag.remove());
}

/** Takes the mark of one mapped column off. */
export function untagColumn(sheet: number, id: string): void {
  const tab = findTab(sheet);
  if (!tab) return;
  for (const tag of columnTags(tab)) if (tag.getValue() === id) tag.remove();
}

/** Selects a cell of the tab, so that the person sees it. Answers false where the tab has no such cell. */
export function selectCell(sheet: number, row: number, position: number): boolean {
  const tab = findTab(sheet);
  if (!tab || row > tab.getMaxRows() || position > tab.getMaxColumns()) return false;
  SpreadsheetApp.getActiveSpreadsheet().setActiveSheet(tab);
  tab.getRange(Math.max(row, HEADER_ROW), position).activate();
  return true;
}

/** The row of the cell that the person has selected in the tab; null where another tab is in view. */
export function selectedRow(sheet: number): number | null {
  const active = SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();
  return active.getSheetId() === sheet ? active.getActiveCell().getRow() : null;
}

/** A short message at the window's corner. Without a window (in a trigger) it is simply not seen. */
export function toast(message: string): void {
  SpreadsheetApp.getActiveSpreadsheet().toast(message, 'Tandem', 8);
}
