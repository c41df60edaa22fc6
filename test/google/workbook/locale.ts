/** What the locale of a spreadsheet changes in reading and showing values. */
export interface Locale {
  code: LocaleCode;
  decimal: string;
  group: string;
  /** Order of a numeric date that does not start with a four-digit year. */
  dateOrder: 'mdy' | 'dmy';
  /** Separators a numeric date may use. */
  dateSeparators: string;
  dateFormat: string;
  currency: { symbol: string; prefix: boolean; format: (decimals: string) => string };
  booleans: { true: string; false: string };
  /** Separators inside formulas. */
  argument: string;
  arrayColumn: string;
  months: string[];
  weekdays: string[];
}

export type LocaleCode = 'en_US' | 'de_DE';

const english: Locale = {
  code: 'en_US',
  decimal: '.',
  group: ',',
  dateOrder: 'mdy',
  dateSeparators: '/-',
  dateFormat: 'M/d/yyyy',
  currency: { symbol: '$', prefix: true, format: (decimals) => `"$"#,##0${decimals}` },
  booleans: { true: 'TRUE', false: 'FALSE' },
  argument: ',',
  arrayColumn: ',',
  months: 'January February March April May June July August September October November December'.split(' '),
  weekdays: 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' '),
};

const german: Locale = {
  code: 'de_DE',
  decimal: ',',
  group: '.',
  dateOrder: 'dmy',
  dateSeparators: '.',
  dateFormat: 'dd.MM.yyyy',
  currency: { symbol: '€', prefix: false, format: (decimals) => `#,##0${decimals} "€"` },
  booleans: { true: 'WAHR', false: 'FALSCH' },
  argument: ';',
  arrayColumn: '\\',
  months: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' '),
  weekdays: 'Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag'.split(' '),
};

export function localeOf(code: LocaleCode): Locale {
  return code === 'de_DE' ? german : english;
}
