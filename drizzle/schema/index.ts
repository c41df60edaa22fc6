export { tandem } from './tandem.ts';
export { link } from './link.ts';
export type {
  StoredColumn,
  StoredFilter,
  StoredMapping,
  StoredRead,
  StoredReference,
  StoredRegistry,
  StoredReplace,
} from './stored-mapping.ts';
export { row } from './row.ts';
export { planRow } from './plan-row.ts';
export { offer } from './offer.ts';
export { change } from './change.ts';
export { dirty } from './dirty.ts';
export { journal } from './journal.ts';
export { tombstone } from './tombstone.ts';
export { hostMemo } from './host-memo.ts';
export { schemaLog, schemaOps } from './schema-log.ts';
