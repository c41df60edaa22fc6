import { SheetError } from './errors.ts';
import type { Locale } from './locale.ts';
import { parseInput } from './parse-input.ts';
import { serialAt } from './serial.ts';
import { isError, type Value } from './value.ts';

/** Data validation of a cell: the API's DataValidationRule. */
export interface ValidationRule {
  readonly condition: {
    readonly type: string;
    readonly values: readonly { readonly userEnteredValue?: string; readonly relativeDate?: string }[];
  };
  /** Reject what does not fit; otherwise it is only marked. */
  readonly strict?: boolean;
  readonly showCustomUi?: boolean;
  readonly inputMessage?: string;
}

const MOST_ITEMS = 500;

/** @throws SheetError for a list of too many items */
export function checkRule({ condition }: ValidationRule): void {
  if (condition.type !== 'ONE_OF_LIST' || condition.values.length <= MOST_ITEMS) return;
  throw new SheetError(
    `The data validation rule has more items than the limit of ${MOST_ITEMS}. Use the "List from a range" criteria instead.`,
  );
}

/** What a rule needs to know of its spreadsheet. */
export interface ValidationContext {
  locale: Locale;
  timeZone: string;
  now: number;
  /** Values of a range such as `=Sheet1!A2:A9`. */
  range: (reference: string) => Value[];
  /** Value of a formula, for CUSTOM_FORMULA. */
  formula: (formula: string) => Value;
  display: (value: Value) => string;
}

/** Whether a value satisfies a rule. A blank always does, as in Sheets. */
export function satisfies(value: Value, rule: ValidationRule, context: ValidationContext): boolean {
  if (value === null) return true;
  const { type, values } = rule.condition;
  if (isError(value)) return false;
  const argument = (index: number): Value => readArgument(values[index]?.userEnteredValue ?? '', context);
  const numbers = (): [number, number] => [Number(argument(0)), Number(argument(1))];
  const text = (): string => String(argument(0) ?? '').toLowerCase();
  const shown = context.display(value).toLowerCase();
  const numeric = (test: (n: number, a: number, b: number) => boolean): boolean =>
    typeof value === 'number' && test(value, ...numbers());
  switch (type) {
    case 'ONE_OF_LIST':
      return values.some((item) => matchesItem(value, item.userEnteredValue ?? '', context));
    case 'ONE_OF_RANGE':
      return context
        .range(values[0]?.userEnteredValue ?? '')
        .some((item) => item !== null && context.display(item) === context.display(value));
    case 'NUMBER_GREATER':
    case 'DATE_AFTER':
      return numeric((n, a) => n > a);
    case 'NUMBER_GREATER_THAN_EQ':
    case 'DATE_ON_OR_AFTER':
      return numeric((n, a) => n >= a);
    case 'NUMBER_LESS':
    case 'DATE_BEFORE':
      return numeric((n, a) => n < a);
    case 'NUMBER_LESS_THAN_EQ':
    case 'DATE_ON_OR_BEFORE':
      return numeric((n, a) => n <= a);
    case 'NUMBER_EQ':
    case 'DATE_EQ':
      return numeric((n, a) => n === a);
    case 'NUMBER_NOT_EQ':
      return numeric((n, a) => n !== a);
    case 'NUMBER_BETWEEN':
    case 'DATE_BETWEEN':
      return numeric((n, a, b) => n >= a && n <= b);
    case 'NUMBER_NOT_BETWEEN':
    case 'DATE_NOT_BETWEEN':
      return numeric((n, a, b) => n < a || n > b);
    case 'DATE_IS_VALID':
      return typeof value === 'number' && value >= 0;
    case 'TEXT_CONTAINS':
      return shown.includes(text());
    case 'TEXT_NOT_CONTAINS':
      return !shown.includes(text());
    case 'TEXT_STARTS_WITH':
      return shown.startsWith(text());
    case 'TEXT_ENDS_WITH':
      return shown.endsWith(text());
    case 'TEXT_EQ':
      return shown === text();
    case 'TEXT_IS_EMAIL':
      return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(shown);
    case 'TEXT_IS_URL':
      return /^(https?:\/\/)?[^\s/]+\.[^\s/.]+(\/\S*)?$/.test(shown);
    case 'BOOLEAN':
      return values.length
        ? values.some((item) => matchesItem(value, item.userEnteredValue ?? '', context))
        : typeof value === 'boolean';
    case 'CUSTOM_FORMULA':
      return context.formula(values[0]?.userEnteredValue ?? '') === true;
    case 'BLANK':
      return false;
    case 'NOT_BLANK':
      return true;
    default:
      return true;
  }
}

/** An item of a list fits as the text that is shown, or as the value it would be if typed. */
function matchesItem(value: Value, item: string, context: ValidationContext): boolean {
  return context.display(value) === item || value === readArgument(item, context);
}

function readArgument(text: string, context: ValidationContext): Value {
  if (text.startsWith('=')) return context.formula(text);
  return parseInput(text, context.locale, () => serialAt(context.now, context.timeZone)).value;
}
