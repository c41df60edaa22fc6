import { cellName, columnLetters } from '../../../../shared/a1.ts';
import type { RangeRef } from '../services/refs.ts';
import { make } from './make.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** Where a Range is: coordinates only. It does not follow its cells when rows move, as the real one does not. */
export class RangePlace {
  declare readonly ref: RangeRef;

  constructor(ref: RangeRef) {
    // Not enumerable: a Range that is logged or copied shows none of this.
    Object.defineProperty(this, 'ref', { value: ref });
  }

  toString(): string {
    return 'Range';
  }

  getRow(): number {
    return this.ref.row;
  }

  getRowIndex(): number {
    return this.ref.row;
  }

  getColumn(): number {
    return this.ref.column;
  }

  getNumRows(): number {
    return this.ref.rows;
  }

  getNumColumns(): number {
    return this.ref.columns;
  }

  getHeight(): number {
    return this.ref.rows;
  }

  getWidth(): number {
    return this.ref.columns;
  }

  getLastRow(): number {
    return this.ref.row + this.ref.rows - 1;
  }

  getLastColumn(): number {
    return this.ref.column + this.ref.columns - 1;
  }

  getGridId(): number {
    return this.ref.sheet;
  }

  getSheet(): Sheets.Sheet {
    return make.sheet(this.ref);
  }

  getA1Notation(): string {
    const { row, column, rows, columns } = this.ref;
    const start = cellName(row, column);
    return rows === 1 && columns === 1 ? start : `${start}:${columnLetters(column + columns - 1)}${row + rows - 1}`;
  }
}
