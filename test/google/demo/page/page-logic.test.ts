import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedCells } from './changed-cells.ts';
import { formatBlock, parseBlock } from './clipboard-text.ts';
import { jump, rectangle, step } from './selection.ts';

describe('blocks on the clipboard', () => {
  it('come back as they were copied, whatever the cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', '\t', '\n', ' ', 'ü', ',') });
    const block = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, columns]) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
      )
      // A block whose last row is one empty cell cannot be told from a final line end.
      .filter((rows) => !(rows.length > 1 && rows.at(-1)!.join('') === '' && rows.at(-1)!.length === 1));
    fc.assert(
      fc.property(block, (rows) => {
        expect(parseBlock(formatBlock(rows))).toEqual(rows);
      }),
    );
  });

  it('may end with a line end, as those of other spreadsheets do', () => {
    expect(parseBlock('1\t2\r\n3\t4\r\n')).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(parseBlock('a')).toEqual([['a']]);
    expect(parseBlock('5" pipe\t')).toEqual([['5" pipe', '']]);
  });
});

describe('the selection', () => {
  const grid = { rows: 10, columns: 5 };
  // Filled: B2:B4 and B8.
  const filled = (row: number, column: number) => column === 2 && ((row >= 2 && row <= 4) || row === 8);

  it('jumps to the end of a block, over blanks to the next cell, and to the edge', () => {
    expect(jump({ row: 2, column: 2 }, 1, 0, grid, filled)).toEqual({ row: 4, column: 2 });
    expect(jump({ row: 4, column: 2 }, 1, 0, grid, filled)).toEqual({ row: 8, column: 2 });
    expect(jump({ row: 8, column: 2 }, 1, 0, grid, filled)).toEqual({ row: 10, column: 2 });
    expect(jump({ row: 3, column: 5 }, 0, -1, grid, filled)).toEqual({ row: 3, column: 2 });
  });

  it('stays in the grid', () => {
    expect(step({ row: 10, column: 1 }, 1, -1, grid)).toEqual({ row: 10, column: 1 });
  });

  it('is a rectangle whichever way it was drawn', () => {
    const drawn = rectangle({ anchor: { row: 5, column: 3 }, head: { row: 2, column: 4 } });
    expect(drawn).toEqual({ row: 2, column: 3, rows: 4, columns: 2 });
  });
});

describe('what flashes', () => {
  it('is what changed, and nothing when there was nothing before', () => {
    expect(changedCells([], [['a']])).toEqual([]);
    expect(changedCells([['a', 'b'], ['c']], [['a', 'x'], ['c'], ['d']])).toEqual(['0,1', '2,0']);
  });

  it('is nothing when nearly everything moved', () => {
    const rows = Array.from({ length: 400 }, (_, row) => [`${row}`, `${row}`, `${row}`, `${row}`]);
    expect(changedCells(rows, [...rows].reverse())).toEqual([]);
  });
});
