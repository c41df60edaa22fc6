import { columnLetters } from '../../../shared/a1.ts';
import { cellHash } from '../../../shared/digest.ts';
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

/** Takes the header row back that was written into an empty tab. */
export function clearHeaderRow(id: number): void {
  const tab = findTab(id);
  if (!tab) return;
  tab.getRange(HEADER_ROW, 1, 1, tab.getMaxColumns()).clear();
  tab.setFrozenRows(0);
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
 * that came since. Answers the rule of each column, by position; null where it has none.
 */
export function dressColumns(id: number, columns: readonly ColumnDress[]): Map<number, string | null> {
  const tab = findTab(id);
  const rules = new Map<number, string | null>();
  if (!tab) return rules;
  const rows = tab.getMaxRows() - HEADER_ROW;
  const guarded = tab
    .getProtections(SpreadsheetApp.ProtectionType.RANGE)
    .filter((protection) => protection.getDescription() === PROTECTED)
    .map((protection) => protection.getRange().getColumn());
  for (const column of columns) {
    const { position, format, note, computed } = column;
    const letters = columnLetters(position);
    const header = tab.getRange(HEADER_ROW, position);
    if (note !== null && header.getNote() === '') header.setNote(note);
    if (computed && !guarded.includes(position)) {
      tab.getRange(`${letters}:${letters}`).protect().setDescription(PROTECTED).setWarningOnly(true);
    }
    const rule = ruleOf(column);
    rules.set(position, rule && printOf(rule));
    if (rows < 1) continue;
    const range = tab.getRange(HEADER_ROW + 1, position, rows, 1);
    if (format !== null) range.setNumberFormat(format);
    if (rule !== null) range.setDataValidation(rule);
  }
  return rules;
}

/**
 * Puts the rules of today in place of those that were put there before (`former`, by position), in every cell that still
 * has the former one: a rule that a person changed or removed is left alone. A column that never had a rule gets one
 * where no cell of it has any. Answers as `dressColumns`.
 */
export function renewColumnRules(
  id: number,
  columns: readonly (Pick<ColumnDress, 'position' | 'choices' | 'maxLength'> & { former: string | null })[],
): Map<number, string | null> {
  const tab = findTab(id);
  const rules = new Map<number, string | null>();
  const rows = tab === null ? 0 : tab.getMaxRows() - HEADER_ROW;
  for (const column of tab !== null && rows > 0 ? columns : []) {
    const { position, former } = column;
    const rule = ruleOf(column);
    const print = rule && printOf(rule);
    if (print === former) {
      rules.set(position, former);
      continue;
    }
    const now = tab!
      .getRange(HEADER_ROW + 1, position, rows, 1)
      .getDataValidations()
      .map(([one]) => (one ? printOf(one) : null));
    // A column that had none, and now has some, was given it by a person.
    const ours = former !== null || now.every((one) => one === null);
    for (let from = 0; ours && from < rows; from++) {
      if (now[from] !== former) continue;
      const first = from;
      while (from + 1 < rows && now[from + 1] === former) from++;
      tab!.getRange(HEADER_ROW + 1 + first, position, from - first + 1, 1).setDataValidation(rule);
    }
    rules.set(position, print);
  }
  return rules;
}

/** Rules only ever warn: one that rejects makes a script's write of the table's own value throw. */
function ruleOf({
  position,
  choices,
  maxLength,
}: Pick<ColumnDress, 'position' | 'choices' | 'maxLength'>): GoogleAppsScript.Spreadsheet.DataValidation | null {
  const rule = SpreadsheetApp.newDataValidation().setAllowInvalid(true);
  if (choices !== null) return rule.requireValueInList(choices, true).setHelpText('Choose one of the list.').build();
  if (maxLength === null) return null;
  // No separator, so that it reads the same in every locale.
  const formula = `=LEN(${columnLetters(position)}${HEADER_ROW + 1})<=${maxLength}`;
  return rule.requireFormulaSatisfied(formula).setHelpText(`At most ${maxLength} characters.`).build();
}

/** What a rule says, in short: two of the same print are the same rule, wherever a formula in it looks. */
function printOf(rule: GoogleAppsScript.Spreadsheet.DataValidation): string {
  const said = [String(rule.getCriteriaType()), rule.getCriteriaValues(), rule.getAllowInvalid(), rule.getHelpText()];
  const formula = rule.getCriteriaType() === SpreadsheetApp.DataValidationCriteria.CUSTOM_FORMULA;
  const text = JSON.stringify(said);
  return cellHash(formula ? text.replace(/\$?[A-Z]+\$?\d+/g, '#') : text);
}
