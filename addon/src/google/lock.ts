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

/** Releases after a flush: the next holder must see everything this run wrote. */
export function releaseLock(): void {
  if (held === null) return;
  SpreadsheetApp.flush();
  held.releaseLock();
  held = null;
}
