import { describe, expect, it } from 'vitest';
import { readSheet } from '../../shared/cycle/read-sheet.ts';
import { scanSheet } from '../../shared/cycle/scan.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';
import type { Cell } from '../../shared/cell.ts';
import { makeMapping } from './support/memory-sheet.ts';

const mapping = makeMapping('SKU*', 'Name', 'Price?');

function reading(columns: [string, string | null][], rows: Cell[][]): SheetReading {
  return { title: 'Stock', timeZone: 'UTC', columns: columns.map(([header, id]) => ({ header, id })), rows };
}
const tagged: [string, string | null][] = [
  ['SKU', 'c1'],
  ['Name', 'c2'],
  ['Price', 'c3'],
];

describe('reading the tab', () => {
  /** Answers a host gives in turn; answers what was taken, and how often the tab was read. */
  function take(answers: readonly SheetReading[]): { taken: SheetReading; readings: number } {
    const steps = readSheet(mapping, false);
    let next = steps.next();
    let readings = 0;
    while (!next.done) next = steps.next(answers[readings++]);
    return { taken: next.value, readings };
  }
  const rows: Cell[][] = [['a', 'Apple', 1]];
  const before = reading(tagged, rows);

  it('[R14] is done again where a mark stands above another header: columns moved while it was read', () => {
    // A column was inserted after the values were read, and before the marks were.
    const torn = reading(
      [
        ['SKU', 'c1'],
        ['Name', null],
        ['Price', 'c2'],
        ['', 'c3'],
      ],
      [[...rows[0]!, null]],
    );
    const after = reading(
      [
        ['SKU', 'c1'],
        ['', null],
        ['Name', 'c2'],
        ['Price', 'c3'],
      ],
      [['a', null, 'Apple', 1]],
    );
    expect(take([torn, after])).toEqual({ taken: after, readings: 2 });
    // And where one that was deleted left its header without a mark.
    const without = reading(
      [
        ['SKU', 'c1'],
        ['Name', 'c2'],
        ['Price', null],
      ],
      rows,
    );
    expect(take([without, reading(tagged.slice(0, 2), rows), reading(tagged.slice(0, 2), rows)]).readings).toBe(3);
  });

  it('[I7] is one reading where every mark stands in its place, and a second one confirms a renamed header', () => {
    expect(take([before])).toEqual({ taken: before, readings: 1 });
    const renamed = reading(
      [
        ['SKU', 'c1'],
        ['Name', 'c2'],
        ['Cost', 'c3'],
      ],
      rows,
    );
    expect(take([renamed, renamed])).toEqual({ taken: renamed, readings: 2 });
  });
});

describe('scan', () => {
  it('gives the same digests whatever the order of rows', () => {
    const rows: Cell[][] = Array.from({ length: 100 }, (_, i) => [`k${i}`, `Name ${i}`, i]);
    const one = scanSheet(reading(tagged, rows), mapping);
    const other = scanSheet(reading(tagged, [...rows].reverse()), mapping);
    expect(other.summary.buckets).toEqual(one.summary.buckets);
    expect(one.summary.buckets).toHaveLength(4);
  });

  it('finds a moved column by its metadata and a renamed one reports its new header', () => {
    const scan = scanSheet(
      reading(
        [
          ['extra', null],
          ['Cost', 'c3'],
          ['SKU', 'c1'],
          ['Name', 'c2'],
        ],
        [[null, 5, 'a', 'Apple']],
      ),
      mapping,
    );
    expect(scan.rows.get('a')!.cells).toEqual({ c1: 'a', c2: 'Apple', c3: 5 });
    expect(scan.summary.headers.find(({ id }) => id === 'c3')).toEqual({ position: 2, header: 'Cost', id: 'c3' });
  });

  it('takes a column back by its header when its metadata is lost, if exactly one header matches', () => {
    const lost = scanSheet(
      reading(
        [
          ['SKU', 'c1'],
          ['Name', null],
          ['Price', 'c3'],
        ],
        [['a', 'x', 1]],
      ),
      mapping,
    );
    expect(lost.untagged).toEqual([{ position: 2, id: 'c2' }]);
    const twice = scanSheet(
      reading(
        [
          ['SKU', 'c1'],
          ['Name', null],
          ['Price', 'c3'],
          ['Name', null],
        ],
        [['a', 'x', 1, 'y']],
      ),
      mapping,
    );
    expect(twice.summary.anomaly?.code).toBe('duplicate_header');
    expect(twice.summary.anomaly?.message).toContain('B1 and D1');
  });

  it('is not confused by an unmapped column that copies a header', () => {
    const scan = scanSheet(reading([...tagged, ['Name', null]], [['a', 'x', 1, 'y']]), mapping);
    expect(scan.summary.anomaly).toBeNull();
    expect(scan.rows.get('a')!.cells['c2']).toBe('x');
  });

  it('[I10] a scan with an error among its keys, or without its headers, is not complete', () => {
    expect(scanSheet(reading(tagged, [[{ error: '#REF!' }, 'x', 1]]), mapping).summary.complete).toBe(false);
    const sorted = scanSheet(
      reading(
        [
          ['a', 'c1'],
          ['Apple', 'c2'],
          ['1', 'c3'],
        ],
        [
          ['b', 'Pear', 2],
          ['SKU', 'Name', 'Price'],
        ],
      ),
      mapping,
    );
    expect(sorted.summary.complete).toBe(false);
    expect(sorted.summary.anomaly).toMatchObject({ code: 'header_moved' });
    expect(sorted.summary.anomaly!.message).toContain('row 3');
  });

  it('names the tab, the headers or the key column when they are gone', () => {
    const gone: SheetReading = { title: null, timeZone: 'UTC', columns: [], rows: [] };
    expect(scanSheet(gone, mapping).summary.anomaly?.code).toBe('tab_missing');
    expect(scanSheet(reading([['', null]], []), mapping).summary.anomaly?.code).toBe('no_header');
    expect(
      scanSheet(
        reading(
          [
            ['Name', 'c2'],
            ['Price', 'c3'],
          ],
          [],
        ),
        mapping,
      ).summary.anomaly?.message,
    ).toContain('"SKU"');
  });

  it('keeps repeated keys out of the buckets and tells where they stand; ignores empty rows', () => {
    const scan = scanSheet(
      reading(tagged, [
        ['a', 'Apple', 1],
        [null, null, null],
        ['a', 'Copy', 1],
        [null, 'No key', 2],
        ['b', 'Pear', 2],
      ]),
      mapping,
    );
    expect([...scan.rows.keys()]).toEqual(['b']);
    expect(scan.summary.duplicates.map(({ key, copies }) => [key, copies.map(({ row }) => row)])).toEqual([
      ['a', [2, 4]],
    ]);
    expect(scan.summary.blankKeys).toEqual([{ row: 5, reason: 'The key is empty' }]);
  });

  it('[I13] leaves suspended columns out of cells and digests', () => {
    const half = {
      ...mapping,
      columns: mapping.columns.map((c) => (c.id === 'c3' ? { ...c, suspended: 'gone from the table' } : c)),
    };
    const one = scanSheet(reading(tagged, [['a', 'Apple', 1]]), half);
    const other = scanSheet(reading(tagged, [['a', 'Apple', 2]]), half);
    expect(one.rows.get('a')!.cells).toEqual({ c1: 'a', c2: 'Apple' });
    expect(other.summary.buckets).toEqual(one.summary.buckets);
  });
});
