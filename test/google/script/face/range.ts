/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type --
   Merging with Google's interface makes a wrong signature an error, and a face acceptable where Google's type is. */
import type { RangeRef } from '../services/refs.ts';
import { fromWire, toWire } from './cells.ts';
import { DeveloperMetadataFinderFace, DeveloperMetadataFace, addMetadata, wholeLines } from './developer-metadata.ts';
import { FilterFace } from './filter.ts';
import { looks } from './looks.ts';
import { make, refOf } from './make.ts';
import { PivotTableFace } from './pivot-table.ts';
import { ProtectionFace } from './protection.ts';
import { copyRange, removeDuplicates, sortKeys, trimWhitespace } from './range-edits.ts';
import { RangeMerges } from './range-merges.ts';
import { oldNames, rangeFormulas } from './range-formulas.ts';
import { dataRegion, nextDataCell } from './range-region.ts';
import { RichTextValueFace } from './rich-text.ts';
import { call, exception } from './rpc.ts';
import { TextFinderFace } from './text-finder.ts';
import { DataValidationFace, checkboxRule } from './validation.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

type Clearing = { contentsOnly?: boolean | undefined; formatOnly?: boolean | undefined };
type ClearOptions = Clearing & { commentsOnly?: boolean | undefined; validationsOnly?: boolean | undefined };

export interface RangeFace extends Omit<Sheets.Range, keyof RangeMerges> {}

export class RangeFace extends RangeMerges {
  getCell(row: number, column: number): RangeFace {
    if (row < 1 || column < 1 || row > this.ref.rows || column > this.ref.columns) {
      throw exception('Cell reference out of range');
    }
    return this.#cell(this.ref.row + row - 1, this.ref.column + column - 1);
  }

  offset(rowOffset: number, columnOffset: number, rows = this.ref.rows, columns = this.ref.columns): RangeFace {
    const sheet = make.sheet(this.ref);
    return sheet.getRange(this.ref.row + rowOffset, this.ref.column + columnOffset, rows, columns) as RangeFace;
  }

