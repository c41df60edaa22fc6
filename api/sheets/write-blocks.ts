import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { isDate, type Cell } from '../../shared/cell.ts';
import type { Block, BlockOutcome } from '../../shared/cycle/effects.ts';
import { callSheets, SheetsError } from './call.ts';
import { civilToSerial } from './serial.ts';
import { gridRange, type RestTab } from './tab.ts';

type Request = sheets_v4.Schema$Request;

const PROTECTED = 'This cell is protected, and the account Tandem writes with may not edit it.';
const REFUSED = 'Sheets does not take the table’s value for this cell.';

/**
 * Writes the blocks in one batch, which Sheets applies whole or not at all. Refused, each is sent alone to find the one
 * to blame. Values are typed, so nothing is parsed: text stays text whatever it looks like (I17).
 */
export async function writeBlocks(tab: RestTab, blocks: readonly Block[]): Promise<BlockOutcome[]> {
  const requests = blocks.map((block) => blockRequests(tab, block));
  const together = await attempt(tab, requests.flat());
  if (together.ok) return blocks.map(() => together);
  if (blocks.length === 1) return [together];
  const outcomes: BlockOutcome[] = [];
  for (const request of requests) outcomes.push(await attempt(tab, request));
  return outcomes;
}

/** Setting values is repeatable: twice is once. */
async function attempt(tab: RestTab, requests: Request[]): Promise<BlockOutcome> {
  try {
    await callSheets(
      () => tab.api.spreadsheets.batchUpdate({ spreadsheetId: tab.spreadsheetId, requestBody: { requests } }),
      { repeatable: true, wait: tab.wait },
    );
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
    return /protected/i.test(error.reason)
      ? { ok: false, why: 'protected', message: PROTECTED }
      : { ok: false, why: 'invalid', message: REFUSED };
  }
}

/** One request for the values, and one for each run of cells whose number format does not fit the value. */
function blockRequests(tab: RestTab, { row, position, values }: Block): Request[] {
  const requests: Request[] = [
    {
      updateCells: {
        range: gridRange(tab, row, position, values.length, values[0]!.length),
        rows: values.map((line) => ({ values: line.map((cell) => ({ ...entered(cell) })) })),
        fields: 'userEnteredValue',
      },
    },
  ];
  for (let j = 0; j < values[0]!.length; j++) {
    for (let i = 0; i < values.length;) {
      const wanted = formatFor(values[i]![j]!, tab.dates.has(`${row + i}:${position + j}`));
      let end = i + 1;
      while (
        end < values.length &&
        formatFor(values[end]![j]!, tab.dates.has(`${row + end}:${position + j}`)) === wanted
      ) {
        end++;
      }
      if (wanted !== null) {
        requests.push({
          repeatCell: {
            range: gridRange(tab, row + i, position + j, end - i),
            cell: wanted === 'automatic' ? {} : { userEnteredFormat: { numberFormat: FORMATS[wanted] } },
            fields: 'userEnteredFormat.numberFormat',
          },
        });
      }
      i = end;
    }
  }
  return requests;
}

const FORMATS = {
  date: { type: 'DATE', pattern: 'yyyy-mm-dd' },
  time: { type: 'TIME', pattern: 'hh:mm:ss' },
  dateTime: { type: 'DATE_TIME', pattern: 'yyyy-mm-dd hh:mm:ss' },
};

/** The number format a value needs, where the cell's own does not do. Under a date format 12.25 would be a date. */
function formatFor(cell: Cell, underDate: boolean): keyof typeof FORMATS | 'automatic' | null {
  if (typeof cell === 'number') return underDate ? 'automatic' : null;
  if (!isDate(cell) || underDate) return null;
  if (/^\d\d:/.test(cell.date)) return 'time';
  return cell.date.includes('T') ? 'dateTime' : 'date';
}

function entered(cell: Cell): sheets_v4.Schema$CellData {
  if (cell === null) return {};
  if (typeof cell === 'boolean') return { userEnteredValue: { boolValue: cell } };
  if (typeof cell === 'number') return { userEnteredValue: { numberValue: cell } };
  if (typeof cell === 'string') return { userEnteredValue: { stringValue: cell } };
  return 'date' in cell ? { userEnteredValue: { numberValue: civilToSerial(cell.date) } } : {};
}
