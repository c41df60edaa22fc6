import type { Locale } from './locale.ts';
import { parseDate } from './parse-date.ts';
import type { Value } from './value.ts';
import { errorValue, type ErrorCode } from './value.ts';

/** What typed text becomes. `numberFormat` is the format that Sheets gives the cell along with the value. */
export interface ParsedInput {
  value: Value;
  /** With its leading `=`, in the spelling of the locale; then `value` is null. */
  formula?: string;
  numberFormat?: string;
  /** Text that began with an apostrophe: the apostrophe is gone, and the text is never parsed again. */
  literal?: true;
}

const ERROR_TEXT = /^#(NULL!|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|N\/A|ERROR!)$/i;

/**
 * Reads text as if a person typed it into a cell of automatic format (the API's USER_ENTERED, and strings in
 * Range.setValues). Sources: the Sheets API guide on cell input, recordings, field notes; see FIDELITY.md.
 */
export function parseInput(text: string, locale: Locale, today: () => number): ParsedInput {
  if (text === '') return { value: null };
  if (text.startsWith("'")) return { value: text.slice(1), literal: true };
  if (text.startsWith('=') && text.length > 1) return { value: null, formula: text };
  const trimmed = text.trim();
  if (trimmed === '') return { value: text };
  const number = parseNumber(trimmed, locale);
  if (number) return number;
  // `+A1` and even `+1 555 0100` become formulas; the latter then shows #ERROR!.
  if (text.startsWith('+') && text.length > 1) return { value: null, formula: `=${text}` };
  const boolean = parseBoolean(trimmed, locale);
  if (boolean !== null) return { value: boolean };
  if (ERROR_TEXT.test(trimmed)) return { value: errorValue(trimmed.toUpperCase() as ErrorCode) };
  const date = parseDate(trimmed, locale, today);
  if (date) return { value: date.serial, numberFormat: date.numberFormat };
  return { value: text };
}

function parseBoolean(text: string, locale: Locale): boolean | null {
  const upper = text.toUpperCase();
  if (upper === 'TRUE' || upper === locale.booleans.true) return true;
  if (upper === 'FALSE' || upper === locale.booleans.false) return false;
  return null;
}

/** Plain numbers, thousands, exponents, percent, currency of the locale, accounting parentheses. */
export function parseNumber(text: string, locale: Locale): ParsedInput | null {
  const last = text.charCodeAt(text.length - 1);
  const first = text.charCodeAt(0);
  // Most text is not a number: leave before any regular expression runs.
  if (!(first < 58 || text.startsWith(locale.currency.symbol))) return null;
  if (last > 57 && !text.endsWith(locale.currency.symbol)) return null;
  let rest = text;
  let negative = false;
  const accounting = /^\((.*)\)$/.exec(rest);
  if (accounting) {
    negative = true;
    rest = accounting[1]!.trim();
  }
  let signed = false;
  const takeSign = (): void => {
    const sign = /^[+-]/.exec(rest);
    if (!sign || signed || negative) return;
    signed = true;
    negative = sign[0] === '-';
    rest = rest.slice(1).trimStart();
  };
  takeSign();
  const symbol = locale.currency.symbol;
  let currency = false;
  if (rest.startsWith(symbol)) {
    currency = true;
    rest = rest.slice(symbol.length).trimStart();
    takeSign();
  } else if (rest.endsWith(symbol)) {
    if (locale.currency.prefix) return null;
    currency = true;
    rest = rest.slice(0, -symbol.length).trimEnd();
  }
  let percent = false;
  if (!currency && rest.endsWith('%')) {
    percent = true;
    rest = rest.slice(0, -1).trimEnd();
  }
  const plain = readDigits(rest, locale);
  if (!plain) return null;
  const sign = negative ? -1 : 1;
  const value = sign * plain.value;
  const shown = plain.decimals ? '.00' : '';
  if (percent) return { value: sign * Number(`${plain.digits}e-2`), numberFormat: plain.decimals ? '0.00%' : '0%' };
  if (currency) return { value, numberFormat: locale.currency.format(shown) };
  if (plain.exponent) return { value, numberFormat: '0.00E+00' };
  if (plain.grouped) return { value, numberFormat: `#,##0${shown}` };
  return { value: Object.is(value, -0) ? 0 : value };
}

interface Digits {
  value: number;
  digits: string;
  decimals: number;
  grouped: boolean;
  exponent: boolean;
}

const patterns = new Map<string, RegExp>();

function readDigits(text: string, locale: Locale): Digits | null {
  let pattern = patterns.get(locale.code);
  if (!pattern) {
    const [group, decimal] = [`\\${locale.group}`, `\\${locale.decimal}`];
    pattern = new RegExp(`^(\\d{1,3}(?:${group}\\d{3})+|\\d*)(?:${decimal}(\\d*))?(?:[eE]([+-]?\\d{1,3}))?$`);
    patterns.set(locale.code, pattern);
  }
  const match = pattern.exec(text);
  if (!match) return null;
  const [, whole = '', fraction, exponent] = match;
  if (whole === '' && !fraction) return null;
  const grouped = whole.includes(locale.group);
  const digits = `${whole.split(locale.group).join('') || '0'}.${fraction || '0'}`;
  const value = Number(exponent === undefined ? digits : `${digits}e${exponent}`);
  if (!Number.isFinite(value)) return null;
  return { value, digits, decimals: fraction?.length ?? 0, grouped, exponent: exponent !== undefined };
}
