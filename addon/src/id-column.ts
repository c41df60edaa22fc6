import { isBlank, type Cell } from '../../shared/cell.ts';
import { sameHeader } from '../../shared/cycle/locate-columns.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { toBlocks } from '../../shared/cycle/blocks.ts';
import { appendColumn, clearColumn } from './google/columns.ts';
import { newId } from './google/identity.ts';
import { readSheet } from './google/sheet.ts';
import { spreadsheetFacts } from './google/spreadsheet.ts';
import { writeBlocks } from './google/write-blocks.ts';
import { underLock } from './under-lock.ts';

export interface IdColumn {
  header: string;
  type: 'bigint' | 'uuid';
  /** Rows to number at most: the table counts on from there. */
  rows: number;
}

/**
 * Gives each row an id, in a column of its own right of all others, so that nothing that is there moves. Called again it
 * goes on with rows that have none. Rows beyond `rows` get theirs from the table. Answers how to take the column off again.
 */
export function addIdColumn(tab: number, { header, type, rows }: IdColumn): () => void {
  let [added, given] = [false, new Set<Cell>()];
  underLock(() => {
    const { timeZone } = spreadsheetFacts();
    let reading = readSheet(tab, timeZone, false);
    let position = reading.columns.findIndex((column) => sameHeader(column.header, header)) + 1;
    if (position === 0) {
      position = appendColumn(tab, header);
      added = true;
      reading = readSheet(tab, timeZone, false);
    }
    const ids = reading.rows.map((line) => line[position - 1] ?? null);
    const filled = reading.rows.map((line) => line.some((cell, index) => index !== position - 1 && !isBlank(cell)));
    let next = ids.reduce<number>((most, id) => (typeof id === 'number' ? Math.max(most, id) : most), 0) + 1;
    let left = rows - ids.filter((id) => !isBlank(id)).length;
    // Only cells without an id are written: one that is there might be read as something else.
    const writes = ids.flatMap((id, index) => {
      if (!isBlank(id) || !filled[index] || left <= 0) return [];
      left--;
      const value = type === 'uuid' ? newId() : next++;
      return [{ row: HEADER_ROW + 1 + index, position, value, base: null }];
    });
    if (writes.length > 0) writeBlocks(tab, timeZone, toBlocks(writes));
    given = new Set(writes.map(({ value }) => value));
  });
  return () => {
    if (added) removeIdColumn(tab, header, given);
  };
}

/** What anybody else has put into the column by now stays, and the column with it. */
function removeIdColumn(tab: number, header: string, given: ReadonlySet<Cell>): void {
  underLock(() => {
    const reading = readSheet(tab, spreadsheetFacts().timeZone, false);
    const index = reading.columns.findIndex((column) => sameHeader(column.header, header));
    const cells = reading.rows.map((line) => line[index] ?? null);
    if (index >= 0 && cells.every((cell) => isBlank(cell) || given.has(cell))) clearColumn(tab, index + 1);
  });
}
