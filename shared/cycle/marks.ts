import type { Mark, Marked } from '../protocol/mark.ts';
import { ask, type Step } from './effects.ts';
import type { Scan } from './scan.ts';

/** Puts notes on refused cells and takes them off healed ones. Answers what stood there before, for the hub to keep. */
export function* applyMarks(marks: readonly Mark[], scan: Scan): Step<Marked[]> {
  const found = marks.flatMap((mark) => {
    const row = scan.rows.get(mark.key)?.row;
    const position = scan.positions.get(mark.column);
    return row === undefined || position === undefined ? [] : [{ mark, row, position }];
  });
  const stood =
    found.length === 0
      ? []
      : yield* ask('markCells', {
          marks: found.map(({ mark, row, position }) => ({
            row,
            position,
            message: mark.message,
            restore: mark.restore,
          })),
        });
  const done = new Map(found.map(({ mark }, index) => [mark, stood[index]!]));
  return marks.map((mark) => ({
    key: mark.key,
    column: mark.column,
    done: done.has(mark),
    prior: done.get(mark) ?? { note: '', background: '' },
  }));
}
