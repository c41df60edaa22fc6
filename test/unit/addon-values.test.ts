import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { computedCells, isArrayFormula, pivotReach } from '../../addon/src/array-reach.ts';
import { CivilTime } from '../../shared/civil-time.ts';

/** Utilities.formatDate as the platform answers it, counting calls. */
function zone(name: string): { civil: CivilTime; calls: () => number } {
  let calls = 0;
  const civil = new CivilTime((instant) => {
    calls++;
    return DateTime.fromMillis(instant, { zone: name }).toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS");
  });
  return { civil, calls: () => calls };
}

describe('civil time', () => {
  it('has the shortest form that says it all', () => {
    const { civil } = zone('Europe/Berlin');
    const of = (iso: string): string => civil.fromInstant(DateTime.fromISO(iso, { zone: 'Europe/Berlin' }).toMillis());
    expect(of('2024-02-29')).toBe('2024-02-29');
    expect(of('2024-02-29T13:05:00')).toBe('2024-02-29T13:05:00');
    expect(of('2024-02-29T13:05:00.250')).toBe('2024-02-29T13:05:00.250');
    expect(of('1899-12-30T13:05:00')).toBe('13:05:00');
    expect(of('1899-12-30T00:00:00')).toBe('00:00:00');
    expect(of('0099-03-01')).toBe('0099-03-01');
  });

  it.each([
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Pacific/Apia',
  ])('reads and writes any instant in %s as the zone has it', (name) => {
    const { civil } = zone(name);
    const range = { min: Date.UTC(1900, 0, 1), max: Date.UTC(2060, 0, 1) };
    fc.assert(
      fc.property(fc.integer(range), (instant) => {
        const text = civil.fromInstant(instant);
        const expected = DateTime.fromMillis(instant, { zone: name });
        expect(DateTime.fromISO(text, { zone: 'utc' }).toMillis()).toBe(
          expected.setZone('utc', { keepLocalTime: true }).toMillis(),
        );
        // Writing what was read shows the same civil time again, also in the hour that comes twice.
        expect(civil.fromInstant(civil.toInstant(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('reads every quarter of an hour of a day on which the clock is changed', () => {
    const { civil } = zone('Europe/Berlin');
    for (const day of ['2024-03-31', '2024-10-27']) {
      const start = DateTime.fromISO(day, { zone: 'Europe/Berlin' }).toMillis();
      for (let minute = 0; minute < 25 * 60; minute += 15) {
        const instant = start + minute * 60_000;
        const shown = DateTime.fromMillis(instant, { zone: 'Europe/Berlin' }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
        expect(civil.fromInstant(instant)).toBe(shown.replace('T00:00:00', ''));
      }
    }
  });

  it.each([
    ['America/Recife', '2000-10-01'],
    ['Africa/Casablanca', '2012-07-01'],
    ['Africa/Cairo', '2010-08-01'],
    ['America/Argentina/Tucuman', '2004-05-20'],
  ])('reads every hour of two months in %s, where the clock was changed and soon changed back', (name, first) => {
    const { civil } = zone(name);
    const start = DateTime.fromISO(first, { zone: name }).toMillis();
    for (let hour = 0; hour < 60 * 24; hour++) {
      const instant = start + hour * 3_600_000;
      const shown = DateTime.fromMillis(instant, { zone: name }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
      expect(civil.fromInstant(instant)).toBe(shown.replace('T00:00:00', ''));
    }
  });

  it('moves a time that the clock skips to one that exists', () => {
    const { civil } = zone('Europe/Berlin');
    expect(civil.fromInstant(civil.toInstant('2024-03-31T02:30:00'))).toBe('2024-03-31T03:30:00');
  });

  it('asks the service once for days of values, not once a value', () => {
    const { civil, calls } = zone('Europe/Berlin');
    const start = DateTime.fromISO('2024-06-01', { zone: 'Europe/Berlin' }).toMillis();
    for (let n = 0; n < 10_000; n++) civil.fromInstant(start + n * 1_000);
    expect(calls()).toBeLessThan(5);
  });

  it('refuses what is no civil time', () => {
    expect(() => zone('utc').civil.toInstant('tomorrow')).toThrow(RangeError);
  });
});

describe('[I14] what an array formula can reach counts as computed', () => {
  it('knows formulas that fill more than their cell, and is not fooled by text in quotes', () => {
    for (const formula of [
      '=ARRAYFORMULA(A2:A*2)',
      '=filter(A:A, B:B>1)',
      '={1,2;3,4}',
      '=IFERROR(QUERY(A:C, "select A"))',
      '=SORT(A2:B9)',
    ]) {
      expect(isArrayFormula(formula)).toBe(true);
    }
    for (const formula of ['', '=A1*2', '=SUM(A1:A9)', '=CONCAT("FILTER(", B1)', '="{"&A1', '=MYFILTERS']) {
      expect(isArrayFormula(formula)).toBe(false);
    }
  });

  it('flags formulas, and all cells right of and below an array, up to formulas of their own', () => {
    const f = '=UNIQUE(Z:Z)';
    const formulas = [
      ['', '', '', ''],
      ['=A9', f, '', '=1'],
      ['', '', '', ''],
      ['', '=2', '', ''],
    ];
    expect(computedCells(formulas)).toEqual([
      [false, false, false, false],
      [true, true, true, true],
      [false, true, true, false],
      [false, true, false, false],
    ]);
  });

  it('flags what touches a pivot table’s first cell, up to a blank row and a blank column', () => {
    const values = [
      ['id', 'k', '', 'sum', '', 7],
      ['', '', 'a', 3, '', 8],
      ['', 'total', '', 3, '', 9],
      ['', '', '', '', '', ''],
      ['', 'below', '', '', '', ''],
    ];
    expect(pivotReach(values, 0, 1)).toEqual({ top: 0, left: 1, bottom: 3, right: 4 });
    expect(pivotReach([['#REF!', 'typed']], 0, 0)).toEqual({ top: 0, left: 0, bottom: 1, right: 1 });
    expect(pivotReach(values, 7, 7)).toEqual({ top: 7, left: 7, bottom: 8, right: 8 });
    const none = values.map((line) => line.map(() => ''));
    const flagged = computedCells(none, [{ top: 0, left: 1, bottom: 3, right: 9 }]);
    expect(flagged.map((line) => line.filter(Boolean).length)).toEqual([5, 5, 5, 0, 0]);
  });

  it('an array in the header row reaches the rows below', () => {
    expect(
      computedCells([
        ['', '={"Total";A2:A*2}'],
        ['', ''],
        ['', ''],
      ]),
    ).toEqual([
      [false, true],
      [false, true],
      [false, true],
    ]);
  });
});
