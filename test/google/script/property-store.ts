import { ServiceError } from './service-error.ts';

/**
 * Source: Google's quota page says 9 KB a value and 500 KB a store; Tanaike measured that a value of more than 8,066
 * bytes is refused (gist.github.com/tanaikech/8b057d10fb5f2af014794e57b021c6aa). The lower limit holds here.
 */
const VALUE_BYTES = 8066;
const STORE_BYTES = 500 * 1024;

/** One store of PropertiesService. Values are text; everything else becomes text, as in Apps Script. */
export class PropertyStore {
  #values = new Map<string, string>();
  #bytes = 0;

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  all(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }

  set(values: Record<string, string>, deleteOthers = false): void {
    const next = deleteOthers ? new Map<string, string>() : new Map(this.#values);
    let bytes = deleteOthers ? 0 : this.#bytes;
    for (const [key, value] of Object.entries(values)) {
      const size = Buffer.byteLength(value);
      if (size > VALUE_BYTES) throw new ServiceError('Argument too large: value');
      const old = next.get(key);
      bytes +=
        size + Buffer.byteLength(key) - (old === undefined ? 0 : Buffer.byteLength(old) + Buffer.byteLength(key));
      next.set(key, value);
    }
    if (bytes > STORE_BYTES) {
      throw new ServiceError(
        'You have exceeded the property storage quota. Please remove some properties and try again.',
      );
    }
    // All or nothing: a refused setProperties leaves the store as it was.
    this.#values = next;
    this.#bytes = bytes;
  }

  delete(key: string): void {
    const old = this.#values.get(key);
    if (old === undefined) return;
    this.#bytes -= Buffer.byteLength(old) + Buffer.byteLength(key);
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
    this.#bytes = 0;
  }
}
