import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import type { DeletedRows, RowsInserted, RowToDelete } from '../../shared/cycle/effects.ts';
import { ROWS_PROTECTED, ROWS_REFUSED } from '../../shared/cycle/rows-refused.ts';
import { sortOut } from '../../shared/cycle/rows-to-delete.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { callSheets, SheetsError } from './call.ts';
import { lookAt } from './look-at-cells.ts';
import { TINT, toHex } from './marks.ts';
import { Protection, PROTECTION } from './protection.ts';
import { COLUMN_KEY, gridRange, type RestTab } from './tab.ts';
import { updateTab } from './update-tab.ts';

type Request = sheets_v4.Schema$Request;

/** None of these may be done twice: a broken connection ends the run, and the next one looks at what came of it. */
function once(tab: RestTab, requests: Request[]): Promise<void> {
  return updateTab(tab, requests, { repeatable: false });
}

/**
 * Inserts empty rows below `after`. They take the formats of the row above, so that a column goes on looking as the
 * person made it; not those of the header, nor a tint that marks a refused cell.
 */
export async function insertRows(tab: RestTab, after: number, count: number): Promise<RowsInserted> {
  const inheritFromBefore = after > HEADER_ROW;
  const tinted = inheritFromBefore ? await tintedCells(tab, after) : [];
  const range = { sheetId: tab.sheetId, dimension: 'ROWS', startIndex: after, endIndex: after + count };
  const requests = [
    { insertDimension: { range, inheritFromBefore } },
    ...tinted.map((position) => ({
      repeatCell: {
        range: gridRange(tab, after + 1, position, count),
        cell: {},
        fields: 'userEnteredFormat.backgroundColor',
      },
    })),
  ];
  try {
    await once(tab, requests);
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
    return /protected/i.test(error.reason) ? ROWS_PROTECTED : ROWS_REFUSED;
  }
  tab.gridRows += count;
  return { ok: true };
}

/** Positions of a row's cells that carry the tint of a refused cell. */
async function tintedCells(tab: RestTab, row: number): Promise<number[]> {
  const { sheetId } = tab;
  const line = { sheetId, startRowIndex: row - 1, endRowIndex: row };
  const found = await callSheets(
    () =>
      tab.api.spreadsheets.getByDataFilter({
        spreadsheetId: tab.spreadsheetId,
        fields: 'sheets(properties(sheetId),data(rowData(values(userEnteredFormat(backgroundColor)))))',
        requestBody: { dataFilters: [{ gridRange: line }] },
      }),
    { repeatable: true, wait: tab.wait },
  );
  const cells = found.sheets?.flatMap(({ data }) => data ?? [])[0]?.rowData?.[0]?.values ?? [];
  return cells.flatMap((cell, index) => (toHex(cell.userEnteredFormat?.backgroundColor) === TINT ? [index + 1] : []));
}

/**
 * Looks at rows, given in descending order, and deletes those that still show what they must and are not protected, run
 * by run in one batch. Sheets refuses to delete the last row below the frozen ones. A refusal that nothing foretold is told as
 * a protection.
 */
export async function deleteRows(tab: RestTab, rows: readonly RowToDelete[]): Promise<DeletedRows> {
  if (rows.length === 0) return { gone: [], guarded: [] };
  const places = rows.map(({ row, expected }) => ({ row, position: 1, height: 1, width: expected.length }));
  const protection = await readProtection(tab);
  const looks = await lookAt(tab, places);
  const shown = looks.places.map(([line]) => line!.map(({ value }) => value));
  const { gone, guarded } = sortOut(rows, shown, (row) => protection.hasRow(row));
  if (gone.length === 0) return { gone, guarded };
  try {
    await deleteRuns(tab, gone, Math.max(HEADER_ROW, looks.frozenRows));
    return { gone, guarded };
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
  }
  if (rows.length === 1) return { gone: [], guarded: [rows[0]!.row] };
  // Looked at anew, since time has passed. The lower half first: what is above keeps its place.
  const middle = rows.length >> 1;
  const lower = await deleteRows(tab, rows.slice(0, middle));
  const upper = await deleteRows(tab, rows.slice(middle));
  return { gone: [...lower.gone, ...upper.gone], guarded: [...lower.guarded, ...upper.guarded] };
}

/** What is protected anywhere in the spreadsheet: asked for some cells, Sheets tells of what meets these alone. */
async function readProtection(tab: RestTab): Promise<Protection> {
  const { api, spreadsheetId, sheetId, wait } = tab;
  const fields = `sheets(properties(sheetId),${PROTECTION})`;
  const { sheets } = await callSheets(() => api.spreadsheets.get({ spreadsheetId, fields }), {
    repeatable: true,
    wait,
  });
  return new Protection(sheets?.filter(({ properties }) => (properties?.sheetId ?? 0) === sheetId));
}

async function deleteRuns(tab: RestTab, rows: readonly number[], fixed: number): Promise<void> {
  const { sheetId } = tab;
  const requests: Request[] = [];
  const isLast = rows.filter((row) => row > fixed).length >= tab.gridRows - fixed;
  if (isLast) {
    requests.push({ appendDimension: { sheetId, dimension: 'ROWS', length: 1 } });
  }
  let bottom = rows[0]!;
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    if (next === row - 1) return;
    requests.push({
      deleteDimension: { range: { sheetId, dimension: 'ROWS', startIndex: row - 1, endIndex: bottom } },
    });
    if (next !== undefined) bottom = next;
  });
  await once(tab, requests);
  tab.gridRows += (isLast ? 1 : 0) - rows.length;
}

/**
 * Marks columns, so that they are found again wherever they move. Every program with access sees it. Where Sheets lets
 * nobody mark them, they go on being found by their headers.
 */
export async function tagColumns(tab: RestTab, tags: readonly { position: number; id: string }[]): Promise<void> {
  if (tags.length === 0) return;
  const requests = tags.map(({ position, id }) => ({
    createDeveloperMetadata: {
      developerMetadata: {
        metadataKey: COLUMN_KEY,
        metadataValue: id,
        visibility: 'DOCUMENT',
        location: {
          dimensionRange: {
            sheetId: tab.sheetId,
            dimension: 'COLUMNS',
            startIndex: position - 1,
            endIndex: position,
          },
        },
      },
    },
  }));
  try {
    await once(tab, requests);
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
  }
}
