import { describe, expect, it } from 'vitest';
import type { Cell, Cells } from '../../shared/cell.ts';
import { giveKeys } from '../../shared/cycle/give-keys.ts';
import { scanSheet } from '../../shared/cycle/scan.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';
import type { Mapping } from '../../shared/mapping.ts';
import { makeMapping, MemorySheet } from './support/memory-sheet.ts';

const plain = makeMapping('Id*', 'Name', 'Note?');
const mapping: Mapping = {
  ...plain,
  columns: plain.columns.map((column) => (column.key ? { ...column, kind: 'integer', madeByTable: true } : column)),
};
const tab = (...rows: Cell[][]) => new MemorySheet(['Id', 'Name', 'Note'], rows);
const keys = (...values: Cell[]): Cells[] => values.map((value) => ({ c1: value }));

function scan(sheet: MemorySheet, under = mapping) {
  const [header, ...rows] = sheet.grid;
  const reading: SheetReading = {
    title: 'Tab',
    timeZone: 'UTC',
    columns: header!.map((text, index) => ({ header: String(text), id: `c${index + 1}` })),
    rows,
  };
  return scanSheet(reading, under);
}

function give(
  sheet: MemorySheet,
  made: Cells[],
  meanwhile: (sheet: MemorySheet, at: 'look' | 'write') => void = () => {},
) {
  const { keyless } = scan(sheet);
  let looked = false;
  sheet.before = (effect) => {
    if (effect.do === 'readSheet' && !looked) meanwhile(sheet, 'look');
    looked = true;
    if (effect.do === 'writeBlocks' && sheet.written.length === 0) meanwhile(sheet, 'write');
  };
  return sheet.drive(giveKeys(keyless, made, mapping));
}

describe('rows without a key', () => {
  it('are told apart from rows that only a person can key, and from rows with nothing typed in them', () => {
    const sheet = tab([null, 'One', null], [null, null, 'x'], [null, null, false], [{ error: '#REF!' }, 'Two', null]);
    const { keyless, summary } = scan(sheet);
    expect(keyless.map(({ row, complete }) => [row, complete])).toEqual([
      [2, true],
      [3, false],
    ]);
    expect(summary.keyless).toHaveLength(2);
    expect(summary.blankKeys.map(({ row }) => row)).toEqual([4, 5]);
    expect(summary.complete).toBe(false);
    expect(scan(sheet, plain).summary.keyless).toBeUndefined();
  });

  it('[R25] get their keys where they stand now; rows that read alike get one each', () => {
    const sheet = tab([null, 'One', null], [null, 'One', null], [7, 'Seven', null]);
    const { rows, cellsWritten } = give(sheet, keys(8, 9), (one, at) => {
      if (at === 'look') one.grid.splice(1, 0, [6, 'Six', null]);
    });
    expect(sheet.grid.slice(1).map(([key]) => key)).toEqual([6, 8, 9, 7]);
    expect(rows.map(({ key, row }) => [key, row])).toEqual([
      ['8', 3],
      ['9', 4],
    ]);
    expect(cellsWritten).toBe(2);
  });

  it('[R25] a row edited, or keyed by a person, since the scan is left alone; a key typed meanwhile is not given', () => {
    const sheet = tab([null, 'One', null], [null, 'Two', null], [null, 'Three', null]);
    const { rows } = give(sheet, keys(8, 9, 10), (one, at) => {
      if (at === 'look') {
        one.grid[1]![1] = 'Uno';
        one.grid[2]![0] = 8;
      }
    });
    expect(sheet.grid.slice(1).map(([key]) => key)).toEqual([null, 8, 9]);
    expect(rows.map(({ key }) => key)).toEqual(['9']);
  });

  it('[I3] a key written over that of a row which moved into the place is taken back', () => {
    const sheet = tab([null, 'One', null], [7, 'Seven', null]);
    const { rows } = give(sheet, keys(8), (one, at) => {
      if (at === 'write') one.grid = [one.grid[0]!, one.grid[2]!, one.grid[1]!];
    });
    expect(rows).toEqual([]);
    expect(sheet.grid.slice(1)).toEqual([
      [7, 'Seven', null],
      [null, 'One', null],
    ]);
  });

  it('[I14] a key cell that holds a formula is not written', () => {
    const sheet = tab([null, 'One', null]);
    sheet.formulas.add('2:1');
    expect(give(sheet, keys(8))).toEqual({
      rows: [],
      cellsWritten: 0,
      refused: 'Id (A2) holds a formula, which is not written over',
    });
    expect(sheet.grid[1]![0]).toBeNull();
  });
});
