import type { Execution } from '../execution.ts';
import type { PropertyStore } from '../property-store.ts';

export type StoreKind = 'script' | 'user' | 'document';

function store(execution: Execution, kind: StoreKind, write: boolean): PropertyStore {
  const { project, user, document, install, runtime } = execution;
  runtime.quotas.take(user, 'properties');
  install.counters.add(write ? 'propertyWrites' : 'propertyReads');
  if (kind === 'script') return project.scriptProperties;
  return kind === 'user' ? project.userProperties(user.sub) : project.documentProperties(document!.id);
}

/** PropertiesService. Every call counts against the day's quota, however many properties it carries. */
export const propertyServices = {
  'PropertiesService.hasDocument': (execution: Execution): boolean => execution.document !== null,
  'PropertiesService.get': (execution: Execution, kind: StoreKind, key: string): string | null =>
    store(execution, kind, false).get(key),
  'PropertiesService.all': (execution: Execution, kind: StoreKind): Record<string, string> =>
    store(execution, kind, false).all(),
  'PropertiesService.keys': (execution: Execution, kind: StoreKind): string[] => store(execution, kind, false).keys(),
  'PropertiesService.set': (
    execution: Execution,
    kind: StoreKind,
    values: Record<string, string>,
    deleteOthers: boolean,
  ): void => store(execution, kind, true).set(values, deleteOthers),
  'PropertiesService.delete': (execution: Execution, kind: StoreKind, key: string): void =>
    store(execution, kind, true).delete(key),
  'PropertiesService.clear': (execution: Execution, kind: StoreKind): void => store(execution, kind, true).clear(),
};
