import { databaseErrorCode } from '../database/errors.ts';

/**
 * Tables whose triggers or indexes are so slow that a whole message of rows takes longer than a transaction may. Sent again
 * as it is it would never come to an end, so fewer rows are taken at once, and the others with the next messages. Kept in
 * memory: what a server that starts anew does not know, it finds out once more.
 */
const taken = new Map<string, number>();

/** Milliseconds for a message after which twice as many rows may be tried. */
const QUICK_MS = 4_000;

/** Of `most` rows, those to be taken at once. */
export function rowsAtOnce(link: string, most: number): number {
  return Math.min(most, taken.get(link) ?? most);
}

/**
 * Runs `work` on so many rows, and learns from how it ends: a quarter of them after a timeout, which is thrown on, and
 * twice as many where there was time to spare.
 */
export async function learnPace<T>(link: string, rows: number, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    const done = await work();
    const known = taken.get(link);
    if (known !== undefined && rows >= known && performance.now() - start < QUICK_MS) taken.set(link, known * 2);
    return done;
  } catch (error) {
    // By statement_timeout or transaction_timeout.
    const code = databaseErrorCode(error);
    if ((code === '57014' || code === '25P04') && rows > 1) taken.set(link, Math.ceil(rows / 4));
    throw error;
  }
}
