/**
 * Which cells may show part of an array formula's result.
 *
 * `getFormulas()` shows a formula only on its anchor; what it spills looks like typed values, and writing into it breaks
 * the whole array. Apps Script offers no way to tell the two apart, so every cell that the array *can* reach counts as
 * computed: right and down from the anchor, up to the first cell in the anchor's own row or column that holds a formula
 * of its own (the array would not show if it ran into it).
 */

const ARRAY_VALUED =
  /\{|\b(ARRAYFORMULA|ARRAY_CONSTRAIN|FILTER|QUERY|SORT|SORTN|UNIQUE|IMPORT(RANGE|DATA|FEED|HTML|XML)|SEQUENCE|TRANSPOSE|SPLIT|FLATTEN|MMULT|MINVERSE|MUNIT|RANDARRAY|FREQUENCY|LINEST|LOGEST|TREND|GROWTH|GOOGLEFINANCE|BYROW|BYCOL|MAP|SCAN|MAKEARRAY|VSTACK|HSTACK|TOCOL|TOROW|WRAPROWS|WRAPCOLS|CHOOSECOLS|CHOOSEROWS|EXPAND|TAKE|DROP|LET|LAMBDA)\s*\(/i;

const QUOTED = /"(?:[^"]|"")*"/g;

/** Whether a formula may fill more than its own cell. Text in quotes does not count. */
export function isArrayFormula(formula: string): boolean {
  return formula !== '' && ARRAY_VALUED.test(formula.replace(QUOTED, '""'));
}

/** A rectangle of cells: indexes into a grid, the last ones outside. */
export interface Reach {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/**
 * The cells that a pivot table fills, as far as a script can tell: what touches its first cell, to the right and below,
 * without a blank row or column in between. Typed cells that stand right beside it count with it: to write there is to risk
 * the table. One that shows an error is not drawn, and fills no more than its first cell.
 */
export function pivotReach(values: readonly (readonly unknown[])[], top: number, left: number): Reach {
  const reach = { top, left, bottom: top + 1, right: left + 1 };
  if (values[top]?.[left] === '#REF!') return reach;
  const filled = (row: number, column: number): boolean => (values[row]?.[column] ?? '') !== '';
  const some = (from: number, to: number, test: (at: number) => boolean): boolean => {
    for (let at = from; at < to; at++) if (test(at)) return true;
    return false;
  };
  for (let grown = true; grown;) {
    const { bottom, right } = reach;
    if (some(left, right + 1, (column) => filled(bottom, column))) reach.bottom++;
    if (some(top, reach.bottom, (row) => filled(row, right))) reach.right++;
    grown = reach.bottom > bottom || reach.right > right;
  }
  return reach;
}

/**
 * `formulas` covers the data range from its first row, header included; the answer has its shape: true where the cell
 * holds a formula, may show part of an array, or lies in one of the `results` of something else.
 */
export function computedCells(formulas: readonly (readonly string[])[], results: readonly Reach[] = []): boolean[][] {
  const computed = formulas.map((line) => line.map((formula) => formula !== ''));
  formulas.forEach((line, top) => {
    line.forEach((formula, left) => {
      if (!isArrayFormula(formula)) return;
      let bottom = top + 1;
      while (bottom < formulas.length && formulas[bottom]![left] === '') bottom++;
      let right = left + 1;
      while (right < line.length && line[right] === '') right++;
      for (let row = top; row < bottom; row++) {
        const cells = computed[row]!;
        for (let column = left; column < right; column++) cells[column] = true;
      }
    });
  });
  for (const { top, left, bottom, right } of results) {
    computed.slice(top, bottom).forEach((cells) => cells.fill(true, left, Math.min(right, cells.length)));
  }
  return computed;
}
