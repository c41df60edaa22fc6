import type { ColumnKind } from '../../../shared/mapping.ts';
import type { StoredColumn } from '../../../drizzle/schema/index.ts';

/** A mapped column of a kind, nullable and without default. */
export const storedColumn = (kind: ColumnKind, more: Partial<StoredColumn> = {}): StoredColumn => ({
  id: 'c1',
  header: 'H',
  column: 'h',
  kind,
  direction: 'both',
  key: false,
  required: false,
  attnum: 1,
  type: kind,
  cast: kind,
  notNull: false,
  hasDefault: false,
  generated: false,
  ...more,
});
