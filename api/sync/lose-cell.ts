import { isError, type Cell } from '../../shared/cell.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { Work } from './work.ts';

/** Why one side's value gave way: of a column that only one side writes, the other's does, whatever the policy. */
export function causeOf({ related, generated, direction, column }: StoredColumn, cause: string): string {
  if (direction === 'toTable') return 'flows from the sheet to the table only';
  if (direction !== 'toSheet') return cause;
  if (related !== undefined) return `comes from ${column}: change it there`;
  return generated ? 'computed by the database' : 'flows from the table to the sheet only';
}

/** The sheet's value gives way and is journaled; an error was none. */
export function loseSheetCell(work: Work, column: StoredColumn, before: Cell, after: Cell, cause: string): void {
  if (isError(before)) return;
  work.lost.push(column.id);
  work.journal.push({ op: 'lost', side: 'sheet', key: work.state.key, column: column.id, before, after, cause });
}
