import { compareValues, type Value } from '../../value.ts';
import { FormulaError, RangeValue, compare, matrixOf, toBoolean, type Result } from '../coerce.ts';
import { arrays, num, one, range, type FunctionTable } from './define.ts';

/** Position of a key in a list: exact, or the last one not greater (1) or not smaller (-1) in a sorted list. */
function position(key: Value, list: Value[], mode: number): number {
  if (mode === 0)
    return list.findIndex((value) => value !== null && typeof value === typeof key && compare(value, key) === 0);
  let found = -1;
  for (let i = 0; i < list.length; i++) {
    const value = list[i]!;
    if (value === null || typeof value !== typeof key) continue;
    if (compareValues(value, key) * mode > 0) break;
    found = i;
  }
  return found;
}

function found(index: number): number {
  if (index < 0) throw new FormulaError('#N/A');
  return index;
}

const transpose = (m: Value[][]): Value[][] => (m[0] ?? []).map((_, c) => m.map((line) => line[c]!));

const lookup = (turn: (m: Value[][]) => Value[][]) =>
  range(3, 4, ([key, table, index, sorted], scope) => {
    const rows = turn(matrixOf(table!));
    const mode = sorted === undefined || toBoolean(one(sorted)) ? 1 : 0;
    const at = num(one(index), scope) - 1;
    if (at < 0) throw new FormulaError('#VALUE!');
    const row =
      rows[
        found(
          position(
            one(key),
            rows.map((line) => line[0]!),
            mode,
          ),
        )
      ]!;
    if (at >= row.length) throw new FormulaError('#REF!');
    return row[at]!;
  });

const place = (axis: 'row' | 'column'): FunctionTable[string] => ({
  kind: 'lazy',
  arity: [0, 1],
  run: (nodes, scope): Result => {
    const node = nodes[0];
    if (!node) return scope[axis];
    if (node.kind === 'reference' && !node.reference.end) return node.reference.start[axis] ?? 1;
    const value = scope.evaluate(node, scope);
    if (!(value instanceof RangeValue)) throw new FormulaError('#N/A');
    const { top, left, bottom, right } = value.area;
    if (!scope.array) return axis === 'row' ? top : left;
    return axis === 'row'
      ? Array.from({ length: bottom - top + 1 }, (_, i) => [top + i])
      : [Array.from({ length: right - left + 1 }, (_, i) => left + i)];
  },
});

export const lookups: FunctionTable = {
  ROW: place('row'),
  COLUMN: place('column'),
  ROWS: arrays(1, 1, ([value]) => matrixOf(value!).length),
  COLUMNS: arrays(1, 1, ([value]) => matrixOf(value!)[0]?.length ?? 0),
  VLOOKUP: lookup((m) => m),
  HLOOKUP: lookup(transpose),
  MATCH: range(
    2,
    3,
    ([key, list, mode], scope) =>
      found(position(one(key), matrixOf(list!).flat(), mode === undefined ? 1 : Math.sign(num(one(mode), scope)))) + 1,
  ),
  XLOOKUP: range(3, 4, ([key, list, result, missing]) => {
    const at = position(one(key), matrixOf(list!).flat(), 0);
    if (at < 0 && missing !== undefined) return missing;
    const block = matrixOf(result!);
    return block.length === 1 ? block[0]![found(at)]! : [block[found(at)]!];
  }),
  INDEX: arrays(1, 3, ([table, row, column], scope) => {
    const block = matrixOf(table!);
    const [r, c] = [num(one(row), scope), num(one(column), scope)];
    if (r > block.length || c > (block[0]?.length ?? 0)) throw new FormulaError('#NUM!');
    const lines = r === 0 ? block : [block[r - 1]!];
    return c === 0 ? lines : lines.map((line) => [line[c - 1]!]);
  }),
};
