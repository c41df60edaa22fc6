import type { ISql, Sql, TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import { isReadOnlyKind } from '../../shared/mapping.ts';
import type { RelatedChoice } from '../../shared/protocol/options.ts';
import type { StoredColumn } from '../../drizzle/schema/index.ts';
import { qualifiedName, relatedName, type Reference } from './references.ts';
import { readShape, type ShapeColumn, type TableShape } from './table-shape.ts';

/** Foreign keys of a table as an admin chooses among them. */
export function relatedChoices(shape: TableShape, references: readonly Reference[]): RelatedChoice[] {
  return references.map((reference) => ({
    via: reference.via.map((attnum) => nameOf(shape, attnum)),
    table: reference.schema === 'public' ? reference.name : `${reference.schema}.${reference.name}`,
    columns: reference.columns.map(({ name, type }) => ({ name, type })),
  }));
}

/**
 * A column taken from the row that a foreign key refers to: read-only on the sheet.
 * @throws TandemError `bad_request` where there is no such foreign key or column
 */
export async function storeRelated(
  tx: TransactionSql,
  shape: TableShape,
  references: readonly Reference[],
  chosen: { via: readonly string[]; column: string },
  as: { id: string; header: string },
): Promise<StoredColumn> {
  const candidates = references.filter(
    ({ via }) => via.map((attnum) => nameOf(shape, attnum)).join('\n') === chosen.via.join('\n'),
  );
  const reference = candidates.find(({ columns }) => columns.some(({ name }) => name === chosen.column));
  if (reference === undefined) {
    const names = chosen.via.map((name) => `"${name}"`).join(', ');
    const message =
      candidates.length === 0
        ? `The table has no foreign key on ${names}. Add one, so that it is known which row a value comes from.`
        : `"${candidates[0]!.name}" has no column "${chosen.column}". Choose one of: ${candidates[0]!.columns.map(({ name }) => name).join(', ')}.`;
    throw new TandemError('bad_request', message, { field: 'related' });
  }
  const found = await targetColumn(tx, reference, chosen.column);
  return {
    id: as.id,
    header: as.header.trim(),
    column: relatedName(reference, found.name),
    kind: found.kind,
    direction: 'toSheet',
    key: false,
    required: false,
    attnum: 0,
    type: found.type,
    cast: found.cast,
    baseType: found.baseType,
    notNull: false,
    hasDefault: false,
    generated: true,
    related: { via: reference.via, relation: reference.relation, to: reference.to, attnum: found.attnum },
  };
}

/** The foreign key of a single column that could be shown by a label; null where there is none. */
export function labelReference({ attnum }: StoredColumn, references: readonly Reference[]): Reference | null {
  return references.find(({ via }) => via.length === 1 && via[0] === attnum) ?? null;
}

/** Columns that can stand for a key: texts. */
export async function labelChoices(sql: Sql | ISql, reference: Reference): Promise<ShapeColumn[]> {
  const shape = await readShape(sql, { oid: reference.relation });
  return (shape?.columns ?? []).filter(({ kind }) => kind === 'text' || kind === 'citext' || kind === 'enum');
}

/**
 * Sets by which column of the other table a foreign key is shown; null: by itself. Answers whether that is a change.
 * @throws TandemError `bad_request`
 */
export async function setLabel(
  tx: TransactionSql,
  shape: TableShape,
  references: readonly Reference[],
  column: StoredColumn,
  label: string | null,
): Promise<boolean> {
  if (label === null) {
    if (column.label === undefined) return false;
    delete column.label;
    column.kind = shape.columns.find(({ attnum }) => attnum === column.attnum)?.kind ?? column.kind;
    return true;
  }
  const reference = column.key || column.related !== undefined ? null : labelReference(column, references);
  if (reference === null) {
    const together = references.find(({ via }) => via.includes(column.attnum))?.via ?? [];
    const others = together.filter((attnum) => attnum !== column.attnum).map((attnum) => `"${nameOf(shape, attnum)}"`);
    const why = column.key
      ? 'tells the rows apart'
      : others.length > 0
        ? `refers to another table only together with ${others.join(' and ')}`
        : 'does not refer to another table';
    throw new TandemError('bad_request', `"${column.header}" ${why}, so it can't be shown by a label.`, {
      field: `columns.${column.id}.label`,
    });
  }
  const found = (await labelChoices(tx, reference)).find(({ name }) => name === label);
  if (found === undefined) {
    const message = `"${reference.name}" has no text column "${label}" that could stand for its rows.`;
    throw new TandemError('bad_request', message, { field: `columns.${column.id}.label` });
  }
  const { via, relation, to } = reference;
  if (column.label?.attnum === found.attnum && column.label.relation === relation) return false;
  column.label = { via, relation, to, attnum: found.attnum };
  column.kind = 'text';
  return true;
}

async function targetColumn(tx: TransactionSql, reference: Reference, name: string): Promise<ShapeColumn> {
  const shape = await readShape(tx, { oid: reference.relation });
  const found = shape?.columns.find((column) => column.name === name);
  if (found === undefined) {
    throw new TandemError('bad_request', `${qualifiedName(reference)} has changed. Look again.`, { field: 'related' });
  }
  return isReadOnlyKind(found.kind) ? { ...found, kind: 'other' } : found;
}

function nameOf(shape: TableShape, attnum: number): string {
  return shape.columns.find((column) => column.attnum === attnum)?.name ?? '';
}
