import { sameCell, type Cell } from '../cell.ts';
import type { DeletedRows, RowToDelete } from './effects.ts';
import type { Look } from './restore-rows.ts';
import { cellAt, isComputed, type ScannedRow } from './scan.ts';

/**
 * What a row must still show to be deleted: its mapped cells as the re-check read them, or with `whole` every cell of
 * it. What a formula shows may differ at each look, and is not asked for.
 */
export function rowToDelete({ row }: ScannedRow, { reading, scan }: Look, whole: boolean): RowToDelete {
  const mapped = new Set(scan.positions.values());
  const expected = reading.columns.map((_, index): Cell | undefined => {
    const position = index + 1;
    if (isComputed(reading, row, position) || !(whole || mapped.has(position))) return undefined;
    return cellAt(reading, row, position);
  });
  return { row, expected };
}

/** What a row shows in mapped columns that are not synced, by column: no push tells of it. */
export function restingCells({ row, cells }: ScannedRow, { reading, scan }: Look): [column: string, shown: Cell][] {
  return [...scan.positions].flatMap(([id, position]): [string, Cell][] => {
    const shown = cellAt(reading, row, position);
    return id in cells || shown === null || isComputed(reading, row, position) ? [] : [[id, shown]];
  });
}

/** Rows, in descending order as given, told apart by what a host finds right before. `shown`: each as of column A. */
export function sortOut(
  rows: readonly RowToDelete[],
  shown: readonly (readonly Cell[])[],
  isGuarded: (row: number) => boolean,
): Pick<DeletedRows, 'gone' | 'guarded'> {
  const due = rows.filter((one, index) => isToDelete(one, shown[index]!)).map(({ row }) => row);
  return { gone: due.filter((row) => !isGuarded(row)), guarded: due.filter(isGuarded) };
}

/** Whether a row, as it shows from column A on, is to be deleted. */
export function isToDelete({ expected }: RowToDelete, shown: readonly Cell[]): boolean {
  return expected.every((cell, index) => cell === undefined || sameCell(shown[index] ?? null, cell));
}
