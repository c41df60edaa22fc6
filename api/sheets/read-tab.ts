import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { looksLikeError, NO_DATE, type Cell } from '../../shared/cell.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { callSheets, SheetsError } from './call.ts';
import { isDateSerial, serialToCivil } from '../../shared/civil-serial.ts';
import { COLUMN_KEY, type RestTab } from './tab.ts';

const ALWAYS = [
  'properties(timeZone)',
  'sheets(properties(sheetId,title,gridProperties(rowCount))',
  'data(columnMetadata(developerMetadata(metadataKey,metadataValue))',
];
const fields = (cell: string) => `${ALWAYS.join(',')},rowData(values(${cell}))))`;

const VALUES = 'effectiveValue,effectiveFormat(numberFormat(type)),chipRuns(chip)';
/** What was entered, and what stands in the first cell of results that nobody did. */
const WITH_FORMULAS = `${VALUES},userEnteredValue,pivotTable(source,dataSourceId),dataSourceTable(dataSourceId)`;

const ERROR_TEXTS: Record<string, string> = {
  NULL_VALUE: '#NULL!',
  DIVIDE_BY_ZERO: '#DIV/0!',
  VALUE: '#VALUE!',
  REF: '#REF!',
  NAME: '#NAME?',
  NUM: '#NUM!',
  N_A: '#N/A',
  LOADING: 'Loading...',
};

/**
 * The tab as a cycle sees it, in one call: values, which numbers are dates, and the marks on the columns; with
 * `computed` also what was entered. By its id, so that a renamed tab is still found.
 *
 * A spilled cell, and one that a pivot table fills, shows a value that nobody entered: unlike Apps Script, REST tells it
 * from a typed one. Smart chips may stand as `@` in the value, and their text in `formattedValue` alone: where there are
 * any, the tab is read once more with that, whole, since rows may have moved in between.
 */
export async function readTab(tab: RestTab, computed: boolean): Promise<SheetReading> {
  const sheet = await fetchTab(tab, computed);
  if (sheet === null) return goneTab();
  if (tab.chips || !hasChips(sheet.sheet)) return toReading(tab, sheet.sheet, sheet.timeZone, computed);
  tab.chips = true;
  return readTab(tab, computed);
}

/** Headers and marks of the tab's columns, in one call, without its rows. */
export async function readColumns(tab: RestTab): Promise<SheetReading['columns']> {
  const found = await fetchTab(tab, false, { startRowIndex: HEADER_ROW - 1, endRowIndex: HEADER_ROW });
  return found === null ? [] : toReading(tab, found.sheet, found.timeZone, false).columns;
}

interface FetchedTab {
  sheet: sheets_v4.Schema$Sheet;
  timeZone: string;
}

async function fetchTab(
  tab: RestTab,
  computed: boolean,
  rows: { startRowIndex?: number; endRowIndex?: number } = {},
): Promise<FetchedTab | null> {
  let found: sheets_v4.Schema$Spreadsheet;
  try {
    found = await callSheets(
      () =>
        tab.api.spreadsheets.getByDataFilter({
          spreadsheetId: tab.spreadsheetId,
          fields: fields((computed ? WITH_FORMULAS : VALUES) + (tab.chips ? ',formattedValue' : '')),
          requestBody: { dataFilters: [{ gridRange: { sheetId: tab.sheetId, ...rows } }] },
        }),
      { repeatable: true, wait: tab.wait },
    );
  } catch (error) {
    if (error instanceof SheetsError && error.status === 400) return null;
    throw error;
  }
  const sheet = found.sheets?.find(({ properties }) => (properties?.sheetId ?? 0) === tab.sheetId);
  return sheet ? { sheet, timeZone: found.properties?.timeZone ?? 'Etc/GMT' } : null;
}

function hasChips({ data }: sheets_v4.Schema$Sheet): boolean {
  return (data?.[0]?.rowData ?? []).some((row) => row.values?.some(holdsChip));
}

/** Runs between chips have an empty one. */
export function holdsChip({ chipRuns }: sheets_v4.Schema$CellData): boolean {
  return chipRuns?.some(({ chip }) => chip && Object.keys(chip).length > 0) ?? false;
}

const goneTab = (): SheetReading => ({ title: null, timeZone: 'Etc/GMT', columns: [], rows: [] });

function toReading(tab: RestTab, sheet: sheets_v4.Schema$Sheet, timeZone: string, computed: boolean): SheetReading {
  const data = sheet.data?.[0] ?? {};
  const lines = (data.rowData ?? []).map((row) => row.values ?? []);
  const ids = (data.columnMetadata ?? []).map(
    (column) => column.developerMetadata?.find((item) => item.metadataKey === COLUMN_KEY)?.metadataValue ?? null,
  );
  const tagged = ids.findLastIndex((id) => id !== null) + 1;
  const cells = lines.map((line) => line.map(toCell));
  const filled = cells.map((line) => line.findLastIndex((cell) => cell !== null) + 1);
  const width = filled.reduce((widest, one) => Math.max(widest, one), tagged);
  const height = filled.findLastIndex((one) => one > 0) + 1;
  tab.gridRows = sheet.properties?.gridProperties?.rowCount ?? height;
  const headers = lines[HEADER_ROW - 1] ?? [];
  const reading: SheetReading = {
    title: sheet.properties?.title ?? '',
    timeZone,
    columns: Array.from({ length: width }, (_, index) => ({
      header: headerText(headers[index]),
      id: ids[index] ?? null,
    })),
    rows: cells
      .slice(HEADER_ROW, height)
      .map((line) => Array.from({ length: width }, (_, index) => line[index] ?? null)),
  };
  if (computed) {
    reading.computed = lines
      .slice(HEADER_ROW, height)
      .map((line) => Array.from({ length: width }, (_, index) => isComputed(line[index])));
  }
  return reading;
}

export function toCell(data: sheets_v4.Schema$CellData): Cell {
  const { effectiveValue: value } = data;
  if (!value) return null;
  if (value.errorValue) return { error: ERROR_TEXTS[value.errorValue.type ?? ''] ?? '#ERROR!' };
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  if (typeof value.numberValue === 'number') {
    if (!showsDate(data)) return value.numberValue;
    return isDateSerial(value.numberValue) ? { date: serialToCivil(value.numberValue) } : NO_DATE;
  }
  const text = (holdsChip(data) ? data.formattedValue : null) ?? value.stringValue ?? '';
  if (text === '') return null;
  // Typed text that reads like an error counts as one in the add-on, which can't tell them apart: so here.
  return looksLikeError(text) ? { error: text } : text;
}

function showsDate({ effectiveFormat }: sheets_v4.Schema$CellData): boolean {
  return ['DATE', 'TIME', 'DATE_TIME'].includes(effectiveFormat?.numberFormat?.type ?? '');
}

/** A formula, or what one, a pivot table or a data source fills in; also the cell where one of these stands. */
export function isComputed(data: sheets_v4.Schema$CellData | undefined): boolean {
  const entered = data?.userEnteredValue;
  if (data?.pivotTable || data?.dataSourceTable) return true;
  return entered ? typeof entered.formulaValue === 'string' : Boolean(data?.effectiveValue);
}

function headerText(data: sheets_v4.Schema$CellData | undefined): string {
  const cell = data ? toCell(data) : null;
  if (cell === null) return '';
  if (typeof cell === 'object') return 'date' in cell ? cell.date : cell.error;
  return typeof cell === 'boolean' ? String(cell).toUpperCase() : String(cell);
}
