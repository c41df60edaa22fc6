import { isReadOnlyKind, type Direction } from '../../shared/mapping.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import type { ShapeColumn, TableShape } from './table-shape.ts';

/** A column of the table as a mapping keeps it, under a header. Key columns travel both ways, computed ones to the sheet. */
export function storeColumn(
  shape: TableShape,
  found: ShapeColumn,
  as: { id: string; header: string; direction: Direction },
): StoredColumn {
  const key = shape.primaryKey.includes(found.attnum);
  return {
    id: as.id,
    header: as.header.trim(),
    column: found.name,
    kind: found.kind,
    direction: key ? 'both' : found.generated || isReadOnlyKind(found.kind) ? 'toSheet' : as.direction,
    key,
    ...(key && found.makesKey ? { madeByTable: true } : {}),
    required: found.notNull && !found.hasDefault && !found.generated,
    attnum: found.attnum,
    type: found.type,
    cast: found.cast,
    baseType: found.baseType,
    ...(found.labels ? { labels: found.labels } : {}),
    notNull: found.notNull,
    hasDefault: found.hasDefault,
    generated: found.generated,
  };
}
