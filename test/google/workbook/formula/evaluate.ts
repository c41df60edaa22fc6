import { areaOf, bounded, type Area } from '../area.ts';
import type { Tab } from '../tab.ts';
import { errorValue, type Value } from '../value.ts';
import type { Workbook } from '../workbook.ts';
import { FormulaError, RangeValue, compare, isMatrix, matrixOf, toNumber, toText, type Result } from './coerce.ts';
import { functions } from './functions/index.ts';
import type { Node } from './parser.ts';
import type { Reference } from './references.ts';
import type { Scope } from './scope.ts';

/** Evaluates a formula to what its cell shows: a value, or a block of values that spills. */
export function evaluateFormula(node: Node, place: Omit<Scope, 'evaluate' | 'array'>): Value | Value[][] {
  const scope: Scope = { ...place, array: false, evaluate };
  const result = guarded(() => evaluate(node, scope));
  if (result instanceof RangeValue) return guarded(() => intersection(result, scope)) as Value;
  return result;
}

function guarded(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof FormulaError) return errorValue(error.code);
    throw error;
  }
}

/** @throws FormulaError */
function evaluate(node: Node, scope: Scope): Result {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'missing':
      return null;
    case 'reference':
      return readReference(node.reference, scope);
    case 'name':
      return readName(node.name, scope);
    case 'unary':
      return broadcast(scope, [evaluate(node.operand, scope)], ([value]) => unary(node.operator, value!, scope));
    case 'binary':
      return broadcast(scope, [evaluate(node.left, scope), evaluate(node.right, scope)], ([left, right]) =>
        binary(node.operator, left!, right!, scope),
      );
    case 'array':
      return arrayLiteral(node.rows, scope);
    case 'call':
      return call(node.name, node.arguments, scope);
  }
}

function call(name: string, args: Node[], scope: Scope): Result {
  const definition = functions[name];
  if (!definition) throw new FormulaError('#NAME?');
  const [least, most] = definition.arity;
  if (args.length < least || args.length > most) throw new FormulaError('#N/A');
  if (definition.kind === 'lazy') return definition.run(args, scope);
  const inner = definition.array ? { ...scope, array: true } : scope;
  const values = args.map((arg) => evaluate(arg, inner));
  if (definition.kind === 'range') return definition.run(values, scope);
  return broadcast(scope, values, (row) => definition.run(row, scope));
}

/** Area of a reference, closed by the grid of its tab. */
export function locate(reference: Reference, home: Tab, workbook: Workbook): { tab: Tab; area: Area } | null {
  const tab = reference.tab === undefined ? home : workbook.tabByTitle(reference.tab);
  if (!tab) return null;
  const { start, end } = reference;
  if (!end) {
    if (start.row === undefined || start.column === undefined) return null;
    return { tab, area: areaOf(start.row, start.column) };
  }
  const side = (a?: number, b?: number): [number | undefined, number | undefined] =>
    a !== undefined && b !== undefined && a > b ? [b, a] : [a, b];
  const [top, bottom] = side(start.row, end.row);
  const [left, right] = side(start.column, end.column);
  const open = Object.fromEntries(Object.entries({ top, bottom, left, right }).filter(([, n]) => n !== undefined));
  return { tab, area: bounded(open, tab.rowCount, tab.columnCount) };
}

function readReference(reference: Reference, scope: Scope): Result {
  const found = locate(reference, scope.tab, scope.workbook);
  if (!found || found.area.bottom > found.tab.rowCount || found.area.right > found.tab.columnCount) {
    throw new FormulaError('#REF!');
  }
  if (!reference.end) return scope.read(found.tab, found.area)[0]![0]!;
  return new RangeValue(found.tab, found.area, scope.read);
}

function readName(name: string, scope: Scope): Result {
  const range = scope.workbook.namedRanges.find((item) => item.name.toLowerCase() === name.toLowerCase());
  const tab = range && scope.workbook.tabById(range.tabId);
  if (!range || !tab) throw new FormulaError('#NAME?');
  return new RangeValue(tab, bounded(range.area, tab.rowCount, tab.columnCount), scope.read);
}

/** Outside of array mode a range stands for its cell in the formula's own row or column. */
function intersection(range: RangeValue, scope: Scope): Value {
  const { area, tab } = range;
  const single = area.top === area.bottom && area.left === area.right;
  if (single) return scope.read(tab, area)[0]![0]!;
  if (area.left === area.right && scope.row >= area.top && scope.row <= area.bottom) {
    return scope.read(tab, areaOf(scope.row, area.left))[0]![0]!;
  }
  if (area.top === area.bottom && scope.column >= area.left && scope.column <= area.right) {
    return scope.read(tab, areaOf(area.top, scope.column))[0]![0]!;
  }
  throw new FormulaError('#VALUE!');
}

/** Applies a function of plain values: once, or element by element where an operand is an array. */
function broadcast(scope: Scope, operands: Result[], apply: (values: Value[]) => Value): Result {
  const resolved = operands.map((operand) => {
    if (!(operand instanceof RangeValue)) return operand;
    return scope.array ? operand.values : intersection(operand, scope);
  });
  if (!resolved.some(isMatrix)) return apply(resolved as Value[]);
  const matrices = resolved.map(matrixOf);
  const rows = Math.max(...matrices.map((m) => m.length));
  const columns = Math.max(...matrices.map((m) => m[0]?.length ?? 0));
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => {
      const element = matrices.map((m) => {
        const line = m[m.length === 1 ? 0 : r];
        return line ? line[line.length === 1 ? 0 : c] : undefined;
      });
      if (element.includes(undefined)) return errorValue('#N/A');
      return guarded(() => apply(element as Value[])) as Value;
    }),
  );
}

function unary(operator: string, value: Value, scope: Scope): Value {
  if (operator === '+') return value;
  const number = numeric(value, scope);
  return operator === '-' ? (number === 0 ? 0 : -number) : number / 100;
}

function numeric(value: Value, scope: Scope): number {
  return toNumber(value, scope.workbook.localeData, () => scope.workbook.today());
}

function binary(operator: string, left: Value, right: Value, scope: Scope): Value {
  if (operator === '&') return toText(left, scope.workbook.localeData) + toText(right, scope.workbook.localeData);
  if (operator === '=') return compare(left, right) === 0;
  if (operator === '<>') return compare(left, right) !== 0;
  if (operator === '<') return compare(left, right) < 0;
  if (operator === '>') return compare(left, right) > 0;
  if (operator === '<=') return compare(left, right) <= 0;
  if (operator === '>=') return compare(left, right) >= 0;
  const [a, b] = [numeric(left, scope), numeric(right, scope)];
  if (operator === '/' && b === 0) throw new FormulaError('#DIV/0!');
  const result =
    operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a ** b;
  if (!Number.isFinite(result)) throw new FormulaError('#NUM!');
  return result;
}

/** `{1,2;3,4}`: rows of pieces set side by side, each piece a value or a block. */
function arrayLiteral(rows: Node[][], scope: Scope): Value[][] {
  const out: Value[][] = [];
  for (const row of rows) {
    const pieces = row.map((node) => matrixOf(evaluate(node, { ...scope, array: true })));
    const height = pieces[0]!.length;
    if (pieces.some((piece) => piece.length !== height)) throw new FormulaError('#REF!');
    for (let r = 0; r < height; r++) out.push(pieces.flatMap((piece) => piece[r]!));
  }
  if (out.some((line) => line.length !== out[0]!.length)) throw new FormulaError('#VALUE!');
  return out;
}
