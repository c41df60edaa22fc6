import type { MappedColumn } from '../../shared/mapping.ts';

/** A mapped column with what only the hub needs to know about the table's side. */
export interface StoredColumn extends MappedColumn {
  /** Number of the column in the table: stays when it is renamed. */
  attnum: number;
  /** As `format_type` writes it, `numeric(12,2)`: for people. */
  type: string;
  /**
   * Type that texts are cast to: the base type without length, because an explicit cast to `varchar(5)` cuts silently
   * where the assignment that follows refuses.
   */
  cast: string;
  notNull: boolean;
  hasDefault: boolean;
  /** Which side lacks the column while it is suspended. */
  suspendedBy?: 'sheet' | 'table';
  /** The database computes it: never written. */
  generated: boolean;
  /** Who wins this column's conflicts, where it differs from the link's policy. */
  policy?: 'table' | 'sheet' | 'latest' | 'ask';
}

export interface StoredMapping {
  columns: StoredColumn[];
}
