import type { Cell } from '../../../shared/cell.ts';
import type { EffectTable } from '../../../shared/cycle/effects.ts';
import { NO_ROOM_IN_ARCHIVE } from '../../../shared/cycle/rows-refused.ts';
import { HEADER_ROW } from '../../../shared/limits.ts';
import { needsTextFormat } from '../../../shared/text-format.ts';
import { isTransient } from './refusal.ts';
import { readSheet } from './sheet.ts';
import { writeBlocks } from './write-blocks.ts';

type Sheet = GoogleAppsScript.Spreadsheet.Sheet;

/** The tab of this name, as far as rows are kept in it; null where there is none yet. */
export function readArchive(title: string, timeZone: string): EffectTable['readArchive']['result'] {
  const tab = findArchive(title);
  if (tab === null) return null;
  const { columns, rows } = readSheet(tab.getSheetId(), timeZone, false);
  return { headers: columns.map(({ header }) => header), rows };
}

/** Writes lines into the tab of this name, which is made where there is none; the person goes on looking at their own. */
export function appendArchive(
  { title, headers, row, lines }: EffectTable['appendArchive']['request'],
  timeZone: string,
): EffectTable['appendArchive']['result'] {
  let tab: Sheet;
  try {
    tab = findArchive(title) ?? addArchive(title);
    const width = lines[0]!.length;
    if (tab.getMaxColumns() < width) tab.insertColumnsAfter(tab.getMaxColumns(), width - tab.getMaxColumns());
    const last = row + lines.length - 1;
    if (tab.getMaxRows() < last) tab.insertRowsAfter(tab.getMaxRows(), last - tab.getMaxRows());
    SpreadsheetApp.flush();
  } catch (error) {
    if (isTransient(error)) throw error;
    return NO_ROOM_IN_ARCHIVE;
  }
  const blocks = [...(headers === null ? [] : [block(HEADER_ROW, [headers])]), block(row, lines)];
  const refused = writeBlocks(tab.getSheetId(), timeZone, blocks).find((outcome) => !outcome.ok);
  return refused && !refused.ok ? { ok: false, message: refused.message } : { ok: true };
}

/** Of two tabs whose names differ in case alone Sheets lets only one be. */
function findArchive(title: string): Sheet | null {
  const tabs = SpreadsheetApp.getActiveSpreadsheet().getSheets();
  return tabs.find((tab) => tab.getName().toLowerCase() === title.toLowerCase()) ?? null;
}

function addArchive(title: string): Sheet {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const shown = spreadsheet.getActiveSheet();
  const tab = spreadsheet.insertSheet(title, spreadsheet.getNumSheets());
  spreadsheet.setActiveSheet(shown);
  return tab;
}

function block(row: number, values: Cell[][]) {
  const asText = values.map((line) => line.map((cell) => typeof cell === 'string' && needsTextFormat(cell)));
  return { row, position: 1, values, asText, expected: values.map((line) => line.map(() => undefined)) };
}
