import type { Pivot } from './pivot.ts';
import type { ChipRun, TextRun } from './rich-text.ts';
import type { ValidationRule } from './validation.ts';
import type { Value } from './value.ts';

/** Look of a cell. Never changed in place: cells written together share one. */
export interface CellFormat {
  readonly numberFormat?: string;
  /** `#rrggbb`, lower case; absent is none. */
  readonly background?: string;
  /** The remaining fields of the API's CellFormat, as given. */
  readonly other?: Readonly<Record<string, unknown>>;
}

/** What few cells have. Never changed in place. */
export interface CellExtra {
  /** Canonical en_US text with its leading `=`. */
  readonly formula?: string;
  readonly note?: string;
  readonly validation?: ValidationRule;
  /** URL of an image in the cell, which then has no value. */
  readonly image?: string;
  /** Text entered behind an apostrophe. */
  readonly literal?: true;
  /** Styles of parts of the text. */
  readonly runs?: readonly TextRun[];
  /** Smart chips in the text, which shows them by name. */
  readonly chips?: readonly ChipRun[];
  /** A pivot table anchored here; the cell has no value of its own then. */
  readonly pivot?: Pivot;
}

/** One row; arrays are 0-based by column and may be shorter than the grid. */
export interface Row {
  generation: number;
  values: Value[];
  formats?: (CellFormat | undefined)[];
  extras?: (CellExtra | undefined)[];
}

let generations = 0;

/**
 * The stored cells of a tab, row by row and copy-on-write: a snapshot takes the list of rows alone, and the first
 * write to a row afterwards copies that row. So undo and all-or-nothing batches cost nothing on a large tab.
 */
export class Grid {
  #rows: (Row | undefined)[] = [];
  #generation = ++generations;

  /** Number of rows that may hold something. */
  get length(): number {
    return this.#rows.length;
  }

  row(row: number): Row | undefined {
    return this.#rows[row - 1];
  }

  writable(row: number): Row {
    const old = this.#rows[row - 1];
    if (old && old.generation === this.#generation) return old;
    const copy: Row = { generation: this.#generation, values: old ? old.values.slice() : [] };
    if (old?.formats) copy.formats = old.formats.slice();
    if (old?.extras) copy.extras = old.extras.slice();
    while (this.#rows.length < row - 1) this.#rows.push(undefined);
    this.#rows[row - 1] = copy;
    return copy;
  }

  value(row: number, column: number): Value {
    return this.#rows[row - 1]?.values[column - 1] ?? null;
  }

  format(row: number, column: number): CellFormat | undefined {
    return this.#rows[row - 1]?.formats?.[column - 1];
  }

  extra(row: number, column: number): CellExtra | undefined {
    return this.#rows[row - 1]?.extras?.[column - 1];
  }

  setValue(row: number, column: number, value: Value): void {
    if (value === null && this.value(row, column) === null) return;
    const values = this.writable(row).values;
    while (values.length < column - 1) values.push(null);
    values[column - 1] = value;
  }

  setFormat(row: number, column: number, format: CellFormat | undefined): void {
    if (this.format(row, column) === format) return;
    put((this.writable(row).formats ??= []), column, format);
  }

  setExtra(row: number, column: number, extra: CellExtra | undefined): void {
    if (this.extra(row, column) === extra) return;
    put((this.writable(row).extras ??= []), column, extra);
  }

  insertRows(before: number, count: number): void {
    if (before > this.#rows.length) return;
    this.#rows = [...this.#rows.slice(0, before - 1), ...blank(count), ...this.#rows.slice(before - 1)];
  }

  deleteRows(from: number, count: number): void {
    this.#rows.splice(from - 1, count);
  }

  moveRows(from: number, count: number, before: number): void {
    const end = Math.max(from + count, before) - 1;
    while (this.#rows.length < end) this.#rows.push(undefined);
    const moved = this.#rows.splice(from - 1, count);
    this.#rows = [
      ...this.#rows.slice(0, (before > from ? before - count : before) - 1),
      ...moved,
      ...this.#rows.slice((before > from ? before - count : before) - 1),
    ];
  }

  insertColumns(before: number, count: number): void {
    this.#eachLine((line) => {
      if (line.length >= before) line.splice(before - 1, 0, ...blank(count));
    });
  }

  deleteColumns(from: number, count: number): void {
    this.#eachLine((line) => line.splice(from - 1, count));
  }

  moveColumns(from: number, count: number, before: number): void {
    const target = (before > from ? before - count : before) - 1;
    this.#eachLine((line) => {
      while (line.length < Math.max(from + count, before) - 1) line.push(undefined);
      line.splice(target, 0, ...line.splice(from - 1, count));
    });
  }

  #eachLine(change: (line: unknown[]) => void): void {
    for (let r = 1; r <= this.#rows.length; r++) {
      if (!this.#rows[r - 1]) continue;
      const row = this.writable(r);
      change(row.values);
      // `undefined` from a structural change reads as blank, as null does.
      if (row.formats) change(row.formats);
      if (row.extras) change(row.extras);
    }
  }

  snapshot(): (Row | undefined)[] {
    this.#generation = ++generations;
    return this.#rows.slice();
  }

  restore(rows: (Row | undefined)[]): void {
    this.#generation = ++generations;
    this.#rows = rows.slice();
  }
}

function put<T>(line: (T | undefined)[], column: number, item: T | undefined): void {
  while (line.length < column - 1) line.push(undefined);
  line[column - 1] = item;
}

function blank(count: number): undefined[] {
  return new Array<undefined>(count).fill(undefined);
}
