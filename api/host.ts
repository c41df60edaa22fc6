import { parseArgs } from 'node:util';
import type { CycleReport } from '../shared/cycle/cycle.ts';
import { TandemError } from '../shared/protocol/error.ts';
import { explainFailure } from './database/errors.ts';
import { openDatabase } from './database/open.ts';
import { readHostConfig } from './env.ts';
import { createLog, describeError } from './log.ts';
import { SheetsError } from './sheets/call.ts';
import { createSheetsClient } from './sheets/client.ts';
import { runHost } from './sheets/run-host.ts';
import { StartError } from './start-error.ts';

/**
 * `npm run host -- --link L`: one cycle of one link over the Sheets REST API. Ends with 0 when both sides were brought
 * in line as far as they can be, with 1 and a sentence when not, with 2 when called wrongly.
 */
async function main(): Promise<number> {
  const link = readLinkArgument();
  if (link === null) {
    console.error('Name the link to sync: npm run host -- --link 00000000-0000-0000-0000-000000000000');
    return 2;
  }
  const config = readHostConfig();
  const log = createLog(config.logLevel);
  const database = await openDatabase({ ...config, log });
  try {
    const { sql, db } = database;
    const ctx = { sql, db, log, clock: { now: () => new Date() } };
    const api = createSheetsClient(config.sheets);
    const report = await runHost({ ctx, link, api, onProgress: (text) => console.log(text) });
    console.log(summary(report));
    return report.outcome === 'done' || report.outcome === 'more' ? 0 : 1;
  } catch (error) {
    const sentence = sentenceFor(error);
    if (sentence === null) throw error;
    log.error({ cause: describeError(error) }, 'the run ended early');
    console.error(sentence);
    return 1;
  } finally {
    await database.close();
  }
}

function readLinkArgument(): string | null {
  try {
    return parseArgs({ options: { link: { type: 'string' } } }).values.link ?? null;
  } catch {
    return null;
  }
}

function summary({ outcome, message, pushed, cellsWritten, refused, notices }: CycleReport): string {
  const lines = [
    outcome === 'done'
      ? `In step: ${pushed} rows sent to the table, ${cellsWritten} cells written to the sheet.`
      : outcome === 'more'
        ? `${pushed} rows sent to the table, ${cellsWritten} cells written to the sheet. There is more to do: run it again.`
        : (message ?? 'The run failed.'),
  ];
  if (refused.length > 0) lines.push(`${refused.length} rows need attention:`);
  for (const { key, error } of refused.slice(0, 20)) lines.push(`  ${key}: ${error?.message ?? 'held'}`);
  for (const notice of notices) if (notice.message !== message) lines.push(notice.message);
  return lines.join('\n');
}

/** What an admin can do about it; null for what nobody expected. */
function sentenceFor(error: unknown): string | null {
  if (error instanceof TandemError) return error.message;
  if (!(error instanceof SheetsError)) return explainFailure(error)?.message ?? null;
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

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  },
);
