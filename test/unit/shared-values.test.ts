import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellName, columnLetters, columnNumber } from '../../shared/a1.ts';
import { cellToken, sameCell, type Cell } from '../../shared/cell.ts';
import { columnNames, tableName } from '../../shared/column-name.ts';
import { utf8Length } from '../../shared/utf8.ts';
import { bucketCount, bucketDigests, keyHash, rowHash } from '../../shared/digest.ts';
import { canonicalKeyPart, rowKeyOf } from '../../shared/row-key.ts';
import { needsTextFormat } from '../../shared/text-format.ts';
import { makeMapping } from './support/memory-sheet.ts';

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.constantFrom({ date: '2024-02-29' }, { date: '13:05:00' }, { error: '#REF!' }),
);

describe('cells and digests', () => {
  it('tokens tell types apart and equal tokens mean the same cell', () => {
    expect(sameCell(1, '1')).toBe(false);
    expect(sameCell(true, 'TRUE')).toBe(false);
    expect(sameCell('', null)).toBe(true);
    expect(sameCell({ date: '2024-02-29' }, '2024-02-29')).toBe(false);
    fc.assert(fc.property(cell, (one) => cellToken(structuredClone(one)) === cellToken(one)));
  });

  it('a row hash changes when any cell changes, and cells do not run together', () => {
    const columns = ['c1', 'c2'];
    expect(rowHash('k', columns, { c1: 'ab', c2: 'c' })).not.toBe(rowHash('k', columns, { c1: 'a', c2: 'bc' }));
    fc.assert(
      fc.property(cell, cell, cell, (a, b, other) => {
        fc.pre(!sameCell(b, other));
        return rowHash('k', columns, { c1: a, c2: b }) !== rowHash('k', columns, { c1: a, c2: other });
      }),
    );
  });

  it('bucket digests are sums: a doubled row shows, an order does not', () => {
    const row = ['k', rowHash('k', [], {})] as const;
    const other = ['m', rowHash('m', [], {})] as const;
    expect(bucketDigests([row, row], 1)).not.toEqual(bucketDigests([], 1));
    expect(bucketDigests([row, other], 1)).toEqual(bucketDigests([other, row], 1));
    expect(bucketCount(0)).toBe(1);
    expect(bucketCount(503)).toBe(16);
    expect(bucketCount(10_000_000)).toBe(4096);
  });

  it('spreads keys over buckets evenly enough to be worth having', () => {
    const sizes = new Array<number>(64).fill(0);
    for (let i = 0; i < 6400; i++) sizes[keyHash(`id-${i}`) % 64]!++;
    expect(Math.max(...sizes)).toBeLessThan(180);
    expect(Math.min(...sizes)).toBeGreaterThan(40);
  });
});

describe('row keys', () => {
  it('are canonical by type', () => {
    expect(canonicalKeyPart('integer', 1)).toBe('1');
    expect(canonicalKeyPart('integer', ' 007 ')).toBe('7');
    expect(canonicalKeyPart('integer', '1.0')).toBe('1');
    expect(canonicalKeyPart('integer', '-0')).toBe('0');
    expect(canonicalKeyPart('text', '007')).toBe('007');
    expect(canonicalKeyPart('text', 'Ab ')).toBe('Ab');
    expect(canonicalKeyPart('text', 'e\u0301')).toBe('\u00e9');
    expect(canonicalKeyPart('citext', 'Ab')).toBe('ab');
    expect(canonicalKeyPart('uuid', '0F0E')).toBe('0f0e');
    expect(canonicalKeyPart('decimal', '01.50')).toBe('1.5');
    expect(canonicalKeyPart('decimal', '-0.0')).toBe('0');
    expect(canonicalKeyPart('date', { date: '2024-02-29' })).toBe('2024-02-29');
    expect(canonicalKeyPart('text', '   ')).toBeNull();
  });

  it('of several columns cannot collide, and say which part is missing', () => {
    const mapping = makeMapping('A*', 'B*');
    expect(rowKeyOf(mapping, { c1: 'x","y', c2: 'z' })).not.toEqual(rowKeyOf(mapping, { c1: 'x', c2: 'y","z' }));
    expect(rowKeyOf(mapping, { c1: 'x', c2: null })).toEqual({ unusable: 'B is empty', column: 'c2' });
    expect(rowKeyOf(mapping, { c1: null, c2: null })).toEqual({ blank: true });
    expect(rowKeyOf(mapping, { c1: { error: '#REF!' }, c2: 'y' })).toMatchObject({ column: 'c1' });
  });
});

describe('names', () => {
  it('columns are named as documented, cut on a character boundary', () => {
    expect(columnNames(['GICS Sub-Industry', '2nd', '', 'Name', 'name', 'Größe'])).toEqual([
      'gics_sub_industry',
      'col_2nd',
      'col',
      'name',
      'name_1',
      'größe',
    ]);
    const long = columnNames(['漢'.repeat(40), '漢'.repeat(40)]);
    expect(long.map(utf8Length).every((bytes) => bytes <= 63)).toBe(true);
    expect(long[0]).not.toBe(long[1]);
    expect(long[0]).toBe('漢'.repeat(21));
  });

  it('column names keep any script with its marks, and avoid words of SQL, system columns and names already taken', () => {
    expect(columnNames(['हिन्दी', 'ราคา', 'Ёлка №5', 'naïve'])).toEqual(['हिन्दी', 'ราคา', 'ёлка_5', 'naïve']);
    expect(columnNames(['Order', 'User', 'ctid', 'XMIN', 'orders'])).toEqual([
      'col_order',
      'col_user',
      'col_ctid',
      'col_xmin',
      'orders',
    ]);
    expect(columnNames(['Price', 'price'], ['price', 'price_1'])).toEqual(['price_2', 'price_3']);
    expect(columnNames(['"; DROP TABLE x; --', '\u202Eabc', 'a\u0000b', '\ud800x', '😀'])).toEqual([
      'drop_table_x',
      'abc',
      'a_b',
      'x',
      'col',
    ]);
    expect(columnNames(['x'.repeat(1_000_000)])[0]).toBe('x'.repeat(63));
    expect(tableName('Order')).toBe('table_order');
    expect(tableName('2024 – Q1')).toBe('table_2024_q1');
  });

  it('A1 names go there and back', () => {
    expect(cellName(7, 28)).toBe('AB7');
    fc.assert(fc.property(fc.integer({ min: 1, max: 18278 }), (n) => columnNumber(columnLetters(n)) === n));
  });
});

describe('text that Sheets would reinterpret', () => {
  it.each([
    '007',
    '1-2',
    'TRUE',
    'wahr',
    '1e5',
    '12:30',
    "'x",
    ' x',
    'x ',
    '=1',
    '+1',
    '-x',
    '@x',
    '\tx',
    '٣',
    '$5',
    '#REF!',
  ])('%j is kept as text', (text) => expect(needsTextFormat(text)).toBe(true));
  it.each(['Apple', 'A. O. Smith, Inc.', 'true story', 'zwölf'])('%j needs nothing', (text) =>
    expect(needsTextFormat(text)).toBe(false),
  );
});
