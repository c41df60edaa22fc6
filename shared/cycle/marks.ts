import type { Mapping } from '../mapping.ts';
import type { Mark, Marked } from '../protocol/mark.ts';
import { ask, type Step } from './effects.ts';
import { readSheet } from './read-sheet.ts';
import { scanSheet, type Scan } from './scan.ts';

interface Place {
  mark: Mark;
  row: number;
  position: number;
}

/** What a cell carried before it was marked. */
type Looks = Marked['prior'];

/**
 * Puts notes on refused cells and takes them off healed ones. Answers what stood there before, for the hub to keep.
 *
 * Rows may move between the scan and the marking. So the sheet is looked at once more after notes were put on, and one
 * that stands on a cell it was not meant for is taken off again; its own cell is told when the hub sends it anew.
 */
export function* applyMarks(marks: readonly Mark[], mapping: Mapping, scan: Scan): Step<Marked[]> {
  const found = marks.flatMap((mark): Place[] => {
    const place = placeOf(mark, scan);
    return place === null ? [] : [{ mark, ...place }];
  });
  const stood: Looks[] =
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
  const astray = yield* takeOffAstray(found, stood, mapping);
  const done = new Map(found.map(({ mark }, index) => [mark, stood[index]!]));
  return marks.map((mark) => ({
    key: mark.key,
    column: mark.column,
    done: done.has(mark) && !astray.has(mark),
    prior: done.get(mark) ?? { note: '', background: '' },
  }));
}

function placeOf({ key, column }: Mark, scan: Scan): { row: number; position: number } | null {
  const row = scan.rows.get(key)?.row;
  const position = scan.positions.get(column);
  return row === undefined || position === undefined ? null : { row, position };
}

/** Marks that are not on their cells. A note that moved along with its row is. */
function* takeOffAstray(found: readonly Place[], stood: readonly Looks[], mapping: Mapping): Step<Set<Mark>> {
  if (!found.some(({ mark }) => mark.message !== null)) return new Set();
  const now = scanSheet(yield* readSheet(mapping, false), mapping);
  const moved = found.flatMap(({ mark, row, position }, index) => {
    const place = placeOf(mark, now);
    const same = place?.row === row && place.position === position;
    return mark.message === null || same ? [] : [{ mark, row, position, message: mark.message, before: stood[index]! }];
  });
  if (moved.length === 0) return new Set();
  const shown = yield* ask('markCells', {
    marks: moved.map(({ row, position, message, before }) => ({
      row,
      position,
      message: null,
      restore: before,
      stands: message,
    })),
  });
  return new Set(moved.flatMap(({ mark, message }, index) => (shown[index]!.note === message ? [mark] : [])));
}
