/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import type { RangeFace } from './range.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

export interface RangeListFace extends Sheets.RangeList {}

/** Several ranges at once; every method does the same to each. */
export class RangeListFace {
  readonly #ranges: RangeFace[];

  constructor(ranges: RangeFace[]) {
    this.#ranges = ranges;
  }

  getRanges(): Sheets.Range[] {
    return this.#ranges;
  }

  static {
    const methods = [
      'activate', 'breakApart', 'check', 'clear', 'clearContent', 'clearDataValidations', 'clearFormat', 'clearNote',
      'insertCheckboxes', 'removeCheckboxes', 'setBackground', 'setBackgroundRGB', 'setBorder', 'setFontColor',
      'setFontFamily', 'setFontLine', 'setFontSize', 'setFontStyle', 'setFontWeight', 'setFormula', 'setFormulaR1C1',
      'setHorizontalAlignment', 'setNote', 'setNumberFormat', 'setValue', 'setVerticalAlignment', 'setWrap',
      'setWrapStrategy', 'trimWhitespace', 'uncheck',
    ] as const satisfies (keyof Sheets.RangeList & keyof Sheets.Range)[]; // prettier-ignore
    for (const method of methods) {
      Object.defineProperty(this.prototype, method, {
        value(this: RangeListFace, ...args: unknown[]) {
          for (const range of this.#ranges) (range[method] as (...all: unknown[]) => unknown).apply(range, args);
          return this;
        },
      });
    }
  }
}
