import { readConfig } from './env.ts';
import { describeError, createLog } from './log.ts';
import { startApi, type RunningApi } from './start.ts';
import { StartError } from './start-error.ts';

/** `npm start`: the API as a process. Ends with 0 after a signal, with 1 and a sentence if it cannot start. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  let askedToStop = false;
  const running: { api?: RunningApi } = {};
  const end = (code: number) => {
    askedToStop = true;
    running.api?.stop().then(
      () => process.exit(code),
      (error: unknown) => {
        log.error({ cause: describeError(error) }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Asked twice: do not wait for requests under way. The embedded database is still told to stop (see embedded.ts).
      if (askedToStop) process.exit(1);
      log.info({ signal }, 'stopping');
      end(0);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ cause: describeError(error) }, event);
      if (!askedToStop) end(1);
    });
  }

  const api = await startApi({ ...config, log });
  running.api = api;
  if (askedToStop) return end(0);
  const { embedded } = api.database;
  const where = embedded === null ? 'the database at DATABASE_URL' : `the embedded database in ${embedded.data}`;
  console.log(`Tandem listens on ${api.url} and uses ${where}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
});
