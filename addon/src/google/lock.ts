import { logError } from './log.ts';

/**
 * The document lock, shared by all runs of this script on this document. Null where there is no document: then only
 * the hub's lease keeps two runs apart, and every attempt succeeds.
 */
let held: GoogleAppsScript.Lock.Lock | null = null;

/** Tries for at most `waitMs`. */
export function tryLock(waitMs: number): boolean {
  const lock = LockService.getDocumentLock() as GoogleAppsScript.Lock.Lock | null;
  if (lock === null) return true;
  if (!lock.tryLock(waitMs)) return false;
  held = lock;
  return true;
}

/** Has Sheets do, or refuse, all that was written. */
export function finishWrites(): void {
  SpreadsheetApp.flush();
}

/**
 * Releases after a flush: the next holder must see everything this run wrote. What is refused only by then is logged and
 * no more: it must neither keep the lock, nor be told in place of what became of the run.
 */
export function releaseLock(): void {
  if (held === null) return;
  const lock = held;
  held = null;
  try {
    SpreadsheetApp.flush();
  } catch (error) {
    logError(error);
  } finally {
    lock.releaseLock();
  }
}
