import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { callSheets, SheetsError } from './call.ts';
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

/**
 * Sends changes that do not depend on each other and may be done twice. Refused whole, they go without the one that Sheets
 * names, or are halved where it names none: what it does not take, for whatever reason, does not end the run.
 */
export async function updateWhatGoes(tab: RestTab, requests: sheets_v4.Schema$Request[]): Promise<void> {
  if (requests.length === 0) return;
  try {
    await updateTab(tab, requests, { repeatable: true });
  } catch (error) {
    if (!(error instanceof SheetsError) || error.status !== 400) throw error;
    if (requests.length === 1) return;
    const { request } = error;
    if (request !== null && request < requests.length) return updateWhatGoes(tab, requests.toSpliced(request, 1));
    const middle = requests.length >> 1;
    await updateWhatGoes(tab, requests.slice(0, middle));
    await updateWhatGoes(tab, requests.slice(middle));
  }
}
