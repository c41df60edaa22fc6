import type { RangeFace } from './range.ts';
import { make } from './make.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** TextFinder: looks in what cells show, or in formulas, row by row; not case-sensitive unless told. */
export class TextFinderFace implements Sheets.TextFinder {
  readonly #text: string;
  readonly #where: () => RangeFace[];
  #case = false;
  #entire = false;
  #formulas = false;
  #regex = false;
  #start: Sheets.Range | null = null;
  #at = -1;
  #found: RangeFace[] | null = null;

  constructor(text: string, where: () => RangeFace[]) {
    this.#text = text;
    this.#where = where;
  }

  matchCase(match: boolean): this {
    this.#case = match;
    return this;
  }

  matchEntireCell(match: boolean): this {
    this.#entire = match;
    return this;
  }

  matchFormulaText(match: boolean): this {
    this.#formulas = match;
    return this;
  }

  useRegularExpression(use: boolean): this {
    this.#regex = use;
    return this;
  }

  ignoreDiacritics(): this {
    return this;
  }

  startFrom(range: Sheets.Range): this {
    this.#start = range;
    return this;
  }

  #pattern(flags = ''): RegExp {
    const body = this.#regex ? this.#text : this.#text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(this.#entire ? `^(?:${body})$` : body, flags + (this.#case ? '' : 'i'));
  }

  findAll(): RangeFace[] {
    const pattern = this.#pattern();
    return this.#where().flatMap((range) => {
      const cells = this.#formulas ? range.getFormulas() : range.getDisplayValues();
      return cells.flatMap((line, r) =>
        line.flatMap((text, c) =>
          text !== '' && pattern.test(text)
            ? [make.range({ ...range.ref, row: range.ref.row + r, column: range.ref.column + c, rows: 1, columns: 1 })]
            : [],
        ),
      );
    });
  }

  #step(by: 1 | -1): RangeFace | null {
    if (!this.#found) {
      this.#found = this.findAll();
      const start = this.#start;
      if (start) {
        const after = this.#found.findIndex(
          ({ ref }) => ref.row > start.getRow() || (ref.row === start.getRow() && ref.column > start.getColumn()),
        );
        this.#at = (after < 0 ? this.#found.length : after) - (by === 1 ? 1 : 0);
      } else if (by === -1) {
        this.#at = this.#found.length;
      }
    }
    const next = this.#at + by;
    if (next < 0 || next >= this.#found.length) return null;
    this.#at = next;
    return this.#found[next]!;
  }

  findNext(): RangeFace | null {
    return this.#step(1);
  }

  findPrevious(): RangeFace | null {
    return this.#step(-1);
  }

  getCurrentMatch(): RangeFace | null {
    return this.#found?.[this.#at] ?? null;
  }

  #replace(cell: RangeFace, by: string): number {
    const pattern = this.#pattern('g');
    const text = cell.getFormula() || cell.getDisplayValue();
    const count = text.match(pattern)?.length ?? 0;
    // Only a regular expression may refer to its groups by $1.
    const literal = this.#regex ? by : by.replaceAll('$', '$$$$');
    cell.setValue(text.replace(pattern, literal));
    return count;
  }

  replaceAllWith(by: string): number {
    return this.findAll().reduce((count, cell) => count + this.#replace(cell, by), 0);
  }

  replaceWith(by: string): number {
    const match = this.getCurrentMatch() ?? this.findNext();
    return match ? this.#replace(match, by) : 0;
  }
}
