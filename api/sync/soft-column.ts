import { TandemError } from '../../shared/protocol/error.ts';
import type { ShapeColumn } from '../links/table-shape.ts';
import { quoteName } from './quote-name.ts';
import type { TargetTable } from './target-table.ts';

/**
 * Mode `soft`: a column of the table says that a row is deleted. Such a row does not belong on the sheet, and one that
 * vanished from the sheet is marked there instead of deleted. Taking the mark away brings the row back.
 */

/** The column, where the link has one and the table still has it. */
export function softColumn({ shape, link }: Pick<TargetTable, 'shape' | 'link'>): ShapeColumn | null {
  if (link.missingMode !== 'soft' || link.softDeleteAttnum === null) return null;
  return shape.columns.find(({ attnum }) => attnum === link.softDeleteAttnum) ?? null;
}

/** @throws TandemError `wrong_state` where the table no longer has the column */
export function needSoftColumn(table: TargetTable): ShapeColumn {
  const column = softColumn(table);
  if (column !== null) return column;
  throw new TandemError(
    'wrong_state',
    'The table no longer has the column that says a row is deleted. Choose another one in the settings.',
  );
}

/** Whether row `t` is marked as deleted. */
export function deletedSql({ name, kind }: Pick<ShapeColumn, 'name' | 'kind'>): string {
  return `t.${quoteName(name)} IS ${kind === 'boolean' ? 'TRUE' : 'NOT NULL'}`;
}
