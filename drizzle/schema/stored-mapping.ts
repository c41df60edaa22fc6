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

/** What a link knows of columns that it does not sync. */
export interface StoredRegistry {
  /** Columns that were synced once. They stay in the table, and their ids are not given again. */
  retired: (StoredColumn & { retiredAt: string })[];
  /** Columns of the table, by attribute number, and headers of the sheet that a person has left out. */
  leftAttnums: number[];
  leftHeaders: string[];
  /** The table's unmapped columns as last seen; `blocking`: without a value for it no row can be inserted. */
  unmapped: { attnum: number; name: string; type: string; blocking: boolean; generated: boolean }[];
}
