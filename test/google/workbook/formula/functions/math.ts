import type { Value } from '../../value.ts';
import { isError } from '../../value.ts';
import { FormulaError, criterion, defined, matrixOf, type Result } from '../coerce.ts';
import type { Scope } from '../scope.ts';
import { arrays, num, numbers, one, plain, range, type FunctionTable } from './define.ts';

const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);

/** Of nothing it is 0, as in Sheets. No spread: a column may hold more numbers than a call has room for. */
function extreme(list: number[], pick: (a: number, b: number) => number): number {
  return list.length === 0 ? 0 : list.reduce((a, b) => pick(a, b));
}

function mean(list: number[]): number {
  if (list.length === 0) throw new FormulaError('#DIV/0!');
  return sum(list) / list.length;
}

function variance(list: number[], population: boolean): number {
  const n = population ? list.length : list.length - 1;
  if (n < 1) throw new FormulaError('#DIV/0!');
  const centre = mean(list);
  return sum(list.map((x) => (x - centre) ** 2)) / n;
}

const one1 = (run: (x: number) => number) =>
  plain(1, 1, ([x], scope) => {
    const result = run(num(x, scope));
    if (!Number.isFinite(result)) throw new FormulaError('#NUM!');
    return result;
  });

/** Rounds the decimal form, so that 1.005 rounds as it reads. */
function roundTo(value: number, places: number, round: (x: number) => number): number {
  const shift = (x: number, by: number): number => {
    const [mantissa, exponent = '0'] = String(x).split('e') as [string, string?];
    return Number(`${mantissa}e${Number(exponent) + by}`);
  };
  return Math.sign(value) * shift(round(shift(Math.abs(value), places)), -places) || 0;
}

const rounding = (round: (x: number) => number) =>
  plain(1, 2, ([x, places], scope) => roundTo(num(x, scope), Math.trunc(num(places, scope)), round));

/** Rows that satisfy all (range, criterion) pairs, as flat indexes. */
function matching(pairs: Result[], scope: Scope): number[] {
  let hits: number[] | null = null;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const values = matrixOf(pairs[i]!).flat();
    const test = criterion(one(pairs[i + 1]), scope.workbook.localeData, () => scope.workbook.today());
    hits = hits
      ? hits.filter((at) => test(values[at] ?? null))
      : values.flatMap((value, at) => (test(value) ? [at] : []));
  }
  return hits ?? [];
}

const at = (values: Value[], hits: number[]): number[] =>
  hits.flatMap((i) => (typeof values[i] === 'number' ? [values[i]] : []));

const conditional = (fold: (list: number[]) => number) =>
  range(2, 3, ([tested, test, summed], scope) =>
    fold(at(matrixOf(summed ?? tested!).flat(), matching([tested!, test!], scope))),
  );

const conditionals = (fold: (list: number[]) => number) =>
  range(3, 254, ([summed, ...pairs], scope) => fold(at(matrixOf(summed!).flat(), matching(pairs, scope))));

const nth = (pick: (sorted: number[], n: number) => number | undefined) =>
  arrays(2, 2, ([values, n], scope) => {
    const found = pick(
      numbers([values!], scope).sort((a, b) => a - b),
      num(one(n), scope),
    );
    if (found === undefined) throw new FormulaError('#NUM!');
    return found;
  });

const count = (results: Result[], test: (value: Value) => boolean): number =>
  results.reduce<number>((total, result) => total + matrixOf(result).flat().filter(test).length, 0);

