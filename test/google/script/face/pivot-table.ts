/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import { SUMMARIES, type Pivot, type Summary } from '../../workbook/pivot.ts';
import type { RangeRef } from '../services/refs.ts';
import { make } from './make.ts';
import { call, exception } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

export interface PivotTableFace extends Sheets.PivotTable {}
export interface PivotGroupFace extends Sheets.PivotGroup {}
export interface PivotValueFace extends Sheets.PivotValue {}

/** A pivot table with row groups, one column group and summaries; columns count within the whole sheet. */
export class PivotTableFace {
  readonly #anchor: RangeRef;

  constructor(anchor: RangeRef) {
    this.#anchor = { ...anchor, rows: 1, columns: 1 };
  }

  getAnchorCell(): Sheets.Range {
    return make.range(this.#anchor);
  }

  #add(change: (pivot: Pivot, offsetOf: (column: number) => number) => Partial<Pivot>): void {
    const pivot = call('Pivot.get', this.#anchor);
    const { left, right } = pivot.source.area;
    const offsetOf = (column: number): number => {
      if (column < left || column > right) throw exception(`Invalid argument: column ${column}`);
      return column - left;
    };
    call('Pivot.set', this.#anchor, { ...pivot, ...change(pivot, offsetOf) });
  }

  addRowGroup(column: number): Sheets.PivotGroup {
    this.#add(({ rows }, offsetOf) => ({
      rows: [...rows, { offset: offsetOf(column), ascending: true, totals: true }],
    }));
    return new PivotGroupFace();
  }

  addColumnGroup(column: number): Sheets.PivotGroup {
    this.#add(({ columns }, offsetOf) => {
      if (columns.length) throw exception('Several column groups are not part of the local Google.');
      return { columns: [{ offset: offsetOf(column), ascending: true, totals: true }] };
    });
    return new PivotGroupFace();
  }

  addPivotValue(column: number, summarize: Sheets.PivotTableSummarizeFunction): Sheets.PivotValue {
    const name = String(summarize) as Summary;
    if (!SUMMARIES.includes(name)) throw exception(`The summary ${name} is not part of the local Google.`);
    this.#add(({ values }, offsetOf) => ({ values: [...values, { offset: offsetOf(column), summarize: name }] }));
    return new PivotValueFace();
  }

  remove(): void {
    call('Pivot.remove', this.#anchor);
  }
}

/** What the adding methods answer: their own methods are not part of the local Google. */
export class PivotGroupFace {
  toString(): string {
    return 'PivotGroup';
  }
}

export class PivotValueFace {
  toString(): string {
    return 'PivotValue';
  }
}
