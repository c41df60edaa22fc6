export { tandem } from './tandem.ts';
export { link } from './link.ts';
export type { StoredColumn, StoredMapping } from './stored-mapping.ts';
export { row } from './row.ts';
export { planRow } from './plan-row.ts';
export { offer } from './offer.ts';
export { change } from './change.ts';
export { dirty } from './dirty.ts';
export { journal } from './journal.ts';
