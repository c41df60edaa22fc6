/** Writes to the script's execution log, which its owner reads in the Apps Script editor. Never a value of a cell. */
export function logError(error: unknown): void {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
  // eslint-disable-next-line no-console -- the platform's log
  console.error(text);
}

/** Does what must not be told of in place of the error that led to it: its own is logged, and no more. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    logError(error);
  }
}
