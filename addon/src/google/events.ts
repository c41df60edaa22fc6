import { HEADER_ROW } from '../../../shared/limits.ts';
import type { EditMark } from '../memory.ts';

export type EditEvent = GoogleAppsScript.Events.SheetsOnEdit;
export type ChangeEvent = GoogleAppsScript.Events.SheetsOnChange;

/** Kinds of change after which rows or columns stand elsewhere, or that say nothing; edits have an event of their own. */
const STRUCTURAL: readonly string[] = [
  'INSERT_COLUMN',
  'REMOVE_COLUMN',
  'REMOVE_ROW',
  'INSERT_GRID',
  'REMOVE_GRID',
  'OTHER',
];

/** The rows an edit touched. The header row belongs to all rows. */
export function editedRows(event: EditEvent): EditMark & { sheet: number } {
  const { range } = event;
  const from = range.getRow();
  const rows = from <= HEADER_ROW ? null : { from, to: range.getLastRow() };
  return { sheet: range.getSheet().getSheetId(), rows };
}

export function isStructural(event: ChangeEvent): boolean {
  return STRUCTURAL.includes(event.changeType);
}