export const math: FunctionTable = {
  SUM: arrays(1, 254, (values, scope) => sum(numbers(values, scope))),
  AVERAGE: arrays(1, 254, (values, scope) => mean(numbers(values, scope))),
  MIN: arrays(1, 254, (values, scope) => extreme(numbers(values, scope), Math.min)),
  MAX: arrays(1, 254, (values, scope) => extreme(numbers(values, scope), Math.max)),
  COUNT: arrays(1, 254, (values) => count(values, (value) => typeof value === 'number')),
  COUNTA: arrays(1, 254, (values) => count(values, (value) => value !== null)),
  COUNTBLANK: range(1, 254, (values) => count(values, (value) => value === null || value === '')),
  COUNTUNIQUE: arrays(
    1,
    254,
    (values) => new Set(values.flatMap((v) => matrixOf(v).flat()).filter((v) => v !== null)).size,
  ),
  COUNTIF: range(2, 2, ([values, test], scope) => matching([values!, test!], scope).length),
  COUNTIFS: range(2, 254, (pairs, scope) => matching(pairs, scope).length),
  SUMIF: conditional(sum),
  SUMIFS: conditionals(sum),
  AVERAGEIF: conditional(mean),
  AVERAGEIFS: conditionals(mean),
  PRODUCT: arrays(1, 254, (values, scope) => numbers(values, scope).reduce((a, b) => a * b, 1)),
  SUMPRODUCT: arrays(1, 254, (values) => {
    const lists = values.map((value) => matrixOf(value).flat());
    if (lists.some((list) => list.length !== lists[0]!.length)) throw new FormulaError('#VALUE!');
    const factor = (value: Value): number => {
      const known = defined(value);
      return typeof known === 'number' ? known : 0;
    };
    return sum(lists[0]!.map((_, i) => lists.reduce((product, list) => product * factor(list[i]!), 1)));
  }),
  MEDIAN: arrays(1, 254, (values, scope) => {
    const list = numbers(values, scope).sort((a, b) => a - b);
    if (list.length === 0) throw new FormulaError('#NUM!');
    const middle = list.length / 2;
    return list.length % 2 ? list[Math.floor(middle)]! : (list[middle - 1]! + list[middle]!) / 2;
  }),
  STDEV: arrays(1, 254, (values, scope) => Math.sqrt(variance(numbers(values, scope), false))),
  STDEVP: arrays(1, 254, (values, scope) => Math.sqrt(variance(numbers(values, scope), true))),
  VAR: arrays(1, 254, (values, scope) => variance(numbers(values, scope), false)),
  LARGE: nth((sorted, n) => sorted[sorted.length - n]),
  SMALL: nth((sorted, n) => sorted[n - 1]),
  RANK: arrays(2, 3, ([value, list, ascending], scope) => {
    const all = numbers([list!], scope);
    const x = num(one(value), scope);
    if (!all.includes(x)) throw new FormulaError('#N/A');
    return 1 + all.filter((y) => (num(one(ascending), scope) ? y < x : y > x)).length;
  }),
  ROUND: rounding(Math.round),
  ROUNDUP: rounding(Math.ceil),
  ROUNDDOWN: rounding(Math.floor),
  TRUNC: rounding(Math.floor),
  INT: one1(Math.floor),
  ABS: one1(Math.abs),
  SIGN: one1(Math.sign),
  SQRT: one1(Math.sqrt),
  EXP: one1(Math.exp),
  LN: one1(Math.log),
  LOG10: one1(Math.log10),
  SIN: one1(Math.sin),
  COS: one1(Math.cos),
  TAN: one1(Math.tan),
  LOG: plain(1, 2, ([x, base], scope) => Math.log(num(x, scope)) / Math.log(num(base, scope, 10))),
  POWER: plain(2, 2, ([x, y], scope) => num(x, scope) ** num(y, scope)),
  MOD: plain(2, 2, ([x, y], scope) => {
    const [a, b] = [num(x, scope), num(y, scope)];
    if (b === 0) throw new FormulaError('#DIV/0!');
    return a - b * Math.floor(a / b);
  }),
  CEILING: plain(1, 2, ([x, step], scope) => multiple(num(x, scope), num(step, scope, 1), Math.ceil)),
  FLOOR: plain(1, 2, ([x, step], scope) => multiple(num(x, scope), num(step, scope, 1), Math.floor)),
  PI: range(0, 0, () => Math.PI),
  RAND: range(0, 0, () => Math.random()),
  RANDBETWEEN: plain(2, 2, ([low, high], scope) => {
    const [a, b] = [Math.ceil(num(low, scope)), Math.floor(num(high, scope))];
    return a + Math.floor(Math.random() * (b - a + 1));
  }),
  N: range(1, 1, ([value]) => {
    const first = one(value);
    if (isError(first)) return first;
    return typeof first === 'number' ? first : typeof first === 'boolean' ? Number(first) : 0;
  }),
};

function multiple(x: number, step: number, round: (n: number) => number): number {
  return step === 0 ? 0 : Number((round(x / step) * step).toPrecision(15));
}
