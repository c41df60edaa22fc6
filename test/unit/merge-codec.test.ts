import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../shared/cell.ts';
import type { ColumnKind } from '../../shared/mapping.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { sameValue, toSheet, toTable } from '../../api/sync/codec/index.ts';
import { storedColumn as column } from './support/stored-column.ts';

const ZONE = 'Europe/Berlin';
const text = (kind: ColumnKind, cell: Cell, more?: Partial<StoredColumn>) => {
  const encoded = toTable(column(kind, more), cell, ZONE);
  return 'text' in encoded ? encoded.text : encoded;
};
const cell = (kind: ColumnKind, value: string | null, more?: Partial<StoredColumn>) =>
  toSheet(column(kind, more), value, ZONE);
const same = (kind: ColumnKind, shown: Cell, value: string | null) => sameValue(column(kind), shown, value, ZONE);

describe('values on their way into the table', () => {
  it.each([
    ['text', 7, '7'],
    ['text', 0.1, '0.1'],
    ['text', true, 'TRUE'],
    ['text', { date: '2024-02-29T13:05:00' }, '2024-02-29 13:05:00'],
    ['text', '007', '007'],
    ['text', null, null],
    ['integer', 7, '7'],
    ['integer', '0042', '42'],
    ['integer', -0, '0'],
    ['decimal', 1.5, '1.5'],
    ['decimal', '12345678901234567890.12', '12345678901234567890.12'],
    ['boolean', 'True', 'true'],
    ['boolean', 0, 'false'],
    ['date', { date: '2024-02-29' }, '2024-02-29'],
    ['date', '2024-02-29', '2024-02-29'],
    ['time', { date: '13:05:00.250' }, '13:05:00.25'],
    ['timestamp', { date: '2024-02-29' }, '2024-02-29 00:00:00'],
    ['timestamp', { date: '2024-02-29T13:05:00.250' }, '2024-02-29 13:05:00.25'],
    ['timestamptz', { date: '2024-07-01T12:00:00' }, '2024-07-01 10:00:00+00'],
    ['timestamptz', { date: '2024-01-01' }, '2023-12-31 23:00:00+00'],
    ['uuid', '2F1C9B1E-8F0A-4A57-9D0E-3F6F0C2B7A10', '2f1c9b1e-8f0a-4a57-9d0e-3f6f0c2b7a10'],
    ['json', '{"a": 1}', '{"a": 1}'],
    ['money', 1234.5, '1234.5'],
    ['float', '-inf', '-Infinity'],
    ['boolean', 'WAHR', 'true'],
    ['boolean', 'off', 'false'],
    ['date', '0044-03-15 BC', '0044-03-15 BC'],
    ['date', { date: '-000043-03-15' }, '0044-03-15 BC'],
    ['date', 'Infinity', 'infinity'],
    ['time', '9:05', '09:05:00'],
    ['timetz', '13:05+02:00', '13:05:00+02'],
    ['timestamp', '2024-02-29T13:05', '2024-02-29 13:05:00'],
    ['timestamptz', '2024-07-01 12:00:00.123456', '2024-07-01 10:00:00.123456+00'],
    ['timestamptz', '2024-10-27 02:30', '2024-10-27 00:30:00+00'],
    ['timestamptz', '2024-10-27T02:30:00+01:00', '2024-10-27 02:30:00+01'],
    ['timestamptz', '2024-07-01T12:00Z', '2024-07-01 12:00:00+00'],
    ['interval', { date: '13:05:00' }, '13:05:00'],
    ['interval', { date: '1899-12-31T06:15:00' }, '30:15:00'],
    ['bytes', '\\xDEAD', '\\xdead'],
    ['bits', '0101', '0101'],
  ] satisfies [ColumnKind, Cell, string | null][])('%s takes %j as %j', (kind, from, to) => {
    expect(text(kind, from)).toBe(to);
  });

  it.each([
    ['integer', 1.5],
    ['integer', 'seven'],
    ['integer', 2 ** 60],
    ['integer', true],
    ['decimal', '1,5'],
    ['decimal', { date: '2024-01-01' }],
    ['boolean', 'maybe'],
    ['date', '29.02.2024'],
    ['date', '2023-02-29'],
    ['date', { date: '2024-02-29T13:05:00' }],
    ['time', 'noon'],
    ['timestamp', 12],
    ['timestamptz', { date: '2024-03-31T02:30:00' }],
    ['uuid', 'nope'],
    ['json', '{'],
    ['text', 'nul\u0000'],
    ['text', 'half \ud800'],
    ['text', { error: '#REF!' }],
    ['text', 12345678901234567],
    ['integer', 1e15],
    ['interval', 5],
    ['interval', { date: '2024-02-29' }],
    ['timetz', { date: '13:05:00' }],
    ['timestamp', { date: '13:05:00' }],
    ['bits', 101],
    ['bytes', 'hello'],
    ['other', 'anything'],
  ] satisfies [ColumnKind, Cell][])('%s refuses %j and says what it expects', (kind, from) => {
    expect(text(kind, from)).toEqual({ refused: expect.stringMatching(/^[a-z].{5,}/) });
  });

  it('stays in the range of the column, and says which', () => {
    expect(text('integer', 40000, { cast: 'smallint' })).toEqual({
      refused: 'must be a whole number from -32768 to 32767',
    });
    expect(text('integer', '9223372036854775807', { cast: 'bigint' })).toBe('9223372036854775807');
    expect(text('integer', '9223372036854775808', { cast: 'bigint' })).toHaveProperty('refused');
  });

  it('writes an empty cell as the empty text where a text column takes no NULL', () => {
    expect(text('text', null, { notNull: true })).toBe('');
    expect(text('integer', null, { notNull: true })).toBe(null);
  });
});

