import { parseArgs } from 'node:util';
import type { CycleReport } from '../shared/cycle/cycle.ts';
import { openDatabase } from './database/open.ts';
import { readHostConfig } from './env.ts';
import { createLog, describeError } from './log.ts';
import { createSheetsClient } from './sheets/client.ts';
import { explainRun } from './sheets/explain-run.ts';
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
    log.error({ cause: describeError(error) }, 'the run ended early');
    console.error(explainRun(error));
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

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  },
);
