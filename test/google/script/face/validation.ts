/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import type { ValidationRule } from '../../workbook/validation.ts';
import { DataValidationCriteria } from './enums.ts';
import { make } from './make.ts';
import { call, exception } from './rpc.ts';

import Sheets = GoogleAppsScript.Spreadsheet;

/** Apps Script's names of criteria, and the API's. */
const types = {
  DATE_AFTER: 'DATE_AFTER',
  DATE_BEFORE: 'DATE_BEFORE',
  DATE_BETWEEN: 'DATE_BETWEEN',
  DATE_EQUAL_TO: 'DATE_EQ',
  DATE_IS_VALID_DATE: 'DATE_IS_VALID',
  DATE_NOT_BETWEEN: 'DATE_NOT_BETWEEN',
  DATE_ON_OR_AFTER: 'DATE_ON_OR_AFTER',
  DATE_ON_OR_BEFORE: 'DATE_ON_OR_BEFORE',
  NUMBER_BETWEEN: 'NUMBER_BETWEEN',
  NUMBER_EQUAL_TO: 'NUMBER_EQ',
  NUMBER_GREATER_THAN: 'NUMBER_GREATER',
  NUMBER_GREATER_THAN_OR_EQUAL_TO: 'NUMBER_GREATER_THAN_EQ',
  NUMBER_LESS_THAN: 'NUMBER_LESS',
  NUMBER_LESS_THAN_OR_EQUAL_TO: 'NUMBER_LESS_THAN_EQ',
  NUMBER_NOT_BETWEEN: 'NUMBER_NOT_BETWEEN',
  NUMBER_NOT_EQUAL_TO: 'NUMBER_NOT_EQ',
  TEXT_CONTAINS: 'TEXT_CONTAINS',
  TEXT_DOES_NOT_CONTAIN: 'TEXT_NOT_CONTAINS',
  TEXT_EQUAL_TO: 'TEXT_EQ',
  TEXT_IS_VALID_EMAIL: 'TEXT_IS_EMAIL',
  TEXT_IS_VALID_URL: 'TEXT_IS_URL',
  VALUE_IN_LIST: 'ONE_OF_LIST',
  VALUE_IN_RANGE: 'ONE_OF_RANGE',
  CUSTOM_FORMULA: 'CUSTOM_FORMULA',
  CHECKBOX: 'BOOLEAN',
} as const;
type Criterion = keyof typeof types;

export function checkboxRule(checked?: unknown, unchecked?: unknown): ValidationRule {
  const values = [checked, unchecked].filter((value) => value !== undefined);
  return {
    condition: { type: 'BOOLEAN', values: values.map((value) => ({ userEnteredValue: String(value) })) },
    strict: true,
  };
}

export interface DataValidationFace extends Sheets.DataValidation {}

export class DataValidationFace {
  declare readonly rule: ValidationRule;
  readonly #doc: string;

  constructor(rule: ValidationRule, doc: string) {
    Object.defineProperty(this, 'rule', { value: rule });
    this.#doc = doc;
  }

  getAllowInvalid(): boolean {
    return this.rule.strict !== true;
  }

  getHelpText(): string {
    return this.rule.inputMessage ?? '';
  }

  getCriteriaType(): Sheets.DataValidationCriteria {
    const name = (Object.keys(types) as Criterion[]).find((key) => types[key] === this.rule.condition.type);
    return DataValidationCriteria[name ?? 'CUSTOM_FORMULA'];
  }

  getCriteriaValues(): unknown[] {
    const texts = this.rule.condition.values.map((value) => value.userEnteredValue ?? '');
    const { type } = this.rule.condition;
    if (type === 'ONE_OF_LIST') return [texts, this.rule.showCustomUi ?? true];
    if (type === 'ONE_OF_RANGE') {
      const ref = call('Spreadsheet.findRange', this.#doc, null, texts[0]!.replace(/^=/, ''));
      return [ref ? make.range(ref) : null, this.rule.showCustomUi ?? true];
    }
    return type.startsWith('NUMBER') ? texts.map(Number) : texts;
  }

  copy(): DataValidationBuilderFace {
    return new DataValidationBuilderFace(this.rule);
  }
}

export interface DataValidationBuilderFace extends Sheets.DataValidationBuilder {}

/** Builder; its require… methods are made from the criteria below. */
export class DataValidationBuilderFace {
  #rule: ValidationRule;

