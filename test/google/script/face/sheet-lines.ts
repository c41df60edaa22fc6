import type { SheetRef } from '../services/refs.ts';
import { refOf } from './make.ts';
import { call } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** Rows and columns of a sheet: insert, delete, move, hide. */
export class SheetLines {
  declare readonly ref: SheetRef;

  constructor({ doc, sheet }: SheetRef) {
    Object.defineProperty(this, 'ref', { value: { doc, sheet } });
  }

  // ---- insert; new lines look like the neighbour they are named after

  insertRowsBefore(before: number, count: number): this {
    call('Sheet.insertRows', this.ref, before, count, 'after');
    return this;
  }

  insertRowsAfter(after: number, count: number): this {
    call('Sheet.insertRows', this.ref, after + 1, count, 'before');
    return this;
  }

  insertRowBefore(before: number): this {
    return this.insertRowsBefore(before, 1);
  }

  insertRowAfter(after: number): this {
    return this.insertRowsAfter(after, 1);
  }

  insertRows(before: number, count = 1): void {
    this.insertRowsBefore(before, count);
  }

  insertColumnsBefore(before: number, count: number): this {
    call('Sheet.insertColumns', this.ref, before, count, 'after');
    return this;
  }

  insertColumnsAfter(after: number, count: number): this {
    call('Sheet.insertColumns', this.ref, after + 1, count, 'before');
    return this;
  }

  insertColumnBefore(before: number): this {
    return this.insertColumnsBefore(before, 1);
  }

  insertColumnAfter(after: number): this {
    return this.insertColumnsAfter(after, 1);
  }

  insertColumns(before: number, count = 1): void {
    this.insertColumnsBefore(before, count);
  }

  // ---- delete

  deleteRows(from: number, count: number): void {
    call('Sheet.deleteRows', this.ref, from, count);
  }

  deleteRow(row: number): this {
    this.deleteRows(row, 1);
    return this;
  }

  deleteColumns(from: number, count: number): void {
    call('Sheet.deleteColumns', this.ref, from, count);
  }

  deleteColumn(column: number): this {
    this.deleteColumns(column, 1);
    return this;
  }

  // ---- move

  moveRows(rows: Sheets.Range, before: number): void {
    const { row, rows: count } = refOf(rows);
    call('Sheet.moveLines', this.ref, 'row', row, count, before);
  }

  moveColumns(columns: Sheets.Range, before: number): void {
    const { column, columns: count } = refOf(columns);
    call('Sheet.moveLines', this.ref, 'column', column, count, before);
  }

  // ---- hide

  hideRows(from: number, count = 1): void {
    call('Sheet.setLinesHidden', this.ref, 'row', from, count, true);
  }

  showRows(from: number, count = 1): void {
    call('Sheet.setLinesHidden', this.ref, 'row', from, count, false);
  }

  hideColumns(from: number, count = 1): void {
    call('Sheet.setLinesHidden', this.ref, 'column', from, count, true);
  }

  showColumns(from: number, count = 1): void {
    call('Sheet.setLinesHidden', this.ref, 'column', from, count, false);
  }

  hideRow(row: Sheets.Range): void {
    this.hideRows(row.getRow(), row.getNumRows());
  }

  unhideRow(row: Sheets.Range): void {
    this.showRows(row.getRow(), row.getNumRows());
  }

  hideColumn(column: Sheets.Range): void {
    this.hideColumns(column.getColumn(), column.getNumColumns());
  }

  unhideColumn(column: Sheets.Range): void {
    this.showColumns(column.getColumn(), column.getNumColumns());
  }

  isRowHiddenByUser(row: number): boolean {
    return call('Sheet.isLineHidden', this.ref, 'row', row);
  }

  isColumnHiddenByUser(column: number): boolean {
    return call('Sheet.isLineHidden', this.ref, 'column', column);
  }

  isRowHiddenByFilter(row: number): boolean {
    return call('Sheet.isLineHidden', this.ref, 'filter', row);
  }

  // ---- sizes: nothing here depends on them

  autoResizeColumn(): this {
    return this;
  }

  autoResizeColumns(): this {
    return this;
  }

  autoResizeRows(): this {
    return this;
  }

  setColumnWidth(): this {
    return this;
  }

  setColumnWidths(): this {
    return this;
  }

  setRowHeight(): this {
    return this;
  }

  setRowHeights(): this {
    return this;
  }
}
