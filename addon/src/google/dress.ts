import { columnLetters } from '../../../shared/a1.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { findTab } from './spreadsheet.ts';
import { textInput } from './write-text.ts';

/** How a column of a tab is to look, and what it tells a person who types into it. */
export interface ColumnDress {
  /** 1-based. */
  position: number;
  /** Number format; null leaves it to Sheets. */
  format: string | null;
  /** Note on the header; null: none. */
  note: string | null;
  /** Values of a drop-down. */
  choices: string[] | null;
  /** Characters at most. */
  maxLength: number | null;
  /** The database computes it: whoever edits it is warned. */
  computed: boolean;
}

/** How Tandem's own protections are told from a person's. */
const PROTECTED = 'Tandem: the database computes this column';

/** A new tab right of the one given. Its name gets a number where another tab has it. Answers its id. */
export function addTab(beside: number, title: string): number {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const names = new Set(spreadsheet.getSheets().map((sheet) => sheet.getName().toLowerCase()));
  let name = title;
  for (let n = 2; names.has(name.toLowerCase()); n++) name = `${title} ${n}`;
  const tab = spreadsheet.insertSheet(name, findTab(beside)?.getIndex() ?? 0);
  return tab.getSheetId();
}

export function removeTab(id: number): void {
  const tab = findTab(id);
  if (tab) SpreadsheetApp.getActiveSpreadsheet().deleteSheet(tab);
}

/** Whether nothing stands in a tab. */
export function isEmptyTab(id: number): boolean {
  const tab = findTab(id);
  return tab !== null && tab.getLastRow() === 0 && tab.getLastColumn() === 0;
}

/** Writes the header row of an empty tab, as text whatever it looks like, and keeps it in view. */
export function writeHeaderRow(id: number, headers: readonly string[]): void {
  const tab = findTab(id)!;
  const missing = headers.length - tab.getMaxColumns();
  if (missing > 0) tab.insertColumnsAfter(tab.getMaxColumns(), missing);
  tab
    .getRange(HEADER_ROW, 1, 1, headers.length)
    .setNumberFormat('@')
    .setFontWeight('bold')
    .setValues([headers.map((header) => textInput(header) ?? header)]);
  tab.setFrozenRows(HEADER_ROW);
}

/**
 * Formats, drop-downs, notes and warnings of a tab's columns, on every row it has. Called again it puts them on rows
 * that came since. Rules only ever warn: one that rejects makes a script's write of the table's own value throw.
 */
export function dressColumns(id: number, columns: readonly ColumnDress[]): void {
  const tab = findTab(id);
  if (!tab) return;
  const rows = tab.getMaxRows() - HEADER_ROW;
  const guarded = tab
    .getProtections(SpreadsheetApp.ProtectionType.RANGE)
    .filter((protection) => protection.getDescription() === PROTECTED)
    .map((protection) => protection.getRange().getColumn());
  for (const { position, format, note, choices, maxLength, computed } of columns) {
    const letters = columnLetters(position);
    const header = tab.getRange(HEADER_ROW, position);
    if (note !== null && header.getNote() === '') header.setNote(note);
    if (computed && !guarded.includes(position)) {
      tab.getRange(`${letters}:${letters}`).protect().setDescription(PROTECTED).setWarningOnly(true);
    }
    if (rows < 1) continue;
    const range = tab.getRange(HEADER_ROW + 1, position, rows, 1);
    if (format !== null) range.setNumberFormat(format);
    const rule = SpreadsheetApp.newDataValidation().setAllowInvalid(true);
    if (choices !== null) {
      range.setDataValidation(rule.requireValueInList(choices, true).setHelpText('Choose one of the list.').build());
    } else if (maxLength !== null) {
      // No separator, so that it reads the same in every locale.
      const formula = `=LEN(${letters}${HEADER_ROW + 1})<=${maxLength}`;
      range.setDataValidation(
        rule.requireFormulaSatisfied(formula).setHelpText(`At most ${maxLength} characters.`).build(),
      );
    }
  }
}
