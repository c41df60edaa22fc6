import { finishWrites, releaseLock, tryLock } from './google/lock.ts';
import { Sentence } from './sentence.ts';

/** Does something that no cycle may run beside: links, marks on columns, and what a cycle would take for edits. */
export function underLock(work: () => void): void {
  if (!tryLock(20_000)) throw new Sentence('A sync of this spreadsheet is running. Please try again in a moment.');
  try {
    work();
    // A refusal is this person's to hear of.
    finishWrites();
  } finally {
    releaseLock();
  }
}
