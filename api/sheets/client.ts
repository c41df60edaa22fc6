import { auth, sheets, type sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';

/** How the host proves itself to the Sheets API. */
export interface SheetsAccess {
  /** Where the API is; null: Google's own. Ends in a slash. */
  rootUrl: string | null;
  /** File of a service account's key: its address must be an editor of the spreadsheet. */
  keyFile: string | null;
  /** Or a token that was obtained elsewhere. */
  accessToken: string | null;
}

const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';

/** Google works on a request for no longer ("more than 180 seconds", guide on usage limits), answered or not. */
export const SHEETS_MS = 180_000;

/**
 * Google's client, told to try nothing again by itself: what may be repeated is for call.ts to say. A connection that
 * says nothing any more would hold the run for ever.
 */
export function createSheetsClient(
  { rootUrl, keyFile, accessToken }: SheetsAccess,
  timeout = SHEETS_MS + 5_000,
): sheets_v4.Sheets {
  const common = { version: 'v4' as const, retry: false, timeout, ...(rootUrl === null ? {} : { rootUrl }) };
  if (keyFile !== null) return sheets({ ...common, auth: new auth.GoogleAuth({ keyFile, scopes: [SCOPE] }) });
  const client = new auth.OAuth2();
  client.setCredentials({ access_token: accessToken });
  return sheets({ ...common, auth: client });
}
