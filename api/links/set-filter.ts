import type { TransactionSql } from 'postgres';
import { TandemError } from '../../shared/protocol/error.ts';
import { operatorsFor, operatorWords, valuesOf, type RowFilter } from '../../shared/row-filter.ts';
import type { StoredFilter } from '../../drizzle/schema/index.ts';
import { databaseErrorCode } from '../database/errors.ts';
import { toTable } from '../sync/codec/index.ts';
import { compareSql } from '../sync/quote-name.ts';
import { isRowError } from '../sync/row-error.ts';
import { onlyShown } from '../access/table-columns.ts';
import { storeColumn } from './store-column.ts';
import type { ShapeColumn, TableShape } from './table-shape.ts';

/**
 * A filter as a form made it, checked against the table and its values read as the sheet's cells would be. `known` are
 * the columns that the caller may choose.
 * @throws TandemError `bad_request` that names the condition
 */
export async function storeFilter(
  tx: TransactionSql,
  shape: TableShape,
  known: readonly ShapeColumn[],
  zone: string,
  filter: RowFilter,
): Promise<StoredFilter> {
  const conditions: StoredFilter['conditions'] = [];
  for (const [index, { column: name, operator, values }] of filter.conditions.entries()) {
    const refuse = (message: string): never => {
      throw new TandemError('bad_request', message, { field: `filter.conditions.${index}` });
    };
    const found = known.find((column) => column.name === name);
    if (found === undefined) {
      const all = known.length === shape.columns.length;
      return refuse(all ? `The table has no column "${name}" to filter by. Choose another one.` : onlyShown(name));
    }
    const notBy = `"${name}" can't be compared by “${operatorWords[operator]}”. Choose another comparison.`;
    if (!operatorsFor(found.kind).includes(operator)) refuse(notBy);
    const wanted = valuesOf(operator);
    const given = values.map((value) => value.trim()).filter((value) => value !== '');
    if (wanted === 0 ? given.length > 0 : wanted === 1 ? given.length !== 1 : given.length === 0) {
      refuse(
        `Type ${wanted === 1 ? 'a value' : wanted === 0 ? 'no value' : 'at least one value'} for "${name} ${operatorWords[operator]}".`,
      );
    }
    const texts: string[] = [];
    for (const value of given) {
      const text =
        operator === 'contains' || operator === 'starts_with' ? value : await read(tx, shape, found, zone, value);
      if (text === INCOMPARABLE) return refuse(notBy);
      texts.push(text ?? refuse(`"${value}" is not a value of "${name}" (${found.type}). Correct it.`));
    }
    conditions.push({ attnum: found.attnum, type: found.type, operator, values: texts });
  }
  return { match: filter.match, conditions };
}

/** Of types that Postgres compares by no operator: json, xml, points. */
const INCOMPARABLE = Symbol('incomparable');

/** A typed value as the column's text, compared with itself as the filter will with others; null where it is none. */
async function read(
  tx: TransactionSql,
  shape: TableShape,
  found: ShapeColumn,
  zone: string,
  value: string,
): Promise<string | null | typeof INCOMPARABLE> {
  const encoded = toTable(storeColumn(shape, found, { id: '', header: found.name, direction: 'both' }), value, zone);
  const typed = `$1::text::${found.cast}`;
  const text = 'refused' in encoded ? value : encoded.text;
  try {
    await tx.savepoint((sp) => sp.unsafe(`SELECT $1::text::${found.cast}`, [text]));
    await tx.savepoint((sp) => sp.unsafe(`SELECT ${compareSql(typed, '=', typed, found)}`, [text]));
    return text;
  } catch (error) {
    if (databaseErrorCode(error) === '42883') return INCOMPARABLE;
    if (isRowError(error)) return null;
    throw error;
  }
}

/** A stored filter as a form shows it. */
export function shownFilter(filter: StoredFilter | null, shape: TableShape): RowFilter | null {
  if (filter === null) return null;
  return {
    match: filter.match,
    conditions: filter.conditions.map(({ attnum, operator, values }) => ({
      column: shape.columns.find((column) => column.attnum === attnum)?.name ?? '',
      operator,
      values,
    })),
  };
}
