import type { Execution } from '../execution.ts';
import type { ScriptCache } from '../script-cache.ts';
import type { StoreKind } from './properties.ts';

function cache({ project, user, document }: Execution, kind: StoreKind): ScriptCache {
  return project.cache(
    kind === 'script' ? 'script' : kind === 'user' ? `user ${user.sub}` : `document ${document!.id}`,
  );
}

/** CacheService. */
export const cacheServices = {
  'CacheService.get': (execution: Execution, kind: StoreKind, keys: string[]): Record<string, string> => {
    const found = keys.map((key) => [key, cache(execution, kind).get(key)] as const);
    return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== null));
  },
  'CacheService.put': (
    execution: Execution,
    kind: StoreKind,
    values: Record<string, string>,
    seconds: number | null,
  ): void => {
    for (const [key, value] of Object.entries(values)) cache(execution, kind).put(key, value, seconds ?? undefined);
  },
  'CacheService.remove': (execution: Execution, kind: StoreKind, keys: string[]): void => {
    for (const key of keys) cache(execution, kind).remove(key);
  },
};
