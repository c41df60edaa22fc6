import { isError, type Value } from '../../value.ts';
import { FormulaError, RangeValue, compare, isMatrix, matrixOf, toBoolean, type Result } from '../coerce.ts';
import type { Scope } from '../scope.ts';
import type { Node } from '../parser.ts';
import { arrays, booleans, num, one, plain, range, type FunctionTable } from './define.ts';

/** Evaluates and turns a thrown error into the error value, for the functions that look at errors. */
function attempt(node: Node, scope: Scope): Result {
  try {
    const result = scope.evaluate(node, scope);
    return result instanceof RangeValue && scope.array ? result.values : result;
  } catch (error) {
    if (error instanceof FormulaError) return { error: error.code };
    throw error;
  }
}

function replaceErrors(nodes: Node[], scope: Scope, replaced: (value: Value) => boolean): Result {
  const result = attempt(nodes[0]!, scope);
  const other = (): Result => (nodes[1] ? scope.evaluate(nodes[1], scope) : null);
  if (isMatrix(result)) return result.map((line) => line.map((value) => (replaced(value) ? one(other()) : value)));
  const value = result instanceof RangeValue ? one(result) : result;
  return replaced(value) ? other() : result;
}

const inspect = (test: (value: Value) => boolean): FunctionTable[string] => ({
  kind: 'lazy',
  arity: [1, 1],
  run: (nodes, scope) => {
    const result = attempt(nodes[0]!, scope);
    return isMatrix(result) ? result.map((line) => line.map(test)) : test(one(result));
  },
});

export const logic: FunctionTable = {
  IF: {
    kind: 'lazy',
    arity: [2, 3],
    run: (nodes, scope) => {
      const condition = scope.evaluate(nodes[0]!, scope);
      const branch = (truth: boolean): Result =>
        truth ? scope.evaluate(nodes[1]!, scope) : nodes[2] ? scope.evaluate(nodes[2], scope) : false;
      if (!scope.array || (!isMatrix(condition) && !(condition instanceof RangeValue))) {
        return branch(
          toBoolean(
            isMatrix(condition) ? one(condition) : condition instanceof RangeValue ? one(condition) : condition,
          ),
        );
      }
      const [yes, no] = [matrixOf(attempt(nodes[1]!, scope)), matrixOf(nodes[2] ? attempt(nodes[2], scope) : false)];
      const pick = (m: Value[][], r: number, c: number): Value => {
        const line = m[m.length === 1 ? 0 : r];
        return line?.[line.length === 1 ? 0 : c] ?? null;
      };
      return matrixOf(condition).map((line, r) =>
        line.map((value, c) => (isError(value) ? value : pick(toBoolean(value) ? yes : no, r, c))),
      );
    },
  },
  IFS: {
    kind: 'lazy',
    arity: [2, 254],
    run: (nodes, scope) => {
      for (let i = 0; i + 1 < nodes.length; i += 2) {
        if (toBoolean(one(scope.evaluate(nodes[i]!, scope)))) return scope.evaluate(nodes[i + 1]!, scope);
      }
      throw new FormulaError('#N/A');
    },
  },
  IFERROR: { kind: 'lazy', arity: [1, 2], run: (nodes, scope) => replaceErrors(nodes, scope, isError) },
  IFNA: {
    kind: 'lazy',
    arity: [1, 2],
    run: (nodes, scope) => replaceErrors(nodes, scope, (value) => isError(value) && value.error === '#N/A'),
  },
  SWITCH: {
    kind: 'lazy',
    arity: [3, 254],
    run: (nodes, scope) => {
      const value = one(scope.evaluate(nodes[0]!, scope));
      let i = 1;
      for (; i + 1 < nodes.length; i += 2) {
        if (compare(value, one(scope.evaluate(nodes[i]!, scope))) === 0) return scope.evaluate(nodes[i + 1]!, scope);
      }
      if (i < nodes.length) return scope.evaluate(nodes[i]!, scope);
      throw new FormulaError('#N/A');
    },
  },
  CHOOSE: {
    kind: 'lazy',
    arity: [2, 254],
    run: (nodes, scope) => {
      const chosen = nodes[Math.trunc(num(one(scope.evaluate(nodes[0]!, scope)), scope))];
      if (!chosen || chosen === nodes[0]) throw new FormulaError('#NUM!');
      return scope.evaluate(chosen, scope);
    },
  },
  AND: arrays(1, 254, (values) => booleans(values).every(Boolean)),
  OR: arrays(1, 254, (values) => booleans(values).some(Boolean)),
  XOR: arrays(1, 254, (values) => booleans(values).filter(Boolean).length % 2 === 1),
  NOT: plain(1, 1, ([value]) => !toBoolean(value!)),
  TRUE: range(0, 0, () => true),
  FALSE: range(0, 0, () => false),
  NA: range(0, 0, () => {
    throw new FormulaError('#N/A');
  }),
  ISERROR: inspect(isError),
  ISERR: inspect((value) => isError(value) && value.error !== '#N/A'),
  ISNA: inspect((value) => isError(value) && value.error === '#N/A'),
  ISBLANK: inspect((value) => value === null),
  ISNUMBER: inspect((value) => typeof value === 'number'),
  ISTEXT: inspect((value) => typeof value === 'string'),
  ISNONTEXT: inspect((value) => typeof value !== 'string'),
  ISLOGICAL: inspect((value) => typeof value === 'boolean'),
};
