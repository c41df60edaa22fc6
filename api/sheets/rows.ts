import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import type { DeletedRows, RowsInserted, RowToDelete } from '../../shared/cycle/effects.ts';
import { ROWS_PROTECTED, ROWS_REFUSED } from '../../shared/cycle/rows-refused.ts';
import { sortOut } from '../../shared/cycle/rows-to-delete.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { callSheets, SheetsError } from './call.ts';
import { lookAt, type Look } from './look-at-cells.ts';
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

/** Rows that Sheets refuses to delete are told one by one; this many at once, and the others wait: a minute has 60 calls. */
const MAX_REFUSALS = 16;

/**
 * Looks at rows, given in descending order, and deletes those that still show what they must and are not protected, run
 * by run in one batch, which Sheets applies whole or not at all. Refused, it names the one to blame: the others are looked
 * at anew, since time has passed, and go without it, from then on row by row, so that a row is named and no run of them.
 */
export async function deleteRows(tab: RestTab, rows: readonly RowToDelete[]): Promise<DeletedRows> {
  const done: DeletedRows = { gone: [], guarded: [], refused: [] };
  if (rows.length === 0) return done;
  const protection = await readProtection(tab);
  const guarded = new Set<number>();
  let refusals = 0;
  let alone = false;
  // The lower rows first: what is above keeps its place.
  const waiting = [rows];
  while (waiting.length > 0 && refusals <= MAX_REFUSALS) {
    const due = waiting.pop()!;
    if (due.length === 0) continue;
    const places = due.map(({ row, expected }) => ({ row, position: 1, height: 1, width: expected.length }));
    const look = await lookAt(tab, places);
    const shown = look.places.map(([line]) => line!.map(({ value }) => value));
    const found = sortOut(due, shown, (row) => protection.hasRow(row));
    for (const row of found.guarded) guarded.add(row);
    if (found.gone.length === 0) continue;
    const plan = planDeletes(tab, found.gone, look, alone);
    try {
      await once(tab, plan.requests);
      tab.gridRows = plan.gridRows;
      done.gone.push(...found.gone);
      continue;
    } catch (error) {
      if (!(error instanceof SheetsError) || error.status !== 400) throw error;
      refusals++;
      const named = error.request === null ? undefined : plan.hit[error.request];
      const blamed = named ?? (found.gone.length === 1 ? found.gone : []);
      const left = due.filter(({ row }) => found.gone.includes(row));
      if (blamed.length === 1) {
        const [row] = blamed as [number];
        if (/protected/i.test(error.reason)) guarded.add(row);
        else done.refused.push({ row, reason: error.sentence });
        waiting.push(left.filter((one) => one.row !== row));
      } else if (blamed.length > 1 && !alone) {
        alone = true;
        waiting.push(left);
      } else {
        const middle = left.length >> 1;
        waiting.push(left.slice(middle), left.slice(0, middle));
      }
    }
  }
  done.guarded.push(...rows.flatMap(({ row }) => (guarded.has(row) ? [row] : [])));
  return done;
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

interface DeletePlan {
  requests: Request[];
  /** The rows that each request is for. */
  hit: number[][];
  /** Rows of the grid afterwards. */
  gridRows: number;
}

/** How to delete rows, a request a run of them, or a row (`alone`). Sheets does not delete the last one below the frozen ones. */
function planDeletes(tab: RestTab, rows: readonly number[], look: Look, alone: boolean): DeletePlan {
  const { sheetId } = tab;
  const gridRows = look.gridRows ?? tab.gridRows;
  const fixed = Math.max(HEADER_ROW, look.frozenRows);
  const free = rows.filter((row) => row > fixed);
  const runs: number[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (!alone && run?.at(-1) === row + 1) run.push(row);
    else runs.push([row]);
  }
  const requests = runs.map((run): Request => {
    const range = { sheetId, dimension: 'ROWS', startIndex: run.at(-1)! - 1, endIndex: run[0]! };
    return { deleteDimension: { range } };
  });
  if (free.length < gridRows - fixed) return { requests, hit: runs, gridRows: gridRows - rows.length };
  return {
    requests: [{ appendDimension: { sheetId, dimension: 'ROWS', length: 1 } }, ...requests],
    // Where no row can be added, one has to stay.
    hit: [free.slice(-1), ...runs],
    gridRows: gridRows + 1 - rows.length,
  };
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
