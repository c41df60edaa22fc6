import { compareValues, type Value } from '../../value.ts';
import { FormulaError, RangeValue, matrixOf, toBoolean } from '../coerce.ts';
import { arrays, num, one, range, type FunctionTable } from './define.ts';

/** Functions whose result may be a block; with array literals the only ones that spill by themselves. */
export const arrayFunctions: FunctionTable = {
  ARRAYFORMULA: {
    kind: 'lazy',
    arity: [1, 1],
    run: (nodes, scope) => {
      const result = scope.evaluate(nodes[0]!, { ...scope, array: true });
      return result instanceof RangeValue ? result.values : result;
    },
  },
  FILTER: arrays(2, 254, ([source, ...conditions]) => {
    const block = matrixOf(source!);
    const tests = conditions.map((condition) => matrixOf(condition).flat());
    if (tests.some((test) => test.length !== block.length)) throw new FormulaError('#N/A');
    const kept = block.filter((_, r) => tests.every((test) => test[r] !== null && toBoolean(test[r]!)));
    if (kept.length === 0) throw new FormulaError('#N/A');
    return kept;
  }),
  SORT: arrays(1, 254, ([source, ...keys], scope) => {
    const order = keys.length ? keys : [1, true];
    return matrixOf(source!)
      .slice()
      .sort((a, b) => {
        for (let i = 0; i + 1 < order.length; i += 2) {
          const column = num(one(order[i]), scope) - 1;
          const [x, y] = [a[column]!, b[column]!];
          if (x === null || y === null) {
            if (x !== y) return x === null ? 1 : -1;
            continue;
          }
          const result = compareValues(x, y);
          if (result !== 0) return toBoolean(one(order[i + 1])) ? result : -result;
        }
        return 0;
      });
  }),
  UNIQUE: arrays(1, 3, ([source]) => {
    const kept: Value[][] = [];
    const seen = new Set<string>();
    for (const line of matrixOf(source!)) {
      const key = JSON.stringify(line);
      if (seen.has(key)) continue;
      seen.add(key);
      kept.push(line);
    }
    return kept;
  }),
  SEQUENCE: range(1, 4, ([rows, columns, start, step], scope) => {
    const width = columns === undefined ? 1 : num(one(columns), scope);
    const [first, by] = [
      start === undefined ? 1 : num(one(start), scope),
      step === undefined ? 1 : num(one(step), scope),
    ];
    const height = num(one(rows), scope);
    if (height < 1 || width < 1) throw new FormulaError('#NUM!');
    return Array.from({ length: height }, (_, r) =>
      Array.from({ length: width }, (_, c) => first + by * (r * width + c)),
    );
  }),
  TRANSPOSE: arrays(1, 1, ([source]) => {
    const block = matrixOf(source!);
    return (block[0] ?? []).map((_, c) => block.map((line) => line[c]!));
  }),
  FLATTEN: arrays(1, 254, (values) =>
    values.flatMap((value) =>
      matrixOf(value)
        .flat()
        .map((item) => [item]),
    ),
  ),
  /** Needs a person's permission for each source; without it Sheets shows `#REF!`. */
  IMPORTRANGE: range(2, 2, () => {
    throw new FormulaError('#REF!');
  }),
};
