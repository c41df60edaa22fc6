import type { Value } from '../../value.ts';
import { isError } from '../../value.ts';
import { RangeValue, isMatrix, matrixOf, toBoolean, toNumber, toText, type Result } from '../coerce.ts';
import type { Scope } from '../scope.ts';
import type { Node } from '../parser.ts';

/**
 * A spreadsheet function. `plain` takes values and is run element by element over arrays; `range` takes its
 * arguments whole; `lazy` evaluates them itself. `array` evaluates the arguments in array mode.
 */
export type FunctionDefinition = { arity: [number, number]; array?: boolean } & (
  | { kind: 'plain'; run: (values: Value[], scope: Scope) => Value }
  | { kind: 'range'; run: (values: Result[], scope: Scope) => Result }
  | { kind: 'lazy'; run: (nodes: Node[], scope: Scope) => Result }
);

export type FunctionTable = Record<string, FunctionDefinition>;

export const plain = (
  least: number,
  most: number,
  run: (values: Value[], scope: Scope) => Value,
): FunctionDefinition => ({
  kind: 'plain',
  arity: [least, most],
  run,
});

export const range = (
  least: number,
  most: number,
  run: (values: Result[], scope: Scope) => Result,
): FunctionDefinition => ({
  kind: 'range',
  arity: [least, most],
  run,
});

/** As `range`, with the arguments evaluated in array mode. */
export const arrays = (
  least: number,
  most: number,
  run: (values: Result[], scope: Scope) => Result,
): FunctionDefinition => ({
  kind: 'range',
  arity: [least, most],
  array: true,
  run,
});

export const num = (value: Value | undefined, scope: Scope, fallback = 0): number =>
  value === undefined ? fallback : toNumber(value, scope.workbook.localeData, () => scope.workbook.today());

export const txt = (value: Value | undefined, scope: Scope): string =>
  value === undefined ? '' : toText(value, scope.workbook.localeData);

/** First value of an argument. */
export const one = (result: Result | undefined): Value =>
  result === undefined ? null : (matrixOf(result)[0]?.[0] ?? null);

/** Numbers among arguments: in ranges only real numbers count, a value given directly is converted. */
export function numbers(results: Result[], scope: Scope): number[] {
  const out: number[] = [];
  for (const result of results) {
    if (result instanceof RangeValue || isMatrix(result)) {
      for (const line of matrixOf(result)) {
        for (const value of line) {
          if (typeof value === 'number') out.push(value);
          else if (isError(value)) num(value, scope);
        }
      }
    } else {
      out.push(num(result, scope));
    }
  }
  return out;
}

/** Truth values among arguments; blanks and text in ranges are passed over. */
export function booleans(results: Result[]): boolean[] {
  const out: boolean[] = [];
  for (const result of results) {
    if (result instanceof RangeValue || isMatrix(result)) {
      for (const value of matrixOf(result).flat()) {
        if (typeof value === 'boolean' || typeof value === 'number' || isError(value)) out.push(toBoolean(value));
      }
    } else {
      out.push(toBoolean(result));
    }
  }
  return out;
}
