import { ServiceError } from './service-error.ts';

/** Source: CacheService reference: 100 KB a value, keys of 250 characters, 6 hours at most, 10 minutes by default. */
const VALUE_BYTES = 100 * 1024;
const KEY_CHARS = 250;
const MAX_SECONDS = 21_600;
const DEFAULT_SECONDS = 600;
/** Of 1,000 items at most; when it is full, the 900 farthest from expiring stay. */
const ITEMS = 1000;
const ITEMS_KEPT = 900;

/** One cache of CacheService: a hint, never a home; a test may evict all of it at any time. */
export class ScriptCache {
  #items = new Map<string, { value: string; expires: number }>();

  constructor(readonly now: () => number) {}

  get(key: string): string | null {
    const item = this.#items.get(key);
    if (!item) return null;
    if (item.expires > this.now()) return item.value;
    this.#items.delete(key);
    return null;
  }

  put(key: string, value: string, seconds = DEFAULT_SECONDS): void {
    if (key.length > KEY_CHARS) throw new ServiceError('Argument too large: key');
    if (Buffer.byteLength(value) > VALUE_BYTES) throw new ServiceError('Argument too large: value');
    if (seconds <= 0) throw new ServiceError('Argument must be greater than 0: expirationInSeconds');
    this.#items.set(key, { value, expires: this.now() + Math.min(seconds, MAX_SECONDS) * 1000 });
    if (this.#items.size > ITEMS) {
      const young = [...this.#items].sort(([, a], [, b]) => b.expires - a.expires).slice(0, ITEMS_KEPT);
      this.#items = new Map(young);
    }
  }

  remove(key: string): void {
    this.#items.delete(key);
  }

  evict(): void {
    this.#items.clear();
  }
}