  #cell(row: number, column: number): RangeFace {
    return new RangeFace({ ...this.ref, row, column, rows: 1, columns: 1 });
  }

  getDataRegion(dimension?: Sheets.Dimension): RangeFace {
    return new RangeFace(dataRegion(this.ref, dimension));
  }

  getNextDataCell(direction: Sheets.Direction): RangeFace {
    return new RangeFace(nextDataCell(this.ref, direction));
  }

  // ---- content

  getValues(): unknown[][] {
    return fromWire(call('Range.getValues', this.ref));
  }

  getValue(): unknown {
    return fromWire(call('Range.getValues', this.#first()))[0]![0];
  }

  setValues(values: unknown[][]): this {
    call('Range.setValues', this.ref, toWire(values, 'setValues'));
    return this;
  }

  /** One value into every cell. */
  setValue(value: unknown): this {
    return this.setValues(this.#fill(value));
  }

  getDisplayValues(): string[][] {
    return call('Range.getDisplayValues', this.ref);
  }

  getDisplayValue(): string {
    return call('Range.getDisplayValues', this.#first())[0]![0]!;
  }

  getFormulas(): string[][] {
    return call('Range.getFormulas', this.ref);
  }

  getFormula(): string {
    return call('Range.getFormulas', this.#first())[0]![0]!;
  }

  setFormulas(formulas: string[][]): this {
    call('Range.setFormulas', this.ref, formulas);
    return this;
  }

  setFormula(formula: string): this {
    return this.setFormulas(this.#fill(formula));
  }

  isBlank(): boolean {
    const empty = (lines: unknown[][]): boolean => lines.every((line) => line.every((value) => value === ''));
    return empty(call('Range.getDisplayValues', this.ref)) && empty(this.getFormulas());
  }

  getRichTextValues(): (RichTextValueFace | null)[][] {
    return call('Range.getTexts', this.ref).map((line) => line.map((rich) => rich && new RichTextValueFace(rich)));
  }

  getRichTextValue(): RichTextValueFace | null {
    return this.#one().getRichTextValues()[0]![0]!;
  }

  setRichTextValues(values: Sheets.RichTextValue[][]): this {
    call(
      'Range.setTexts',
      this.ref,
      values.map((line) => line.map((value) => (value as RichTextValueFace).rich)),
    );
    return this;
  }

  setRichTextValue(value: Sheets.RichTextValue): this {
    return this.setRichTextValues(this.#fill(value));
  }

  // ---- clearing

  clear(options: ClearOptions = {}): this {
    const { contentsOnly, formatOnly, commentsOnly, validationsOnly } = options;
    const all = !(contentsOnly || formatOnly || commentsOnly || validationsOnly);
    if (all || contentsOnly) this.clearContent();
    if (all || formatOnly) this.clearFormat();
    if (commentsOnly) this.clearNote();
    if (all || validationsOnly) this.clearDataValidations();
    return this;
  }

  clearContent(): this {
    call('Range.clearContent', this.ref);
    return this;
  }

  clearFormat(): this {
    call('Range.clearFormat', this.ref);
    return this;
  }

  clearNote(): this {
    return this.setNote('');
  }

  clearDataValidations(): this {
    return this.setDataValidation(null);
  }

  // ---- notes, colours, formats

  getNotes(): string[][] {
    return call('Range.getNotes', this.ref);
  }

  getNote(): string {
    return call('Range.getNotes', this.#first())[0]![0]!;
  }

  setNotes(notes: (string | null)[][]): this {
    call('Range.setNotes', this.ref, notes);
    return this;
  }

  setNote(note: string | null): this {
    return this.setNotes(this.#fill(note === null ? null : String(note)));
  }

  getBackgrounds(): string[][] {
    return call('Range.getBackgrounds', this.ref);
  }

  getBackground(): string {
    return call('Range.getBackgrounds', this.#first())[0]![0]!;
  }

  setBackgrounds(colours: (string | null)[][]): this {
    call('Range.setBackgrounds', this.ref, colours);
    return this;
  }

  setBackground(colour: string | null): this {
    return this.setBackgrounds(this.#fill(colour));
  }

  setBackgroundRGB(red: number, green: number, blue: number): this {
    const hex = (n: number): string => n.toString(16).padStart(2, '0');
    return this.setBackground(`#${hex(red)}${hex(green)}${hex(blue)}`);
  }

  getNumberFormats(): string[][] {
    return call('Range.getNumberFormats', this.ref);
  }

  getNumberFormat(): string {
    return call('Range.getNumberFormats', this.#first())[0]![0]!;
  }

  setNumberFormats(formats: string[][]): this {
    call('Range.setNumberFormats', this.ref, formats);
    return this;
  }

  setNumberFormat(format: string): this {
    return this.setNumberFormats(this.#fill(format));
  }

  setBorder(): this {
    return this;
  }

  // ---- validation, protection, metadata

  getDataValidations(): (DataValidationFace | null)[][] {
    const rules = call('Range.getDataValidations', this.ref);
    return rules.map((line) => line.map((rule) => (rule ? new DataValidationFace(rule, this.ref.doc) : null)));
  }

  getDataValidation(): DataValidationFace | null {
    return this.#one().getDataValidations()[0]![0]!;
  }

  setDataValidations(rules: (Sheets.DataValidation | null)[][]): this {
    const plain = rules.map((line) => line.map((rule) => (rule as DataValidationFace | null)?.rule ?? null));
    call('Range.setDataValidations', this.ref, plain);
    return this;
  }

  setDataValidation(rule: Sheets.DataValidation | null): this {
    return this.setDataValidations(this.#fill(rule));
  }

  insertCheckboxes(checked?: unknown, unchecked?: unknown): this {
    this.setDataValidation(new DataValidationFace(checkboxRule(checked, unchecked), this.ref.doc));
    const off = checked === undefined ? false : (unchecked ?? '');
    return this.setValues(this.getValues().map((line) => line.map((value) => (value === '' ? off : value))));
  }

  removeCheckboxes(): this {
    return this.clearDataValidations().clearContent();
  }

  isChecked(): boolean | null {
    const values = this.getValues().flat();
    if (values.some((value) => typeof value !== 'boolean')) return null;
    return values.every(Boolean) ? true : values.some(Boolean) ? null : false;
  }

  check(): this {
    return this.setValue(true);
  }

  uncheck(): this {
    return this.setValue(false);
  }

  protect(): ProtectionFace {
    return ProtectionFace.add(this.ref, this.ref);
  }

  canEdit(): boolean {
    return call('Range.canEdit', this.ref);
  }

  addDeveloperMetadata(key: string, ...rest: (string | Sheets.DeveloperMetadataVisibility)[]): this {
    addMetadata(wholeLines(this.ref), key, rest);
    return this;
  }

  getDeveloperMetadata(): DeveloperMetadataFace[] {
    const place = wholeLines(this.ref);
    return call('DeveloperMetadata.find', place, {}).map((item) => new DeveloperMetadataFace(place.doc, item.id));
  }

  createDeveloperMetadataFinder(): DeveloperMetadataFinderFace {
    return new DeveloperMetadataFinderFace(wholeLines(this.ref));
  }

  // ---- moving content

  sort(spec: unknown): this {
    call('Range.sort', this.ref, sortKeys(spec));
    return this;
  }

  copyTo(destination: Sheets.Range, how?: unknown, transposed = false): void {
    copyRange(this, destination as RangeFace, how, transposed);
  }

  moveTo(target: Sheets.Range): void {
    copyRange(this, target as RangeFace, undefined, false);
    this.clear();
    this.clearNote();
  }

  removeDuplicates(columns?: number[]): RangeFace {
    return removeDuplicates(this, columns);
  }

  trimWhitespace(): this {
    trimWhitespace(this);
    return this;
  }

  randomize(): this {
    const rows = this.getValues();
    for (let i = rows.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    return this.setValues(rows);
  }

  createFilter(): FilterFace {
    call('Filter.create', this.ref);
    return new FilterFace(this.ref);
  }

  getFilter(): FilterFace | null {
    return call('Filter.get', this.ref) ? new FilterFace(this.ref) : null;
  }

  createPivotTable(source: Sheets.Range): PivotTableFace {
    call('Pivot.create', this.#first(), refOf(source));
    return new PivotTableFace(this.ref);
  }

  createTextFinder(text: string): TextFinderFace {
    return new TextFinderFace(text, () => [this]);
  }

  activate(): this {
    call('Selection.set', this.ref);
    return this;
  }

  activateAsCurrentCell(): this {
    return this.activate();
  }

  // ---- helpers

  #first(): RangeRef {
    return { ...this.ref, rows: 1, columns: 1 };
  }

  #one(): RangeFace {
    return new RangeFace(this.#first());
  }

  #fill<T>(value: T): T[][] {
    return Array.from({ length: this.ref.rows }, () => new Array<T>(this.ref.columns).fill(value));
  }
}

Object.assign(RangeFace.prototype, looks, rangeFormulas);
for (const [old, name] of Object.entries(oldNames)) {
  Object.defineProperty(RangeFace.prototype, old, { value: RangeFace.prototype[name] });
}
