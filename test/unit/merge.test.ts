import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameCell, type Cell } from '../../shared/cell.ts';
import { mergeCell, type CellDecision, type CellSides } from '../../api/sync/merge.ts';

/** A column whose table form is the sheet's text in upper case, so that both forms differ and still mean one value. */
const encode: CellSides['encode'] = (cell) =>
  cell === null
    ? { text: null }
    : cell === 'bad'
      ? { refused: 'is not accepted' }
      : { text: (cell as string).toUpperCase() };
const show = (text: string | null): Cell => (text === null ? null : text.toLowerCase());
const same: CellSides['same'] = (cell, text) => sameCell(cell, show(text));

const cells = fc.constantFrom<Cell>(null, 'x', 'y', 'z', 'bad', { error: '#REF!' });
const accounted = fc.constantFrom<Cell | undefined>(undefined, null, 'x', 'y', 'z');
const texts = fc.constantFrom<string | null>(null, 'X', 'Y', 'Z');
const sides = fc.record({
  sheet: cells,
  a: accounted,
  table: texts,
  b: fc.option(texts, { nil: undefined }) as fc.Arbitrary<string | null | undefined>,
  direction: fc.constantFrom('both' as const, 'toTable' as const, 'toSheet' as const),
  winner: fc.constantFrom('sheet' as const, 'table' as const),
});
type Given = typeof sides extends fc.Arbitrary<infer T> ? T : never;

const merge = (given: Given): CellDecision => mergeCell({ ...given, encode, same });
const sheetMoved = ({ sheet, a }: Given) => a === undefined || !sameCell(sheet, a);
const tableMoved = ({ table, b }: Given) => b === undefined || table !== b;
const property = (check: (given: Given, decision: CellDecision) => void) =>
  fc.assert(
    fc.property(sides, (given) => check(given, merge(given))),
    { numRuns: 3000 },
  );

/** Both replicas and the books after the decision has been carried out on each side. */
function carryOut(given: Given, decision: CellDecision): Given {
  switch (decision.do) {
    case 'agree':
      return { ...given, a: given.sheet, b: given.table };
    case 'toTable':
      return { ...given, a: given.sheet, table: decision.text, b: decision.text };
    case 'toSheet': {
      const sheet = show(given.table);
      return { ...given, sheet, a: sheet, b: given.table };
    }
    default:
      return given;
  }
}

describe('the merge of one cell', () => {
  it('[I7] has nothing to say where neither side moved', () => {
    property((given, decision) => {
      if (!sheetMoved(given) && !tableMoved(given)) expect(decision).toEqual({ do: 'nothing' });
    });
  });

  it('[I7] has nothing left to say once its decision is carried out: no echo', () => {
    property((given, decision) => {
      if (decision.do === 'refuse') return;
      expect(merge(carryOut(given, decision))).toEqual({ do: 'nothing' });
    });
  });

  it('[I6] leaves both sides showing one value, or the cell refused, where values go both ways', () => {
    property((given, decision) => {
      if (given.direction !== 'both' || decision.do === 'refuse' || decision.do === 'nothing') return;
      const after = carryOut(given, decision);
      expect(same(after.sheet, after.table)).toBe(true);
    });
  });

  it('[I1] says so whenever the table’s own change gives way', () => {
    property((given, decision) => {
      if (decision.do === 'toTable') expect(decision.lost).toBe(tableMoved(given));
    });
  });

  it('says so whenever the sheet’s own change gives way', () => {
    property((given, decision) => {
      if (decision.do === 'toSheet' && typeof given.sheet !== 'object') expect(decision.lost).toBe(sheetMoved(given));
    });
  });

  it('[I14] never sends an error to the table', () => {
    property((given, decision) => {
      if (typeof given.sheet === 'object' && given.sheet !== null) expect(decision.do).not.toBe('toTable');
    });
  });

  it('keeps to the direction of its column', () => {
    property((given, decision) => {
      if (given.direction === 'toSheet') expect(decision.do).not.toBe('toTable');
      if (given.direction === 'toTable') expect(decision.do).not.toBe('toSheet');
    });
  });

  it('gives a conflict to whoever wins it', () => {
    property((given, decision) => {
      const conflict = sheetMoved(given) && tableMoved(given) && !same(given.sheet, given.table);
      if (!conflict || given.direction !== 'both' || typeof given.sheet === 'object') return;
      if (given.winner === 'table') expect(decision).toEqual({ do: 'toSheet', lost: true });
      else expect(['toTable', 'refuse']).toContain(decision.do);
    });
  });

  it('tells a person what a refused value should have been', () => {
    const decision = merge({ sheet: 'bad', a: 'x', table: 'X', b: 'X', direction: 'both', winner: 'table' });
    expect(decision).toEqual({ do: 'refuse', code: 'invalid_value', message: 'is not accepted' });
  });
});
