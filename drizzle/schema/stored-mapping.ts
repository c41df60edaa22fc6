import type { MappedColumn } from '../../shared/mapping.ts';

/** A mapped column with what only the hub needs to know about the table's side. */
export interface StoredColumn extends MappedColumn {
  /** Number of the column in the table: stays when it is renamed. */
  attnum: number;
  /** As `format_type` writes it, `numeric(12,2)`; what texts are cast to. */
  type: string;
  notNull: boolean;
  hasDefault: boolean;
  /** The database computes it: never written. */
  generated: boolean;
  /** Who wins this column's conflicts, where it differs from the link's policy. */
  policy?: 'table' | 'sheet';
}

export interface StoredMapping {
  columns: StoredColumn[];
}
