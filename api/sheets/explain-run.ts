import { TandemError } from '../../shared/protocol/error.ts';
import { explainFailure } from '../database/errors.ts';
import { SheetsError } from './call.ts';

/**
 * What an admin can do about a run that ended early. Never the error's own words where nobody expected it: a database's
 * quote values of rows, and Google's client's the token.
 */
export function explainRun(error: unknown): string {
  if (error instanceof TandemError) return error.message;
  if (!(error instanceof SheetsError)) {
    const unexpected = 'The run ended early. The log says why; run it again, and report it if it stays.';
    return explainFailure(error)?.message ?? unexpected;
  }
  switch (error.status) {
    case 400:
      return 'Google did not take a request of this run. The log says why; run it again, and report it if it stays.';
    case 401:
      return 'Google does not accept the access token. Get a new one, or use a service account’s key file.';
    case 403:
      return 'Google does not let this account edit the spreadsheet. Share the spreadsheet with its address as an editor.';
    case 404:
      return 'The spreadsheet was not found. It may have been deleted, or is not shared with this account.';
    case 429:
      return 'Google’s quota for this minute is used up. Run it again in a minute.';
    default:
      return 'Google Sheets could not be reached. Run it again later; nothing is lost.';
  }
}
