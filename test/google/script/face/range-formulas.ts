import type { RangePlace } from './range-place.ts';
import { fromR1C1, toR1C1 } from './r1c1.ts';
import { call } from './rpc.ts';

type Method = (this: RangePlace, argument?: unknown) => unknown;

function read({ ref }: RangePlace): string[][] {
  return call('Range.getFormulas', ref).map((line, r) =>
    line.map((formula, c) => toR1C1(formula, ref.row + r, ref.column + c)),
  );
}

function write(range: RangePlace, formula: (row: number, column: number) => string): RangePlace {
  const { ref } = range;
  const block = Array.from({ length: ref.rows }, (_r, r) =>
    Array.from({ length: ref.columns }, (_c, c) => fromR1C1(formula(r, c), ref.row + r, ref.column + c)),
  );
  call('Range.setFormulas', ref, block);
  return range;
}

/** R1C1 notation, and names that Google no longer documents but scripts still use. Added to Range. */
export const rangeFormulas: Record<string, Method> = {
  getFormulasR1C1() {
    return read(this);
  },
  getFormulaR1C1() {
    return read(this)[0]![0];
  },
  setFormulasR1C1(formulas) {
    return write(this, (r, c) => (formulas as string[][])[r]![c]!);
  },
  setFormulaR1C1(formula) {
    return write(this, () => String(formula));
  },
  getColumnIndex() {
    return this.ref.column;
  },
};

/** Old names of methods. */
export const oldNames = {
  setBackgroundColor: 'setBackground',
  setBackgroundColors: 'setBackgrounds',
  getBackgroundColor: 'getBackground',
  getBackgroundColors: 'getBackgrounds',
  setComment: 'setNote',
  getComment: 'getNote',
} as const;
