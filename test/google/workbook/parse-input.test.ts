import { describe, expect, it } from 'vitest';
import { displayText } from './display.ts';
import { localeOf, type LocaleCode } from './locale.ts';
import { formatType, isDateFormat } from './number-format.ts';
import { parseInput } from './parse-input.ts';
import { partsOf, serialAt, serialOf } from './serial.ts';
import { isError } from './value.ts';

const today = () => serialOf(2024, 6, 15)!;
const parse = (text: string, code: LocaleCode = 'en_US') => parseInput(text, localeOf(code), today);
const shown = (text: string, code: LocaleCode = 'en_US') => {
  const { value, numberFormat } = parse(text, code);
  return displayText(value, numberFormat, localeOf(code));
};

describe('typed input, en_US', () => {
  it.each<[string, unknown, string | undefined]>([
    ['42', 42, undefined],
    ['0042', 42, undefined],
    [' 42 ', 42, undefined],
    ['-1.50', -1.5, undefined],
    ['+5', 5, undefined],
    ['.5', 0.5, undefined],
    ['5.', 5, undefined],
    ['1,234', 1234, '#,##0'],
    ['2,000,000.01', 2000000.01, '#,##0.00'],
    ['12,34', '12,34', undefined],
    ['1.234.567', '1.234.567', undefined],
    ['(5)', -5, undefined],
    ['1e3', 1000, '0.00E+00'],
    ['12345678901234567890', 12345678901234567890, undefined],
    ['5%', 0.05, '0%'],
    ['12.5 %', 0.125, '0.00%'],
    ['33.3%', 0.333, '0.00%'],
    ['$5', 5, '"$"#,##0'],
    ['$1,234.50', 1234.5, '"$"#,##0.00'],
    ['-$5', -5, '"$"#,##0'],
    ['($5.00)', -5, '"$"#,##0.00'],
    ['$-5', -5, '"$"#,##0'],
    ['5$', '5$', undefined],
    ['true', true, undefined],
    ['FALSE', false, undefined],
    ['truely', 'truely', undefined],
    ["'true", 'true', undefined],
    ["'", '', undefined],
    ['  ', '  ', undefined],
    ['abc', 'abc', undefined],
    ['-', '-', undefined],
    ['1 2', '1 2', undefined],
    ['1-2', serialOf(2024, 1, 2), 'M-d'],
    ['1/2', serialOf(2024, 1, 2), 'M/d'],
    ['1/2/2020', serialOf(2020, 1, 2), 'M/d/yyyy'],
    ['1/2/29', serialOf(2029, 1, 2), 'M/d/yy'],
    ['1/2/30', serialOf(1930, 1, 2), 'M/d/yy'],
    ['2020-01-31', serialOf(2020, 1, 31), 'yyyy-MM-dd'],
    ['2020-02-30', '2020-02-30', undefined],
    ['2020-01-31T13:04:00Z', '2020-01-31T13:04:00Z', undefined],
    ['2020-01-31T13:04:00', '2020-01-31T13:04:00', undefined],
    ['Jan 2020', serialOf(2020, 1, 1), 'MMM yyyy'],
    ['Janus 2020', 'Janus 2020', undefined],
    ['2020/1/31', serialOf(2020, 1, 31), 'yyyy/M/d'],
    ['Jan 31, 2020', serialOf(2020, 1, 31), 'MMM d, yyyy'],
    ['31 January 2020', serialOf(2020, 1, 31), 'd MMMM yyyy'],
    ['31-Jan-20', serialOf(2020, 1, 31), 'd-MMM-yy'],
    ['31.01.2020', '31.01.2020', undefined],
    ['3:04', (3 * 60 + 4) / 1440, 'h:mm'],
    ['3:04 PM', (15 * 60 + 4) / 1440, 'h:mm AM/PM'],
    ['12:00 AM', 0, 'h:mm AM/PM'],
    ['13:04:05', (13 * 3600 + 4 * 60 + 5) / 86400, 'HH:mm:ss'],
    ['25:00', 25 / 24, '[h]:mm'],
    ['3:60', '3:60', undefined],
    ['2020-01-31 13:04', serialOf(2020, 1, 31, 13, 4), 'yyyy-MM-dd HH:mm'],
  ])('%j', (text, value, numberFormat) => {
    const parsed = parse(text);
    expect(parsed.value).toEqual(value);
    expect(parsed.numberFormat).toBe(numberFormat);
    expect(parsed.formula).toBeUndefined();
  });

  it('a leading = or + makes a formula, unless + begins a number', () => {
    expect(parse('=A1').formula).toBe('=A1');
    expect(parse('+A1').formula).toBe('=+A1');
    expect(parse('+1 555 0100').formula).toBe('=+1 555 0100');
    expect(parse('=')).toEqual({ value: '=' });
    expect(parse(' =A1')).toEqual({ value: ' =A1' });
    expect(parse("'=A1")).toEqual({ value: '=A1', literal: true });
  });

  it('an error code typed is that error', () => {
    expect(isError(parse('#REF!').value)).toBe(true);
    expect(parse('#ref').value).toBe('#ref');
  });
});

