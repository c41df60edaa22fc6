import type { StoreKind } from '../services/properties.ts';
import { call } from './rpc.ts';

import AppsScript = GoogleAppsScript;

class PropertiesFace implements AppsScript.Properties.Properties {
  readonly #kind: StoreKind;

  constructor(kind: StoreKind) {
    this.#kind = kind;
  }

  getProperty(key: string): string | null {
    return call('PropertiesService.get', this.#kind, String(key));
  }

  getProperties(): Record<string, string> {
    return call('PropertiesService.all', this.#kind);
  }

  getKeys(): string[] {
    return call('PropertiesService.keys', this.#kind);
  }

  setProperty(key: string, value: string): this {
    call('PropertiesService.set', this.#kind, { [String(key)]: String(value) }, false);
    return this;
  }

  setProperties(properties: Record<string, string>, deleteAllOthers = false): this {
    const texts = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, String(value)]));
    call('PropertiesService.set', this.#kind, texts, deleteAllOthers);
    return this;
  }

  deleteProperty(key: string): this {
    call('PropertiesService.delete', this.#kind, String(key));
    return this;
  }

  deleteAllProperties(): this {
    call('PropertiesService.clear', this.#kind);
    return this;
  }
}

/** Document stores exist only where a document is bound; the declared types hide that some are null. */
const inDocument = <T>(make: () => T): T => (call('PropertiesService.hasDocument') ? make() : (null as T));

export class PropertiesServiceFace implements AppsScript.Properties.PropertiesService {
  getScriptProperties(): PropertiesFace {
    return new PropertiesFace('script');
  }

  getUserProperties(): PropertiesFace {
    return new PropertiesFace('user');
  }

  getDocumentProperties(): PropertiesFace {
    return inDocument(() => new PropertiesFace('document'));
  }
}

class CacheFace implements AppsScript.Cache.Cache {
  readonly #kind: StoreKind;

  constructor(kind: StoreKind) {
    this.#kind = kind;
  }

  get(key: string): string | null {
    return call('CacheService.get', this.#kind, [key])[key] ?? null;
  }

  getAll(keys: string[]): Record<string, string> {
    return call('CacheService.get', this.#kind, keys);
  }

  put(key: string, value: string, seconds?: number): void {
    call('CacheService.put', this.#kind, { [key]: String(value) }, seconds ?? null);
  }

  putAll(values: Record<string, unknown>, seconds?: number): void {
    const texts = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
    call('CacheService.put', this.#kind, texts, seconds ?? null);
  }

  remove(key: string): void {
    call('CacheService.remove', this.#kind, [key]);
  }

  removeAll(keys: string[]): void {
    call('CacheService.remove', this.#kind, keys);
  }
}

export class CacheServiceFace implements AppsScript.Cache.CacheService {
  getScriptCache(): CacheFace {
    return new CacheFace('script');
  }

  getUserCache(): CacheFace {
    return new CacheFace('user');
  }

  getDocumentCache(): CacheFace | null {
    return inDocument(() => new CacheFace('document'));
  }
}

class LockFace implements AppsScript.Lock.Lock {
  readonly #kind: StoreKind;

  constructor(kind: StoreKind) {
    this.#kind = kind;
  }

  tryLock(timeout: number): boolean {
    return call('LockService.tryLock', this.#kind, timeout);
  }

  waitLock(timeout: number): void {
    call('LockService.waitLock', this.#kind, timeout);
  }

  hasLock(): boolean {
    return call('LockService.hasLock', this.#kind);
  }

  releaseLock(): void {
    call('LockService.releaseLock', this.#kind);
  }
}

export class LockServiceFace implements AppsScript.Lock.LockService {
  getScriptLock(): LockFace {
    return new LockFace('script');
  }

  getUserLock(): LockFace {
    return new LockFace('user');
  }

  getDocumentLock(): LockFace {
    return inDocument(() => new LockFace('document'));
  }
}
