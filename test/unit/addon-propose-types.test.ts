import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitOf } from '../../addon/src/cell-fits.ts';
import { proposeTable, proposeType } from '../../addon/src/propose-types.ts';
import { toTable } from '../../api/sync/codec/index.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { Cell } from '../../shared/cell.ts';
import { tableTypes } from '../../shared/protocol/table-types.ts';

const reading = (headers: string[], rows: Cell[][]) => ({
  title: 'Tab',
  timeZone: 'Etc/UTC',
  columns: headers.map((header) => ({ header, id: null })),
  rows,
});

/** A column H of cells, as proposed. */
const propose = (cells: Cell[]) => {
  const filled = cells.flatMap((cell, index) =>
    cell === null || cell === '' ? [] : [{ cell, name: `H${index + 2}` }],
  );
  return proposeType(filled, cells.length);
};

describe('proposing a type', () => {
  it('takes the narrowest that holds every value', () => {
    expect(propose([1, 2, null]).type).toBe('bigint');
    expect(propose([1, 2.5]).type).toBe('numeric');
    expect(propose([true, null, false]).type).toBe('boolean');
    expect(propose([{ date: '2024-01-01' }]).type).toBe('date');
    expect(propose([{ date: '2024-01-01' }, { date: '2024-01-01T10:00:00' }]).type).toBe('timestamp');
    expect(propose([{ date: '10:00:00' }]).type).toBe('time');
    expect(propose(['0c7f6ac4-3a1e-4f5e-9a55-6b0f2b8f3d10']).type).toBe('uuid');
    expect(propose(['0c7f6ac4-3a1e-4f5e-9a55-6b0f2b8f3d10', 'none']).type).toBe('text');
    expect(propose(['007', '008']).type).toBe('text');
    expect(propose([null, '']).type).toBe('text');
  });

  it('shows its evidence from all rows', () => {
    const cells: Cell[] = Array.from({ length: 4000 }, (_, n) => n);
    expect(propose(cells).evidence).toBe('All 4,000 are whole numbers.');
    cells[3999] = '2013 (1888)';
    cells[7] = null;
    expect(propose(cells)).toEqual({
      type: 'text',
      evidence: '3,998 of 3,999 are whole numbers; 1 is text, for example H4001 “2013 (1888)”; 1 is empty.',
    });
    expect(propose([{ date: '10:00:00' }, { date: '2024-01-01' }]).type).toBe('text');
    expect(propose([]).evidence).toBe('Empty so far, so any text will fit.');
  });

  it('keeps leading zeros and long ids as text, and says so', () => {
    expect(propose(['12', '007', 'A1'])).toEqual({
      type: 'text',
      evidence: 'All 3 are text. 1 cell with leading zeros, for example H3 “007”: as text they stay.',
    });
    const long = propose([1, 1234567890123456]);
    expect(long.type).toBe('text');
    expect(long.evidence).toContain('1 cell with more than 15 digits, for example H3 “1234567890123456”');
  });

  it('errors decide nothing but are told of', () => {
    expect(propose([1, { error: '#REF!' }])).toEqual({
      type: 'bigint',
      evidence: expect.stringContaining('1 cell showing an error, for example H3 “#REF!”') as string,
    });
  });

  it('says which cells another type would refuse or alter', () => {
    const { columns } = proposeTable(
      reading(['Code'], [['007'], ['x'], [12], [{ date: '2024-02-30' }], [null], ['b']]),
    );
    expect(columns[0]!.misfits.bigint).toEqual({
      refused: 3,
      altered: 1,
      examples: [
        { cell: 'A2', value: '007' },
        { cell: 'A3', value: 'x' },
        { cell: 'A5', value: '2024-02-30' },
      ],
    });
    expect(columns[0]!.misfits.text).toBeUndefined();
  });

  const filled = fc.oneof(
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(1e14, 1e15, -1e15, 999999999999999, 0.1, 1e300),
    fc.string({ maxLength: 6 }),
    fc.stringMatching(/^[+-]?\d{0,3}\.?\d{0,2}(e\d)?$/),
    fc.stringMatching(/^(19|20)\d\d-[01]\d-[0-3]\d( [0-2]?\d:[0-6]\d)?$/),
    fc.stringMatching(/^[0-2]?\d:[0-6]\d(:[0-6]\d)?$/),
    fc.uuid(),
    fc.constantFrom('TRUE', 'false', ' 1 ', 'yes', ' 12 ', '1.0', '1.5', '٣', '2024-02-29', '2023-02-29', '1e5'),
    fc.record({ date: fc.constantFrom('2024-02-29', '2023-02-29', '2024-02-29T13:05:00', '13:05:00', '1850-01-01') }),
  ) as fc.Arbitrary<Exclude<Cell, null>>;

  it('never calls a cell fit that the hub would refuse, nor refused what the hub takes, but for a few forms', () => {
    const casts = { bigint: 'bigint', numeric: 'numeric', time: 'time without time zone' } as Record<string, string>;
    const kinds = { bigint: 'integer', numeric: 'decimal' } as Record<string, string>;
    fc.assert(
      fc.property(filled, fc.constantFrom(...tableTypes), (cell, type) => {
        if (cell === '') return;
        const column = {
          ...{ id: 'c1', header: 'H', column: 'h', direction: 'both', key: false, required: false, attnum: 1 },
          ...{ notNull: false, hasDefault: false, generated: false, type, cast: casts[type] ?? type },
          kind: kinds[type] ?? type,
        } as StoredColumn;
        const taken = !('refused' in toTable(column, cell, 'Etc/UTC'));
        const fit = fitOf(type, cell);
        // Forms that the hub takes and nobody means here: t, yes and on, 24:00, a day with an offset or before Christ.
        const lenient =
          typeof cell === 'string' &&
          /^\s*(t|f|y|n|on|of|off|yes|no|tr|tru|fa|fal|fals|ye|24:0?0.*|.*24:00.*|[+-]?(inf|nan).*|-.*|.*(z|bc))\s*$/i.test(
            cell,
          );
        if (fit === 'refused' && taken && lenient) return;
        expect([cell, type, fit !== 'refused']).toEqual([cell, type, taken]);
      }),
      { numRuns: 3000 },
    );
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
    expect(columns.find(({ header }) => header === 'Founded')!.evidence).toMatch(
      /^\d+ of 503 are whole numbers; \d+ are text, for example [A-Z]\d+ “[^”]+”\.$/,
    );
  });
});