describe('typed input, de_DE', () => {
  it.each<[string, unknown]>([
    ['1,5', 1.5],
    ['1.234,5', 1234.5],
    ['1.234', 1234],
    ['1.5', serialOf(2024, 5, 1)],
    ['31.01.2020', serialOf(2020, 1, 31)],
    ['31.1.20', serialOf(2020, 1, 31)],
    ['31. Januar 2020', serialOf(2020, 1, 31)],
    ['1/31/2020', '1/31/2020'],
    ['5 €', 5],
    ['5,00 €', 5],
    ['$5', '$5'],
    ['12,5%', 0.125],
    ['WAHR', true],
    ['falsch', false],
    ['2020-01-31', serialOf(2020, 1, 31)],
  ])('%j', (text, value) => expect(parse(text, 'de_DE').value).toEqual(value));

  it.each(['31.01.2020', '1,5', '1.234,50', '5,00 €', '12,50%', 'WAHR', '31. Januar 2020'.replace('. ', ' ')])(
    'shows %s as typed',
    (text) => expect(shown(text, 'de_DE')).toBe(text),
  );
});

describe('number formats', () => {
  it.each<[number, string, string]>([
    [1234.5, '', '1234.5'],
    [1 / 3, '', '0.3333333333'],
    [1e15, '', '1E+15'],
    [123456789012, '', '123456789012'],
    [0.1 + 0.2, '', '0.3'],
    [1.005, '0.00', '1.01'],
    [-1234.5, '#,##0.00', '-1,234.50'],
    [-0.001, '0.00', '0.00'],
    [5, '000', '005'],
    [0.5, '#.##', '.5'],
    [0.256, '0%', '26%'],
    [12345, '0.00E+00', '1.23E+04'],
    [-5, '#,##0;(#,##0)', '(5)'],
    [0, '0;-0;"none"', 'none'],
    [5, '"n = "0', 'n = 5'],
    [5, '[Red]0.0', '5.0'],
    [5, '[$€-407] #,##0.00', '€ 5.00'],
    [43861.5, 'yyyy-mm-dd hh:mm:ss', '2020-01-31 12:00:00'],
    [43861.5, 'm/d/yy h:mm AM/PM', '1/31/20 12:00 PM'],
    [43861, 'dddd, mmmm d', 'Friday, January 31'],
    [43861, 'ddd mmm', 'Fri Jan'],
    [43861.000011574, 'mm:ss.000', '00:01.000'],
    [1.5, '[h]:mm', '36:00'],
  ])('%d as %j', (value, format, text) => expect(displayText(value, format, localeOf('en_US'))).toBe(text));

  it('tells kinds apart', () => {
    const kinds = [
      '',
      '@',
      '0.00',
      '0%',
      '"$"0',
      'M/d/yyyy',
      'h:mm',
      'yyyy-MM-dd HH:mm',
      '0E+0',
      '[h]:mm',
      'mmm',
      '"day" 0',
    ];
    expect(kinds.map(formatType)).toEqual([
      null,
      'TEXT',
      'NUMBER',
      'PERCENT',
      'CURRENCY',
      'DATE',
      'TIME',
      'DATE_TIME',
      'SCIENTIFIC',
      'TIME',
      'DATE',
      'NUMBER',
    ]);
    expect(['yyyy', 'h:mm', '0.00', '"d"0', undefined].map(isDateFormat)).toEqual([true, true, false, false, false]);
  });
});

describe('serials', () => {
  it('count days since 1899-12-30 on the wall clock', () => {
    expect([serialOf(1899, 12, 30), serialOf(1900, 1, 1), serialOf(2020, 1, 1), serialOf(2023, 2, 29)]).toEqual([
      0,
      2,
      43831,
      null,
    ]);
    expect(partsOf(43831.75)).toMatchObject({ year: 2020, month: 1, day: 1, hour: 18, weekday: 3 });
    const instant = Date.UTC(2024, 6, 1, 23, 30);
    expect(partsOf(serialAt(instant, 'Europe/Berlin'))).toMatchObject({ day: 2, hour: 1, minute: 30 });
    expect(partsOf(serialAt(instant, 'America/New_York'))).toMatchObject({ day: 1, hour: 19, minute: 30 });
    expect(partsOf(serialAt(instant, 'GMT-07:00'))).toMatchObject({ day: 1, hour: 16, minute: 30 });
  });
});
