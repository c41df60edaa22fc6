import { isBlank } from '../../shared/cell.ts';
import { sameHeader } from '../../shared/cycle/locate-columns.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { appendColumn, writeColumn } from './google/columns.ts';
import { newId } from './google/identity.ts';
import { readSheet } from './google/sheet.ts';
import { spreadsheetFacts } from './google/spreadsheet.ts';
import { underLock } from './under-lock.ts';

export interface IdColumn {
  header: string;
  type: 'bigint' | 'uuid';
  /** Rows to number at most: the table counts on from there. */
  rows: number;
}

/**
 * Gives each row an id, in a column of its own right of all others, so that nothing that is there moves. Called again it
 * goes on with rows that have none. Rows beyond `rows` get theirs from the table.
 */
export function addIdColumn(tab: number, { header, type, rows }: IdColumn): void {
  underLock(() => {
    const { timeZone } = spreadsheetFacts();
    let reading = readSheet(tab, timeZone, false);
    let position = reading.columns.findIndex((column) => sameHeader(column.header, header)) + 1;
    if (position === 0) {
      position = appendColumn(tab, header);
      reading = readSheet(tab, timeZone, false);
    }
    const ids = reading.rows.map((line) => line[position - 1] ?? null);
    const filled = reading.rows.map((line) => line.some((cell, index) => index !== position - 1 && !isBlank(cell)));
    let next = ids.reduce<number>((most, id) => (typeof id === 'number' ? Math.max(most, id) : most), 0) + 1;
    let left = rows - ids.filter((id) => !isBlank(id)).length;
    const values = ids.map((id, index) => {
      if (!isBlank(id) || !filled[index] || left <= 0) return id;
      left--;
      return type === 'uuid' ? newId() : next++;
    });
    writeColumn(tab, HEADER_ROW + 1, position, timeZone, values);
  });
}
