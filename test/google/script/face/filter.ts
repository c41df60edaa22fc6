/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import type { SheetRef } from '../services/refs.ts';
import { make } from './make.ts';
import { call, exception } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

export interface FilterFace extends Sheets.Filter {}

/** The basic filter of a sheet; criteria by hidden values alone. */
export class FilterFace {
  readonly #sheet: SheetRef;

  constructor({ doc, sheet }: SheetRef) {
    this.#sheet = { doc, sheet };
  }

  getRange(): Sheets.Range {
    const ref = call('Filter.get', this.#sheet);
    if (!ref) throw exception('The filter has been removed.');
    return make.range(ref);
  }

  setColumnFilterCriteria(column: number, criteria: Sheets.FilterCriteria | null): this {
    call('Filter.setHidden', this.#sheet, column, criteria ? criteria.getHiddenValues() : null);
    return this;
  }

  removeColumnFilterCriteria(column: number): this {
    call('Filter.setHidden', this.#sheet, column, null);
    return this;
  }

  getColumnFilterCriteria(column: number): Sheets.FilterCriteria | null {
    const hidden = call('Filter.getHidden', this.#sheet, column);
    return hidden ? new FilterCriteriaFace(hidden).build() : null;
  }

  sort(column: number, ascending: boolean): this {
    const range = this.getRange();
    range.offset(1, 0, range.getNumRows() - 1).sort({ column, ascending });
    return this;
  }

  remove(): void {
    call('Filter.remove', this.#sheet);
  }
}

export interface FilterCriteriaFace extends Sheets.FilterCriteriaBuilder {}

export class FilterCriteriaFace {
  #hidden: string[];

  constructor(hidden: string[] = []) {
    this.#hidden = hidden;
  }

  setHiddenValues(values: string[]): this {
    this.#hidden = [...values];
    return this;
  }

  getHiddenValues(): string[] {
    return [...this.#hidden];
  }

  copy(): FilterCriteriaFace {
    return new FilterCriteriaFace(this.getHiddenValues());
  }

  build(): FilterCriteriaFace {
    return this;
  }
}
