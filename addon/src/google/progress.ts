import { logError } from './log.ts';

/**
 * How far a run is, for the sidebar that waits for it in a call of its own. Kept in the cache: it may be gone any time
 * and is worth nothing afterwards.
 */
const KEY = 'tandem.progress';
const SECONDS = 360;

export function setProgress(text: string): void {
  unlessFailing(() => CacheService.getDocumentCache()?.put(KEY, text, SECONDS));
}

export function clearProgress(): void {
  unlessFailing(() => CacheService.getDocumentCache()?.remove(KEY));
}

/** No run ends because nobody can be told how far it is. */
function unlessFailing(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    logError(error);
  }
}

export function getProgress(): string | null {
  return CacheService.getDocumentCache()?.get(KEY) ?? null;
}