  constructor(rule: ValidationRule = { condition: { type: 'NONE', values: [] }, strict: false }) {
    this.#rule = rule;
  }

  build(): DataValidationFace {
    if (this.#rule.condition.type === 'NONE') throw exception('The data validation rule has no criteria.');
    return new DataValidationFace(this.#rule, call('SpreadsheetApp.getActiveSpreadsheet') ?? '');
  }

  copy(): DataValidationBuilderFace {
    return new DataValidationBuilderFace(this.#rule);
  }

  setAllowInvalid(allow: boolean): this {
    this.#rule = { ...this.#rule, strict: !allow };
    return this;
  }

  setHelpText(help: string): this {
    this.#rule = { ...this.#rule, inputMessage: help };
    return this;
  }

  getAllowInvalid(): boolean {
    return this.#rule.strict !== true;
  }

  getHelpText(): string | null {
    return this.#rule.inputMessage ?? null;
  }

  withCriteria(criteria: Sheets.DataValidationCriteria, args: unknown[]): this {
    const name = String(criteria) as Criterion;
    if (name === 'VALUE_IN_LIST') return this.requireValueInList(args[0] as string[], args[1] as boolean | undefined);
    if (name === 'VALUE_IN_RANGE')
      return this.requireValueInRange(args[0] as Sheets.Range, args[1] as boolean | undefined);
    return this.#condition(name, args);
  }

  requireValueInList(values: string[], showDropdown = true): this {
    this.#condition('VALUE_IN_LIST', values);
    this.#rule = { ...this.#rule, showCustomUi: showDropdown };
    return this;
  }

  requireValueInRange(range: Sheets.Range, showDropdown = true): this {
    const sheet = range.getSheet().getName().replaceAll("'", "''");
    const a1 = range.getA1Notation().replace(/([A-Z]+)(\d+)/g, '$$$1$$$2');
    this.#condition('VALUE_IN_RANGE', [`='${sheet}'!${a1}`]);
    this.#rule = { ...this.#rule, showCustomUi: showDropdown };
    return this;
  }

  requireFormulaSatisfied(formula: string): this {
    return this.#condition('CUSTOM_FORMULA', [formula]);
  }

  requireCheckbox(...args: unknown[]): this {
    return this.#condition('CHECKBOX', args);
  }

  requireDate(): this {
    return this.#condition('DATE_IS_VALID_DATE', []);
  }

  #condition(name: Criterion, args: unknown[]): this {
    const values = args.map((arg) => ({ userEnteredValue: arg instanceof Date ? isoDay(arg) : String(arg) }));
    this.#rule = { ...this.#rule, condition: { type: types[name], values } };
    return this;
  }

  static {
    const plain: Record<string, Criterion> = {
      requireTextIsEmail: 'TEXT_IS_VALID_EMAIL',
      requireTextIsUrl: 'TEXT_IS_VALID_URL',
    };
    for (const name of Object.keys(types) as Criterion[]) {
      if (!/^(DATE|NUMBER|TEXT)_/.test(name) || name.includes('VALID')) continue;
      plain[`require${name.toLowerCase().replace(/(^|_)[a-z]/g, (s) => s.replace('_', '').toUpperCase())}`] = name;
    }
    for (const [method, name] of Object.entries(plain)) {
      Object.defineProperty(this.prototype, method, {
        value(this: DataValidationBuilderFace, ...args: unknown[]) {
          return this.#condition(name, args);
        },
      });
    }
  }
}

function isoDay(date: Date): string {
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
