import { toCanonical } from './formula/localize.ts';
import { formatType, isDateFormat } from './number-format.ts';
import { parseInput, type ParsedInput } from './parse-input.ts';
import { SheetError } from './errors.ts';
import type { Value } from './value.ts';
import type { Workbook } from './workbook.ts';

export type InputMode = 'user' | 'raw';

/** What may be written to a cell. Dates go in as serials along with a date format. */
export type CellInput = null | number | string | boolean;

const MAX_CHARACTERS = 50_000;

/** @throws SheetError for text of more than 50,000 characters */
export function checkLength(input: CellInput | undefined): void {
  if (typeof input === 'string' && input.length > MAX_CHARACTERS) {
    throw new SheetError('Your input contains more than the maximum of 50000 characters in a single cell.');
  }
}

/** What an input becomes in a cell of the given number format, and the format it brings along. */
export function readInput(
  input: CellInput,
  mode: InputMode,
  numberFormat: string | undefined,
  workbook: Workbook,
): ParsedInput {
  const type = formatType(numberFormat);
  if (typeof input !== 'string') {
    const asText = type === 'TEXT' && input !== null && mode === 'user' && !workbook.unconfirmed.plainTextKeepsTypes;
    return { value: asText ? String(input).toUpperCase() : input };
  }
  if (input === '') return { value: null };
  if (mode === 'raw') return { value: input };
  return readTyped(workbook.unconfirmed.keepsCarriageReturns ? input : input.replace(/\r\n?/g, '\n'), type, {
    numberFormat,
    workbook,
  });
}

function readTyped(
  input: string,
  type: string | null,
  { numberFormat, workbook }: { numberFormat: string | undefined; workbook: Workbook },
): ParsedInput {
  if (type === 'TEXT') return readPlainText(input, workbook);
  if (input.startsWith("'") && !workbook.unconfirmed.apostropheMeansText) return { value: input };
  const parsed = parseInput(input, workbook.localeData, () => workbook.today());
  if (parsed.formula !== undefined) return { ...parsed, formula: toCanonical(parsed.formula, workbook.localeData) };
  if (type === null) return parsed;
  if (type === 'PERCENT' && typeof parsed.value === 'number' && parsed.numberFormat === undefined) {
    return { ...parsed, value: percent(parsed.value) };
  }
  if (!bringsFormat(parsed, numberFormat, type)) delete parsed.numberFormat;
  return parsed;
}

/** A cell of format `@` keeps what is typed; formulas and apostrophes are the contested cases (see unconfirmed.ts). */
function readPlainText(input: string, workbook: Workbook): ParsedInput {
  if (input.startsWith('=') && input.length > 1 && !workbook.unconfirmed.plainTextStopsFormulas) {
    return { value: null, formula: toCanonical(input, workbook.localeData) };
  }
  const drops = workbook.unconfirmed.plainTextDropsApostrophe && workbook.unconfirmed.apostropheMeansText;
  return drops && input.startsWith("'") ? { value: input.slice(1), literal: true } : { value: input };
}

/** A cell that already has a format keeps it, unless what was typed is of another family than that format. */
function bringsFormat(parsed: ParsedInput, current: string | undefined, type: string): boolean {
  if (parsed.numberFormat === undefined) return false;
  const next = formatType(parsed.numberFormat);
  if (isDateFormat(current) && isDateFormat(parsed.numberFormat)) return type !== next;
  return next !== type && next !== 'NUMBER' && next !== 'SCIENTIFIC';
}

/** 5 typed into a percent cell is 5%. */
function percent(value: number): Value {
  return Number(`${String(value)}${String(value).includes('e') ? '' : 'e-2'}`);
}
