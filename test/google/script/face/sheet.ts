/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import type { SheetInfo } from '../services/sheet.ts';
import { DeveloperMetadataFace, DeveloperMetadataFinderFace, addMetadata } from './developer-metadata.ts';
import { SheetType } from './enums.ts';
import { FilterFace } from './filter.ts';
import { make, refOf } from './make.ts';
import { PivotTableFace } from './pivot-table.ts';
import { ProtectionFace } from './protection.ts';
import { RangeListFace } from './range-list.ts';
import type { RangeFace } from './range.ts';
import { call, exception } from './rpc.ts';
import { SheetLines } from './sheet-lines.ts';
import { TextFinderFace } from './text-finder.ts';
import { toWire, typeName } from './cells.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

const OUTSIDE = 'The coordinates of the range are outside the dimensions of the sheet.';

export interface SheetFace extends Omit<Sheets.Sheet, keyof SheetLines> {}

export class SheetFace extends SheetLines {
  override toString(): string {
    return 'Sheet';
  }

  #info(): SheetInfo {
    return call('Sheet.describe', this.ref);
  }

  getSheetId(): number {
    return this.ref.sheet;
  }

  getName(): string {
    return this.#info().name;
  }

  getSheetName(): string {
    return this.#info().name;
  }

  setName(name: string): this {
    call('Sheet.setName', this.ref, String(name));
    return this;
  }

  getParent(): Sheets.Spreadsheet {
    return make.spreadsheet(this.ref.doc);
  }

  getIndex(): number {
    return this.#info().index;
  }

  getType(): Sheets.SheetType {
    return SheetType.GRID;
  }

  getLastRow(): number {
    return this.#info().lastRow;
  }

  getLastColumn(): number {
    return this.#info().lastColumn;
  }

  getMaxRows(): number {
    return this.#info().maxRows;
  }

  getMaxColumns(): number {
    return this.#info().maxColumns;
  }

  getFrozenRows(): number {
    return this.#info().frozenRows;
  }

  getFrozenColumns(): number {
    return this.#info().frozenColumns;
  }

  // ---- ranges

  getRange(first: number | string, column?: number, rows = 1, columns = 1): RangeFace {
    if (typeof first === 'string') {
      const ref = call('Spreadsheet.findRange', this.ref.doc, this.ref.sheet, first);
      if (!ref) throw exception('Range not found');
      return make.range(ref);
    }
    const numbers = [first, column, rows, columns];
    if (!numbers.every((n) => typeof n === 'number' && !Number.isNaN(n))) {
      const given = numbers.slice(0, Math.max(2, numbers.length)).map(typeName).join(',');
      throw exception(`The parameters (${given}) don't match the method signature for SpreadsheetApp.Sheet.getRange.`);
    }
    const [row, left] = [Math.trunc(first), Math.trunc(column!)];
    if (row < 1) throw exception('The starting row of the range is too small.');
    if (left < 1) throw exception('The starting column of the range is too small.');
    if (rows < 1) throw exception('The number of rows in the range must be at least 1.');
    if (columns < 1) throw exception('The number of columns in the range must be at least 1.');
    const { maxRows, maxColumns } = this.#info();
    const ref = { ...this.ref, row, column: left, rows: Math.trunc(rows), columns: Math.trunc(columns) };
    if (row + ref.rows - 1 > maxRows || left + ref.columns - 1 > maxColumns) throw exception(OUTSIDE);
    return make.range(ref);
  }

  getRangeList(names: string[]): RangeListFace {
    return new RangeListFace(names.map((name) => this.getRange(name)));
  }

  /** A1 to the last row and column with content; A1 alone on an empty sheet. */
  getDataRange(): RangeFace {
    const { lastRow, lastColumn } = this.#info();
    return make.range({ ...this.ref, row: 1, column: 1, rows: Math.max(1, lastRow), columns: Math.max(1, lastColumn) });
  }

  getSheetValues(row: number, column: number, rows: number, columns: number): unknown[][] {
    const info = this.#info();
    const height = rows === -1 ? Math.max(1, info.lastRow - row + 1) : rows;
    const width = columns === -1 ? Math.max(1, info.lastColumn - column + 1) : columns;
    return this.getRange(row, column, height, width).getValues();
  }

  #all(): RangeFace {
    const { maxRows, maxColumns } = this.#info();
    return make.range({ ...this.ref, row: 1, column: 1, rows: maxRows, columns: maxColumns });
  }

  // ---- content of the whole sheet

  appendRow(contents: unknown[]): this {
    if (contents.length === 0) throw exception('Cannot append an empty row.');
    call('Sheet.appendRow', this.ref, toWire([contents], 'appendRow'));
    return this;
  }

  clear(options: { formatOnly?: boolean | undefined; contentsOnly?: boolean | undefined } = {}): this {
    this.#all().clear(options);
    return this;
  }

  clearContents(): this {
    this.#all().clearContent();
    return this;
  }

  clearFormats(): this {
    this.#all().clearFormat();
    return this;
  }

  clearNotes(): this {
    this.#all().clearNote();
    return this;
  }

  sort(column: number, ascending = true): this {
    call('Sheet.sort', this.ref, column, ascending);
    return this;
  }

  copyTo(spreadsheet: Sheets.Spreadsheet): Sheets.Sheet {
    const target = spreadsheet.getId();
    return make.sheet({ doc: target, sheet: call('Sheet.copyTo', this.ref, target) });
  }

  createTextFinder(text: string): TextFinderFace {
    return new TextFinderFace(text, () => [this.getDataRange()]);
  }

  // ---- metadata, protection, filter

  addDeveloperMetadata(key: string, ...rest: (string | Sheets.DeveloperMetadataVisibility)[]): this {
    addMetadata(this.ref, key, rest);
    return this;
  }

  getDeveloperMetadata(): DeveloperMetadataFace[] {
    return call('DeveloperMetadata.find', this.ref, {}).map((item) => new DeveloperMetadataFace(this.ref.doc, item.id));
  }

  createDeveloperMetadataFinder(): DeveloperMetadataFinderFace {
    return new DeveloperMetadataFinderFace(this.ref);
  }

  protect(): ProtectionFace {
    return ProtectionFace.add(this.ref, null);
  }

  getProtections(type: Sheets.ProtectionType): ProtectionFace[] {
    return ProtectionFace.list(this.ref, type);
  }

  getFilter(): FilterFace | null {
    return call('Filter.get', this.ref) ? new FilterFace(this.ref) : null;
  }

  getPivotTables(): PivotTableFace[] {
    return call('Pivot.list', this.ref).map((anchor) => new PivotTableFace(anchor));
  }

  getNamedRanges(): Sheets.NamedRange[] {
    return this.getParent()
      .getNamedRanges()
      .filter((named) => named.getRange().getSheet().getSheetId() === this.ref.sheet);
  }

  // ---- look and visibility

  setFrozenRows(rows: number): void {
    call('Sheet.setProperty', this.ref, 'frozenRows', rows);
  }

  setFrozenColumns(columns: number): void {
    call('Sheet.setProperty', this.ref, 'frozenColumns', columns);
  }

  hideSheet(): this {
    call('Sheet.setProperty', this.ref, 'hidden', true);
    return this;
  }

  showSheet(): this {
    call('Sheet.setProperty', this.ref, 'hidden', false);
    return this;
  }

  isSheetHidden(): boolean {
    return this.#info().hidden;
  }

  getTabColor(): string | null {
    return this.#info().tabColor;
  }

  setTabColor(colour: string | null): this {
    call('Sheet.setProperty', this.ref, 'tabColor', colour);
    return this;
  }

  // ---- selection

  activate(): this {
    call('Selection.set', { ...this.ref, row: 1, column: 1, rows: 1, columns: 1 });
    return this;
  }

  setActiveRange(range: Sheets.Range): Sheets.Range {
    call('Selection.set', refOf(range));
    return range;
  }

  setActiveSelection(what: Sheets.Range | string): Sheets.Range {
    return this.setActiveRange(typeof what === 'string' ? this.getRange(what) : what);
  }

  setCurrentCell(cell: Sheets.Range): Sheets.Range {
    return this.setActiveRange(cell);
  }

  getActiveRange(): RangeFace {
    const selection = call('Selection.get');
    const here = selection && selection.sheet === this.ref.sheet;
    return make.range({ ...this.ref, ...(here ? selection : { row: 1, column: 1, rows: 1, columns: 1 }) });
  }

  getActiveCell(): RangeFace {
    return this.getActiveRange().getCell(1, 1);
  }

  getCurrentCell(): RangeFace {
    return this.getActiveCell();
  }

  getActiveRangeList(): RangeListFace {
    return new RangeListFace([this.getActiveRange()]);
  }

  /** Of the spreadsheet: the sheet it is asked of does not matter. */
  getSelection(): Sheets.Selection {
    const sheet = this.getParent().getActiveSheet();
    return {
      getActiveSheet: () => sheet,
      getActiveRange: () => sheet.getActiveRange(),
      getActiveRangeList: () => sheet.getActiveRangeList(),
      getCurrentCell: () => sheet.getCurrentCell(),
      getNextDataRange: (direction) => sheet.getActiveRange()?.getNextDataCell(direction) ?? null,
    };
  }
}