describe('values on their way to the sheet', () => {
  it.each([
    ['decimal', '1.50', 1.5],
    ['decimal', '123456789012345', 123456789012345],
    ['decimal', '1234567890123456', '1234567890123456'],
    ['decimal', 'NaN', 'NaN'],
    ['integer', '9007199254740993', '9007199254740993'],
    ['float', '1e-07', 1e-7],
    ['float', 'Infinity', 'Infinity'],
    ['text', '', null],
    ['text', '=IMPORTXML("x")', '=IMPORTXML("x")'],
    ['boolean', 'true', true],
    ['date', '2024-02-29', { date: '2024-02-29' }],
    ['date', '0044-03-15 BC', '0044-03-15 BC'],
    ['date', 'infinity', 'infinity'],
    ['time', '13:05:00', { date: '13:05:00' }],
    ['time', '24:00:00', '24:00:00'],
    ['timestamp', '2024-02-29 00:00:00', { date: '2024-02-29' }],
    ['timestamp', '2024-02-29 13:05:00.123456', { date: '2024-02-29T13:05:00.123' }],
    ['timestamptz', '2024-07-01 10:00:00+00', { date: '2024-07-01T12:00:00' }],
    ['timestamptz', '2024-10-27 00:30:00+00', { date: '2024-10-27T02:30:00' }],
    ['timestamptz', '2024-10-27 01:30:00+00', '2024-10-27 02:30:00+01'],
    ['timestamptz', '1850-01-01 00:00:00+00', '1850-01-01 00:00:00+00'],
    ['timestamp', '2024-03-31 02:30:00', '2024-03-31 02:30:00'],
    ['date', '1899-12-31', '1899-12-31'],
    ['date', '1900-01-01', { date: '1900-01-01' }],
    ['float', '-0', 0],
    ['decimal', '0.00000000000000000000000000000000001', 1e-35],
  ] satisfies [ColumnKind, string, Cell][])('%s %j shows as %j', (kind, from, to) => {
    expect(cell(kind, from)).toEqual(to);
  });

  it('drops the padding of char(n)', () => {
    expect(cell('text', 'ab   ', { cast: 'pg_catalog.bpchar' })).toBe('ab');
  });
});

