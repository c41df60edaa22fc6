import type { StoredFilter } from '../../drizzle/schema/index.ts';
import { filterWords, type FilterOperator } from '../../shared/row-filter.ts';
import type { ShapeColumn, TableShape } from '../links/table-shape.ts';
import { compareSql, quoteName } from './quote-name.ts';

export interface CompiledFilter {
  /** Condition over row `t`; null counts as not fulfilled. */
  sql: string;
  params: string[];
}

const COMPARISONS: Partial<Record<FilterOperator, string>> = {
  equals: '=',
  less: '<',
  at_most: '<=',
  greater: '>',
  at_least: '>=',
};

/** A stored filter as SQL over row `t`, its values as the parameters from `$first` on. Columns come from the catalogue. */
export function compileFilter(filter: StoredFilter, shape: TableShape, first: number): CompiledFilter {
  const params: string[] = [];
  const place = (text: string): string => `$${first + params.push(text) - 1}::text`;
  const conditions = filter.conditions.map(({ attnum, operator, values }) => {
    const found = shape.columns.find((column) => column.attnum === attnum);
    // The link is about to pause because of it (see drift.ts); until then nothing belongs on the sheet.
    if (found === undefined) return 'false';
    const { cast } = found;
    const column = `t.${quoteName(found.name)}`;
    const compare = (sign: string, value: string) => compareSql(column, sign, `${place(value)}::${cast}`, found);
    switch (operator) {
      case 'empty':
        return `coalesce(${column}::text, '') = ''`;
      case 'not_empty':
        return `coalesce(${column}::text, '') <> ''`;
      case 'contains':
        return `strpos(lower(${column}::text), lower(${place(values[0]!)})) > 0`;
      case 'starts_with':
        return `starts_with(lower(${column}::text), lower(${place(values[0]!)}))`;
      case 'one_of':
        return `(${values.map((value) => compare('=', value)).join(' OR ')})`;
      case 'differs':
        return `NOT coalesce(${compare('=', values[0]!)}, false)`;
      default:
        return compare(COMPARISONS[operator]!, values[0]!);
    }
  });
  return {
    sql: `coalesce(${conditions.map((condition) => `(${condition})`).join(filter.match === 'all' ? ' AND ' : ' OR ')}, false)`,
    params,
  };
}

/** `status is open and price is at least 10`, by the names that `nameOf` gives to columns. */
export function describeFilter(filter: StoredFilter, nameOf: (attnum: number) => string): string {
  return filterWords({
    match: filter.match,
    conditions: filter.conditions.map(({ attnum, operator, values }) => ({ column: nameOf(attnum), operator, values })),
  });
}

/** Why a filter, or the lock columns, can't be used with the table as it is now; null where they can. */
export function filterTrouble(
  { filter, lockAttnums }: { filter: StoredFilter | null; lockAttnums: readonly number[] },
  shape: TableShape,
): string | null {
  const find = (attnum: number): ShapeColumn | undefined => shape.columns.find((column) => column.attnum === attnum);
  for (const { attnum, type } of filter?.conditions ?? []) {
    const found = find(attnum);
    if (found === undefined) {
      return 'The row filter of this link uses a column that the table no longer has. Change the filter under “Filter and directions” in the sidebar.';
    }
    if (found.type !== type) {
      return `The row filter of this link uses "${found.name}", whose type changed from ${type} to ${found.type}. Set the filter again under “Filter and directions” in the sidebar.`;
    }
  }
  const lost = lockAttnums.some((attnum) => find(attnum)?.kind !== 'boolean');
  return lost
    ? 'A lock column of this link is no longer in the table, or no longer true or false. Choose the lock columns again under “Filter and directions” in the sidebar.'
    : null;
}
