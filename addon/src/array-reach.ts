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

/**
 * `formulas` covers the data range from its first row, header included; the answer has its shape: true where the cell
 * holds a formula or may show part of an array.
 */
export function computedCells(formulas: readonly (readonly string[])[]): boolean[][] {
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
  return computed;
}