describe('one value in two forms', () => {
  it.each([
    ['decimal', 1.5, '1.50'],
    ['decimal', '1.50', '1.5'],
    ['text', 7, '7'],
    ['text', null, ''],
    ['timestamp', { date: '2024-02-29T00:00:00' }, '2024-02-29 00:00:00'],
    ['timestamp', { date: '2024-02-29T13:05:00.123' }, '2024-02-29 13:05:00.123456'],
    ['boolean', 'TRUE', 'true'],
  ] satisfies [ColumnKind, Cell, string][])('%s %j is %j', (kind, shown, stored) => {
    expect(same(kind, shown, stored)).toBe(true);
  });

  it('tells long numbers in jsonb apart, and leaves json as it was typed', () => {
    const jsonb = column('json', { cast: 'jsonb' });
    const one = '12345678901234567890';
    expect(sameValue(jsonb, '{"b":1,"a":2}', '{"a": 2, "b": 1}', ZONE)).toBe(true);
    expect(sameValue(jsonb, '[1.50, 1e2]', '[1.5, 100]', ZONE)).toBe(true);
    expect(sameValue(jsonb, `{"a":${one}}`, `{"a": ${one.replace(/0$/, '1')}}`, ZONE)).toBe(false);
    expect(sameValue(column('json', { cast: 'json' }), '{"a":1}', '{"a": 1}', ZONE)).toBe(false);
  });

  it('asks for an offset where it does not know the zone, and loses no instant', () => {
    const at = column('timestamptz');
    expect(toSheet(at, '2024-07-01 10:00:00+00', 'Mars/Olympus')).toBe('2024-07-01 10:00:00+00');
    expect(toTable(at, { date: '2024-07-01' }, 'Mars/Olympus')).toEqual({
      refused: expect.stringMatching(/^needs its offset/),
    });
  });

  it('shows all that tells rows apart in a key', () => {
    const key = { key: true };
    expect(cell('timestamp', '2024-02-29 13:05:00.123456', key)).toBe('2024-02-29 13:05:00.123456');
    expect(cell('timestamptz', '2024-02-29 13:05:00.123456+00', key)).toBe('2024-02-29 14:05:00.123456+01');
    expect(cell('time', '13:05:00.123456', key)).toBe('13:05:00.123456');
  });

  it('never calls an error a value', () => {
    expect(same('text', { error: '#N/A' }, '#N/A')).toBe(false);
  });

  it('what goes to the sheet comes back as the same value', () => {
    const stored = fc.oneof(
      fc.tuple(fc.constant('integer' as const), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
      fc.tuple(
        fc.constant('text' as const),
        fc.string().filter((one) => !one.includes('\u0000')),
      ),
      fc.tuple(fc.constant('float' as const), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)),
      fc.tuple(fc.constant('boolean' as const), fc.constantFrom('true', 'false')),
    );
    fc.assert(
      fc.property(stored, ([kind, value]) => {
        expect(sameValue(column(kind), toSheet(column(kind), value, ZONE), value, ZONE)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a timezone that Google has no name for', () => {
  it('is a fixed one: dates stay dates, and instants are typed in it', () => {
    const zone = 'GMT-07:00';
    const instant = column('timestamptz');
    expect(toSheet(column('date'), '2024-02-29', zone)).toEqual({ date: '2024-02-29' });
    expect(toTable(instant, { date: '2024-07-01T12:00:00' }, zone)).toEqual({ text: '2024-07-01 19:00:00+00' });
    expect(toSheet(instant, '2024-07-01 19:00:00+00', zone)).toEqual({ date: '2024-07-01T12:00:00' });
    expect(toTable(instant, { date: '2024-07-01' }, 'Mars/Olympus')).toHaveProperty('refused');
  });
});
