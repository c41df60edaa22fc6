import type { Locale } from '../locale.ts';
import { displayText } from '../display.ts';
import { parseInput } from '../parse-input.ts';
import { compareValues, isError, type ErrorCode, type Value } from '../value.ts';
import type { Tab } from '../tab.ts';
import type { Area } from '../area.ts';

/** Thrown inside an evaluation; becomes the value of the cell, or of one element of an array. */
export class FormulaError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

/** A range as an argument: read only when its values are asked for. */
export class RangeValue {
  readonly tab: Tab;
  readonly area: Area;
  readonly #read: (tab: Tab, area: Area) => Value[][];

  constructor(tab: Tab, area: Area, read: (tab: Tab, area: Area) => Value[][]) {
    this.tab = tab;
    this.area = area;
    this.#read = read;
  }

  get values(): Value[][] {
    return this.#read(this.tab, this.area);
  }
}

/** What an argument or a result may be. */
export type Result = Value | Value[][] | RangeValue;

export const isMatrix = (result: Result): result is Value[][] => Array.isArray(result);

export function matrixOf(result: Result): Value[][] {
  if (result instanceof RangeValue) return result.values;
  return isMatrix(result) ? result : [[result]];
}

/** Rethrows an error value, so that it passes through whatever uses it. */
export function defined(value: Value): Exclude<Value, { error: string }> {
  if (isError(value)) throw new FormulaError(value.error);
  return value;
}

export function toNumber(value: Value, locale: Locale, today: () => number): number {
  const known = defined(value);
  if (typeof known === 'number') return known;
  if (known === null) return 0;
  if (typeof known === 'boolean') return known ? 1 : 0;
  const parsed = known === '' ? null : parseInput(known, locale, today).value;
  if (typeof parsed !== 'number') throw new FormulaError('#VALUE!');
  return parsed;
}

export function toText(value: Value, locale: Locale): string {
  return displayText(defined(value), undefined, locale);
}

export function toBoolean(value: Value): boolean {
  const known = defined(value);
  if (typeof known === 'boolean') return known;
  if (typeof known === 'number') return known !== 0;
  if (known === null) return false;
  if (/^true$/i.test(known)) return true;
  if (/^false$/i.test(known)) return false;
  throw new FormulaError('#VALUE!');
}

/** Comparison of two values as `=` and `<` see them; a blank equals 0, '' and FALSE. */
export function compare(left: Value, right: Value): number {
  const [a, b] = [blankAs(defined(left), right), blankAs(defined(right), left)];
  return a === null && b === null ? 0 : compareValues(a, b);
}

function blankAs(value: Value, other: Value): Value {
  if (value !== null) return value;
  if (typeof other === 'number') return 0;
  if (typeof other === 'string') return '';
  return typeof other === 'boolean' ? false : null;
}

/** A criterion of COUNTIF and its kind: `>5`, `<>x`, wildcards `*` `?`, or a value to equal. */
export function criterion(raw: Value, locale: Locale, today: () => number): (value: Value) => boolean {
  const match = typeof raw === 'string' ? /^(<=|>=|<>|=|<|>)?(.*)$/s.exec(raw)! : null;
  const operator = match?.[1] ?? '=';
  const text = match ? match[2]! : '';
  const operand = match ? parseInput(text, locale, today).value : raw;
  if (operator === '=' || operator === '<>') {
    const wild = typeof operand === 'string' && /[*?]/.test(operand) ? wildcard(operand) : null;
    const equals = (value: Value): boolean => {
      if (isError(value)) return isError(operand) && operand.error === value.error;
      if (wild) return typeof value === 'string' && wild.test(value);
      if (operand === null) return value === null || value === '';
      return value !== null && typeof value === typeof operand && compareValues(value, operand) === 0;
    };
    return operator === '=' ? equals : (value) => !equals(value);
  }
  return (value) => {
    if (value === null || typeof value !== typeof operand) return false;
    const order = compareValues(value, operand);
    return operator === '<' ? order < 0 : operator === '>' ? order > 0 : operator === '<=' ? order <= 0 : order >= 0;
  };
}

function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/~([*?~])|[.+^${}()|[\]\\]|([*?])/g, (whole, literal, wild) =>
    wild ? (wild === '*' ? '.*' : '.') : `\\${(literal as string | undefined) ?? whole}`,
  );
  return new RegExp(`^${source}$`, 'isu');
}
