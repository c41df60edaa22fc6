import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { proposeTable, proposeType } from '../../addon/src/propose-types.ts';
import type { Cell } from '../../shared/cell.ts';

const reading = (headers: string[], rows: Cell[][]) => ({
  title: 'Tab',
  timeZone: 'Etc/UTC',
  columns: headers.map((header) => ({ header, id: null })),
  rows,
});

describe('proposing a type', () => {
  it('takes the narrowest that holds every value', () => {
    expect(proposeType([1, 2, null]).type).toBe('bigint');
    expect(proposeType([1, 2.5]).type).toBe('numeric');
    expect(proposeType([1, 2 ** 53]).type).toBe('numeric');
    expect(proposeType([true, null, false]).type).toBe('boolean');
    expect(proposeType([{ date: '2024-01-01' }]).type).toBe('date');
    expect(proposeType([{ date: '2024-01-01' }, { date: '2024-01-01T10:00:00' }]).type).toBe('timestamp');
    expect(proposeType([{ date: '10:00:00' }]).type).toBe('time');
    expect(proposeType(['007', '008']).type).toBe('text');
    expect(proposeType([null, '']).type).toBe('text');
  });

  it('one value of another sort anywhere makes it text, and says so', () => {
    const cells: Cell[] = Array.from({ length: 4000 }, (_, n) => n);
    cells[3999] = '2013 (1888)';
    expect(proposeType(cells)).toEqual({ type: 'text', remark: expect.stringContaining('different sorts') as string });
    expect(proposeType([{ date: '10:00:00' }, { date: '2024-01-01' }]).type).toBe('text');
  });

  it('errors decide nothing but are told of', () => {
    expect(proposeType([1, { error: '#REF!' }])).toEqual({
      type: 'bigint',
      remark: expect.stringContaining('1 of its cells show an error') as string,
    });
  });
});

describe('proposing a table', () => {
  const keyOf = (headers: string[], rows: Cell[][]): string | undefined =>
    proposeTable(reading(headers, rows)).columns.find(({ key }) => key)?.header;

  it('takes a unique column named like a key before one further left', () => {
    expect(
      keyOf(
        ['Name', 'Customer ID'],
        [
          ['Ann', 1],
          ['Bob', 2],
        ],
      ),
    ).toBe('Customer ID');
    expect(
      keyOf(
        ['Name', 'userId'],
        [
          ['Ann', 1],
          ['Bob', 2],
        ],
      ),
    ).toBe('userId');
    expect(
      keyOf(
        ['Name', 'Paid'],
        [
          ['Ann', 1],
          ['Bob', 2],
        ],
      ),
    ).toBe('Name');
  });

  it('never takes a column that repeats, has blanks, or tells rows apart only by chance', () => {
    expect(keyOf(['id'], [[1], [1]])).toBeUndefined();
    expect(
      keyOf(
        ['id', 'x'],
        [
          [1, 'a'],
          [null, 'a'],
        ],
      ),
    ).toBeUndefined();
    expect(keyOf(['Price'], [[1.5], [2.5]])).toBeUndefined();
    expect(keyOf(['Day'], [[{ date: '2024-01-01' }], [{ date: '2024-01-02' }]])).toBeUndefined();
    // What is one key to the database is one key here.
    expect(keyOf(['Code'], [['a '], ['a']])).toBeUndefined();
  });

  it('leaves empty rows and columns without a header out', () => {
    const { columns, rows } = proposeTable(
      reading(
        ['id', '', 'b'],
        [
          [1, 'x', 2],
          [null, null, null],
          [2, 'y', 3],
        ],
      ),
    );
    expect(rows).toBe(2);
    expect(columns.map(({ header, position }) => [header, position])).toEqual([
      ['id', 1],
      ['b', 3],
    ]);
    expect(columns[0]!.key).toBe(true);
  });

  it('says what keeps the tab from becoming a table', () => {
    expect(proposeTable(reading(['', ''], [])).problems).toEqual([expect.stringContaining('no headers')]);
    expect(proposeTable(reading(['a', 'a '], [])).problems).toEqual([expect.stringContaining('“a”')]);
  });

  it('finds types and key of 503 real companies', () => {
    const lines = parse(
      readFileSync(new URL('../fixtures/sp500-companies.csv', import.meta.url), 'utf8'),
    ) as string[][];
    // As Sheets takes them when the file is imported: numbers and dates become values.
    const rows = lines.slice(1).map((line) =>
      line.map((text): Cell => {
        if (text === '') return null;
        if (/^\d{4}-\d\d-\d\d$/.test(text)) return { date: text };
        return /^\d+$/.test(text) ? Number(text) : text;
      }),
    );
    const { columns } = proposeTable(reading(lines[0]!, rows));
    expect(Object.fromEntries(columns.map(({ header, type }) => [header, type]))).toMatchObject({
      Symbol: 'text',
      Security: 'text',
      'Date added': 'date',
      CIK: 'bigint',
      Founded: 'text',
    });
    expect(columns.filter(({ key }) => key).map(({ header }) => header)).toEqual(['Symbol']);
  });
});
