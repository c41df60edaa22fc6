import type { MappedColumn } from '../../shared/mapping.ts';
import type { FilterOperator } from '../../shared/row-filter.ts';

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
  /** The type with its length or digits, where `type` is a domain's name: `character varying(5)`. */
  baseType?: string;
  /** Labels of an enum, in its own order. */
  labels?: string[];
  /** What an emptied cell of a text column becomes, where a person has chosen. */
  empty?: 'null' | 'blank';
  notNull: boolean;
  hasDefault: boolean;
  /** Which side lacks the column while it is suspended. */
  suspendedBy?: 'sheet' | 'table';
  /** The database computes it: never written. */
  generated: boolean;
  /** Who wins this column's conflicts, where it differs from the link's policy. */
  policy?: 'table' | 'sheet' | 'latest' | 'ask';
  /**
   * Taken from the row that a foreign key refers to, and never written: column `attnum` there. The mapped column's own
   * `attnum` is then 0, and its type is the other table's.
   */
  related?: StoredRead;
  /** A foreign key shown by a column of the table it refers to, and stored by key. */
  label?: StoredRead;
}

export interface StoredMapping {
  columns: StoredColumn[];
}

/** A foreign key of the linked table, by the numbers of its columns there and in the table it refers to. */
export interface StoredReference {
  via: number[];
  relation: number;
  to: number[];
}

/** A column of the table that a foreign key refers to. Its type, and an enum's labels, as they were at the last look. */
export interface StoredRead extends StoredReference {
  attnum: number;
  type?: string;
  labels?: string[];
}

/** Which rows of the table the tab shows. Values are Postgres text, as the column's type reads it. */
export interface StoredFilter {
  match: 'all' | 'any';
  conditions: {
    attnum: number;
    /** The column's type when the filter was made: under another one its values may mean something else. */
    type: string;
    operator: FilterOperator;
    values: string[];
  }[];
}

/** What became of a replace link's last tries. Cells by header and sheet row. */
export interface StoredReplace {
  /** Digest, row count and mapping of what the table was last replaced with; null before the first time. */
  done: { digest: string; fingerprint: string; rows: number } | null;
  /** Nothing was replaced: cells that the table would not take (at most 100 of `count`), or far fewer rows. */
  refused: {
    count: number;
    cells: { row: number; header: string; message: string }[];
    /** Of the tab, the mapping and the table's constraints then: the same is not sent again before `again` (milliseconds since 1970). */
    digest: string;
    fingerprint: string;
    constraints: string;
    tries: number;
    again: number;
  } | null;
  asks: { digest: string; rows: number; before: number } | null;
  /** Digest that a person let through although it has far fewer rows. */
  confirmed: string | null;
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
