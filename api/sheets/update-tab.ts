import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { callSheets } from './call.ts';
import type { RestTab } from './tab.ts';

/**
 * Sends changes to the spreadsheet, which Sheets applies whole or not at all; each try only while the run may still write.
 * @param repeatable doing it twice is doing it once. Else a broken connection ends the run, and the next one looks at what
 * came of it
 * @throws SheetsError, and what `mayWrite` throws
 */
export async function updateTab(
  tab: RestTab,
  requests: sheets_v4.Schema$Request[],
  { repeatable }: { repeatable: boolean },
): Promise<void> {
  const { api, spreadsheetId, wait, mayWrite } = tab;
  await callSheets(() => api.spreadsheets.batchUpdate({ spreadsheetId, requestBody: { requests } }), {
    repeatable,
    wait,
    before: mayWrite,
  });
}
