import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import type { FormerCell } from '../../shared/cycle/effects.ts';
import { callSheets } from './call.ts';
import { Protection, PROTECTION } from './protection.ts';
import { holdsChip, isComputed, toCell } from './read-tab.ts';
import { gridRange, type RestTab } from './tab.ts';

/** A rectangle of cells. */
export interface Place {
  row: number;
  position: number;
  height: number;
  width: number;
}

/** More ranges than this are asked for as the one that holds them all. */
const MAX_RANGES = 100;

const FIELDS =
  `sheets(properties(sheetId,gridProperties(rowCount,frozenRowCount)),merges,${PROTECTION},data(startRow,startColumn,` +
  'rowData(values(userEnteredValue,effectiveValue,formattedValue,effectiveFormat(numberFormat),' +
  'userEnteredFormat(numberFormat),textFormatRuns,chipRuns,pivotTable(source,dataSourceId),dataSourceTable(dataSourceId)))))';

export interface LookedCell extends FormerCell {
  /** The pattern that the cell shows values by: its own, or that of its column's type. */
  pattern: string;
  /** Shows what nobody entered, or makes other cells do so: a result of an array formula, a pivot table, a data source. */
  isResult: boolean;
}

const EMPTY: LookedCell = { value: null, formula: '', format: '', pattern: '', isResult: false };

export interface Look {
  /** What each of the places shows: a grid of cells a place. */
  places: LookedCell[][][];
  /** Whether a cell lies under a merge, of which another cell is shown. */
  isCovered: (row: number, position: number) => boolean;
  protection: Protection;
  frozenRows: number;
  /** Rows of the grid; null where they are not told. */
  gridRows: number | null;
}

/** Looks at places in one call. */
export async function lookAt(tab: RestTab, places: readonly Place[]): Promise<Look> {
  const asked = places.length > MAX_RANGES ? [bounds(places)] : places;
  const found = await callSheets(
    () =>
      tab.api.spreadsheets.getByDataFilter({
        spreadsheetId: tab.spreadsheetId,
        fields: FIELDS,
        requestBody: {
          dataFilters: asked.map(({ row, position, height, width }) => ({
            gridRange: gridRange(tab, row, position, height, width),
          })),
        },
      }),
    { repeatable: true, wait: tab.wait },
  );
  const cells = new Map<string, LookedCell>();
  for (const { data } of found.sheets ?? []) {
    for (const { startRow, startColumn, rowData } of data ?? []) {
      (rowData ?? []).forEach(({ values }, i) =>
        (values ?? []).forEach((cell, j) =>
          cells.set(`${(startRow ?? 0) + i + 1}:${(startColumn ?? 0) + j + 1}`, formerOf(cell)),
        ),
      );
    }
  }
  const merges = (found.sheets ?? []).flatMap((sheet) => sheet.merges ?? []);
  return {
    places: places.map(({ row, position, height, width }) =>
      Array.from({ length: height }, (_line, i) =>
        Array.from({ length: width }, (_cell, j) => cells.get(`${row + i}:${position + j}`) ?? EMPTY),
      ),
    ),
    isCovered: (row, position) =>
      merges.some(({ startRowIndex, endRowIndex, startColumnIndex, endColumnIndex }) => {
        const [top, left] = [(startRowIndex ?? 0) + 1, (startColumnIndex ?? 0) + 1];
        const within = row >= top && row <= endRowIndex! && position >= left && position <= endColumnIndex!;
        return within && (row !== top || position !== left);
      }),
    protection: new Protection(found.sheets),
    frozenRows: found.sheets?.[0]?.properties?.gridProperties?.frozenRowCount ?? 0,
    gridRows: found.sheets?.[0]?.properties?.gridProperties?.rowCount ?? null,
  };
}

/** The format is kept as the JSON of a NumberFormat: its type cannot be told from its pattern alone. */
function formerOf(cell: sheets_v4.Schema$CellData): LookedCell {
  const formula = cell.userEnteredValue?.formulaValue ?? '';
  const own = cell.userEnteredFormat?.numberFormat;
  const format = own ? JSON.stringify(own) : '';
  // What nobody entered is spilled by an array formula elsewhere, and comes back by itself.
  const value = cell.userEnteredValue ? toCell(cell) : null;
  const shown = own ?? cell.effectiveFormat?.numberFormat;
  const { userEnteredValue, formattedValue, effectiveValue, textFormatRuns, chipRuns } = cell;
  const styled = textFormatRuns?.length || holdsChip(cell);
  return {
    value,
    formula,
    format,
    pattern: shown ? patternOf(JSON.stringify(shown)) : '',
    isResult: formula === '' && isComputed(cell),
    ...(styled
      ? { styled: JSON.stringify({ userEnteredValue, effectiveValue, formattedValue, textFormatRuns, chipRuns }) }
      : {}),
  };
}

/** The pattern of a format as {@link lookAt} answers it; '' for automatic. */
export function patternOf(format: string | null): string {
  if (!format) return '';
  const { type, pattern } = JSON.parse(format) as sheets_v4.Schema$NumberFormat;
  return pattern ?? PATTERNS[type ?? ''] ?? '';
}

/** A format may name its type alone. What matters is which kind of value it shows. */
const PATTERNS: Record<string, string> = {
  TEXT: '@',
  DATE: 'yyyy-mm-dd',
  TIME: 'hh:mm:ss',
  DATE_TIME: 'yyyy-mm-dd hh:mm:ss',
};

function bounds(places: readonly Place[]): Place {
  const least = (of: (place: Place) => number) => places.reduce((best, place) => Math.min(best, of(place)), Infinity);
  const row = least((place) => place.row);
  const position = least((place) => place.position);
  return {
    row,
    position,
    height: -least((place) => -place.row - place.height) - row,
    width: -least((place) => -place.position - place.width) - position,
  };
}
