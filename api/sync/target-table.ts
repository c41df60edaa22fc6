import { canonicalKeyPart, joinKey } from '../../shared/row-key.ts';
import { sameCell, showCell, type Cell, type Cells } from '../../shared/cell.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { LinkRecord } from '../links/link-record.ts';
import type { ShapeColumn, TableShape } from '../links/table-shape.ts';
import { sameValue, toSheet, toTable, type Encoded } from './codec/index.ts';
import { isTooLong } from './key-length.ts';
import { Labels } from './labels.ts';
import { compileFilter } from './row-filter.ts';
import { readLabel, valueSql, writtenText } from './value-sql.ts';
import { quoteLiteral, quoteName } from './quote-name.ts';

/** One row of the table as text, by column id. */
export interface TableRow {
  /** Key texts in the primary key's order. */
  dbKey: string[];
  values: Record<string, string | null>;
  /** The row filter leaves it out: it does not belong on the sheet. */
  outside?: boolean;
  /** The table says that it is deleted; see soft-delete.ts. */
  deleted?: boolean;
  /** Names of the lock columns that are true. */
  lockedBy?: string[];
}

/** A column that was renamed since the link last looked is read by the name it has: a rename may come at any time. */
function asNamedNow(shape: TableShape, column: StoredColumn): StoredColumn {
  const name = shape.columns.find(({ attnum }) => attnum === column.attnum)?.name;
  return name === undefined || name === column.column || column.related !== undefined
    ? column
    : { ...column, column: name };
}

/** The table's column as it is now. */
export const ownColumn = ({ columns }: TableShape, { attnum }: Pick<StoredColumn, 'attnum'>): ShapeColumn =>
  columns.find((one) => one.attnum === attnum)!;

/** A link's table as the merge sees it: its shape, the columns in use, and how values translate. */
export class TargetTable {
  /** Columns in use on both sides, in mapping order. */
  readonly columns: StoredColumn[];
  /** Key columns in the primary key's order. */
  readonly keys: StoredColumn[];
  readonly ids: string[];
  /** What the cells of labelled foreign keys stand for; load it before cells are encoded. */
  readonly labels = new Labels();

  constructor(
    readonly shape: TableShape,
    readonly link: LinkRecord,
  ) {
    const columns = link.columns.map((column) => asNamedNow(shape, column));
    this.columns = columns.filter((column) => column.suspended === undefined);
    this.keys = shape.primaryKey.map((attnum) => columns.find((column) => column.attnum === attnum)!);
    this.ids = this.columns.map((column) => column.id);
  }

  /** Whether rows are told apart by the key that the table has now; where not, the link is about to pause. */
  get hasKey(): boolean {
    return this.keys.length > 0 && !this.keys.includes(undefined as never);
  }

  column(id: string): StoredColumn | undefined {
    return this.columns.find((column) => column.id === id);
  }

  /** Name of the column as a person knows it. */
  header(id: string): string {
    return this.link.columns.find((column) => column.id === id)?.header ?? id;
  }

  /** What is written to the table for a text that was encoded. */
  written(column: StoredColumn, text: string | null): string | null {
    return writtenText(column, text);
  }

  /** Columns of the table that lock a row. */
  get locks() {
    const { lockAttnums } = this.link;
    return this.shape.columns.filter(({ attnum }) => lockAttnums.includes(attnum));
  }

  /** SQL of a column's text in row `t`. */
  value(column: StoredColumn): string {
    return valueSql(this, column);
  }

  /** SQL of the names of the lock columns that are true in row `t`, as JSON text; null where none locks. */
  lockSql(): string | null {
    const { locks } = this;
    if (locks.length === 0) return null;
    const names = locks.map(({ name }) => `CASE WHEN t.${quoteName(name)} THEN ${quoteLiteral(name)} END`);
    const any = locks.map(({ name }) => `t.${quoteName(name)} IS TRUE`).join(' OR ');
    return `CASE WHEN ${any} THEN to_json(array_remove(ARRAY[${names.join(', ')}], NULL))::text END`;
  }

  /** The condition of the row filter on row `t`, with its parameters from `$first` on; null where all rows belong here. */
  filterSql(first: number): { sql: string; params: string[] } | null {
    return this.link.filter === null ? null : compileFilter(this.link.filter, this.shape, first);
  }

  encode(column: StoredColumn, cell: Cell): Encoded {
    if (column.label !== undefined) return this.labels.encode(column, cell);
    return toTable(column, cell, this.link.timeZone);
  }

  show(column: StoredColumn, text: string | null): Cell {
    if (column.label !== undefined) return text === null ? null : readLabel(text).label;
    return toSheet(column, text, this.link.timeZone);
  }

  same(column: StoredColumn, cell: Cell, text: string | null): boolean {
    if (column.label !== undefined) return sameCell(this.show(column, text), cell);
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

  /** Canonical row key of a key as the table spells it; null where the sheet could not show it (an empty text), or it is too long. */
  canonicalKey(dbKey: readonly string[]): string | null {
    const parts: string[] = [];
    for (const column of this.link.columns.filter((one) => one.key)) {
      const text = dbKey[this.shape.primaryKey.indexOf(column.attnum)] ?? null;
      const part = canonicalKeyPart(column.kind, this.show(column, text));
      if (part === null) return null;
      parts.push(part);
    }
    const key = joinKey(parts);
    return isTooLong(key, dbKey) ? null : key;
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
      const kept = this.show(column, encoded.text);
      if (!isText && canonicalKeyPart(column.kind, kept) !== canonicalKeyPart(column.kind, cell)) {
        return { column: column.id, refused: `must be typed as ${showCell(kept)}, because rows are told apart by it` };
      }
      dbKey.push(isText ? encoded.text.normalize('NFC').trim() : encoded.text);
    }
    return { dbKey };
  }
}
