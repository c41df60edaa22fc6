/** A Google enum value: equal only to itself, and its name as text. */
export class EnumValue {
  readonly #name: string;
  readonly #ordinal: number;

  constructor(name: string, ordinal: number) {
    this.#name = name;
    this.#ordinal = ordinal;
  }

  toString(): string {
    return this.#name;
  }

  name(): string {
    return this.#name;
  }

  ordinal(): number {
    return this.#ordinal;
  }

  compareTo(other: EnumValue): number {
    return this.#ordinal - other.ordinal();
  }

  toJSON(): string {
    return this.#name;
  }
}

/** An enum object. Typed as Google's declaration `E` wants it; at run time its values are {@link EnumValue}s. */
export function makeEnum<E>(...names: (keyof E & string)[]): E {
  return Object.freeze(Object.fromEntries(names.map((name, i) => [name, new EnumValue(name, i)]))) as E;
}

/** The value of that name. */
export function enumValue<E, K extends keyof E>(values: E, name: K): E[K] {
  return values[name];
}

import Sheets = GoogleAppsScript.Spreadsheet;

export const ProtectionType = makeEnum<typeof Sheets.ProtectionType>('RANGE', 'SHEET');
export const DeveloperMetadataVisibility = makeEnum<typeof Sheets.DeveloperMetadataVisibility>('DOCUMENT', 'PROJECT');
export const DeveloperMetadataLocationType = makeEnum<typeof Sheets.DeveloperMetadataLocationType>(
  'SPREADSHEET',
  'SHEET',
  'ROW',
  'COLUMN',
);
export const Dimension = makeEnum<typeof Sheets.Dimension>('COLUMNS', 'ROWS');
export const Direction = makeEnum<typeof Sheets.Direction>('UP', 'DOWN', 'PREVIOUS', 'NEXT');
export const ValueType = makeEnum<typeof Sheets.ValueType>('IMAGE');
export const SheetType = makeEnum<typeof Sheets.SheetType>('GRID', 'OBJECT');
export const WrapStrategy = makeEnum<typeof Sheets.WrapStrategy>('WRAP', 'OVERFLOW', 'CLIP');
export const BorderStyle = makeEnum<typeof Sheets.BorderStyle>(
  'DOTTED',
  'DASHED',
  'SOLID',
  'SOLID_MEDIUM',
  'SOLID_THICK',
  'DOUBLE',
);
export const CopyPasteType = makeEnum<typeof Sheets.CopyPasteType>(
  'PASTE_NORMAL',
  'PASTE_NO_BORDERS',
  'PASTE_FORMAT',
  'PASTE_FORMULA',
  'PASTE_DATA_VALIDATION',
  'PASTE_VALUES',
  'PASTE_CONDITIONAL_FORMATTING',
  'PASTE_COLUMN_WIDTHS',
);
export const DataValidationCriteria = makeEnum<typeof Sheets.DataValidationCriteria>(
  'DATE_AFTER',
  'DATE_BEFORE',
  'DATE_BETWEEN',
  'DATE_EQUAL_TO',
  'DATE_IS_VALID_DATE',
  'DATE_NOT_BETWEEN',
  'DATE_ON_OR_AFTER',
  'DATE_ON_OR_BEFORE',
  'NUMBER_BETWEEN',
  'NUMBER_EQUAL_TO',
  'NUMBER_GREATER_THAN',
  'NUMBER_GREATER_THAN_OR_EQUAL_TO',
  'NUMBER_LESS_THAN',
  'NUMBER_LESS_THAN_OR_EQUAL_TO',
  'NUMBER_NOT_BETWEEN',
  'NUMBER_NOT_EQUAL_TO',
  'TEXT_CONTAINS',
  'TEXT_DOES_NOT_CONTAIN',
  'TEXT_EQUAL_TO',
  'TEXT_IS_VALID_EMAIL',
  'TEXT_IS_VALID_URL',
  'VALUE_IN_LIST',
  'VALUE_IN_RANGE',
  'CUSTOM_FORMULA',
  'CHECKBOX',
);
export const PivotTableSummarizeFunction = makeEnum<typeof Sheets.PivotTableSummarizeFunction>(
  'CUSTOM',
  'SUM',
  'COUNTA',
  'COUNT',
  'COUNTUNIQUE',
  'AVERAGE',
  'MAX',
  'MIN',
  'MEDIAN',
  'PRODUCT',
  'STDEV',
  'STDEVP',
  'VAR',
  'VARP',
);
export const Button = makeEnum<typeof GoogleAppsScript.Base.Button>('CLOSE', 'OK', 'CANCEL', 'YES', 'NO');
export const ButtonSet = makeEnum<typeof GoogleAppsScript.Base.ButtonSet>('OK', 'OK_CANCEL', 'YES_NO', 'YES_NO_CANCEL');
export const Weekday = makeEnum<typeof GoogleAppsScript.Base.Weekday>(
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
);
export const AuthMode = makeEnum<typeof GoogleAppsScript.Script.AuthMode>('NONE', 'CUSTOM_FUNCTION', 'LIMITED', 'FULL');
