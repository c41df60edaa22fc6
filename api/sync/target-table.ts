import { canonicalKeyPart, joinKey } from '../../shared/row-key.ts';
import type { Cell, Cells } from '../../shared/cell.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { LinkRecord } from '../links/link-record.ts';
import type { TableShape } from '../links/table-shape.ts';
import { sameValue, toSheet, toTable, type Encoded } from './codec/index.ts';

/** One row of the table as text, by column id. */
export interface TableRow {
  /** Key texts in the primary key's order. */
  dbKey: string[];
  values: Record<string, string | null>;
}

/** A link's table as the merge sees it: its shape, the columns in use, and how values translate. */
export class TargetTable {
  /** Columns in use on both sides, in mapping order. */
  readonly columns: StoredColumn[];
  /** Key columns in the primary key's order. */
  readonly keys: StoredColumn[];
  readonly ids: string[];

  constructor(
    readonly shape: TableShape,
    readonly link: LinkRecord,
  ) {
    this.columns = link.columns.filter((column) => column.suspended === undefined);
    this.keys = shape.primaryKey.map((attnum) => link.columns.find((column) => column.attnum === attnum)!);
    this.ids = this.columns.map((column) => column.id);
  }

  column(id: string): StoredColumn | undefined {
    return this.columns.find((column) => column.id === id);
  }

  /** Name of the column as a person knows it. */
  header(id: string): string {
    return this.link.columns.find((column) => column.id === id)?.header ?? id;
  }

  encode(column: StoredColumn, cell: Cell): Encoded {
    return toTable(column, cell, this.link.timeZone);
  }

  show(column: StoredColumn, text: string | null): Cell {
    return toSheet(column, text, this.link.timeZone);
  }

  same(column: StoredColumn, cell: Cell, text: string | null): boolean {
    return sameValue(column, cell, text, this.link.timeZone);
  }

  /** A table row as the sheet would show it. */
  cells(values: Readonly<Record<string, string | null>>): Cells {
    return Object.fromEntries(
      this.columns.map((column) => [
        column.id,
        column.direction === 'toTable' ? null : this.show(column, values[column.id] ?? null),
      ]),
    );
  }

  /** Canonical row key of a key as the table spells it; null where the sheet could not show it (an empty text). */
  canonicalKey(dbKey: readonly string[]): string | null {
    const parts: string[] = [];
    for (const column of this.link.columns.filter((one) => one.key)) {
      const text = dbKey[this.keys.indexOf(column)] ?? null;
      const part = canonicalKeyPart(column.kind, this.show(column, text));
      if (part === null) return null;
      parts.push(part);
    }
    return joinKey(parts);
  }

  /** The key of a new row as it will be inserted, or why it can't be. Text is trimmed and NFC, as keys are compared. */
  dbKeyOf(cells: Cells): { dbKey: string[] } | { column: string; refused: string } {
    const dbKey: string[] = [];
    for (const column of this.keys) {
      const cell = cells[column.id] ?? null;
      const encoded = this.encode(column, cell);
      if ('refused' in encoded) return { column: column.id, refused: encoded.refused };
      if (encoded.text === null || encoded.text === '') return { column: column.id, refused: 'must not be empty' };
      const isText = column.kind === 'text' || column.kind === 'citext';
      dbKey.push(isText ? encoded.text.normalize('NFC').trim() : encoded.text);
    }
    return { dbKey };
  }
}
