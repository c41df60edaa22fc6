/**
 * How far a run is, for the sidebar that waits for it in a call of its own. Kept in the cache: it may be gone any time
 * and is worth nothing afterwards.
 */
const KEY = 'tandem.progress';
const SECONDS = 360;

export function setProgress(text: string): void {
  CacheService.getDocumentCache()?.put(KEY, text, SECONDS);
}

export function clearProgress(): void {
  CacheService.getDocumentCache()?.remove(KEY);
}

export function getProgress(): string | null {
  return CacheService.getDocumentCache()?.get(KEY) ?? null;
}
