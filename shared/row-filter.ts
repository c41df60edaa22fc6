import * as v from 'valibot';
import type { ColumnKind } from './mapping.ts';

/** How a condition of a row filter compares a column with its values. */
export const filterOperators = [
  'equals',
  'differs',
  'less',
  'at_most',
  'greater',
  'at_least',
  'contains',
  'starts_with',
  'one_of',
  'empty',
  'not_empty',
] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** Operators as a person reads them between a column's name and a value. */
export const operatorWords: Record<FilterOperator, string> = {
  equals: 'is',
  differs: 'is not',
  less: 'is less than',
  at_most: 'is at most',
  greater: 'is greater than',
  at_least: 'is at least',
  contains: 'contains',
  starts_with: 'starts with',
  one_of: 'is one of',
  empty: 'is empty',
  not_empty: 'is not empty',
};

/** How many values an operator takes: none, one, or any number from one. */
export function valuesOf(operator: FilterOperator): 0 | 1 | 'many' {
  if (operator === 'empty' || operator === 'not_empty') return 0;
  return operator === 'one_of' ? 'many' : 1;
}

/** Kinds whose values have an order that a person would expect: texts sort by the database's collation. */
const ORDERED: readonly ColumnKind[] = [
  'text',
  'citext',
  'integer',
  'decimal',
  'float',
  'date',
  'time',
  'timestamp',
  'timestamptz',
];

/** Operators that make sense for a kind of column. */
export function operatorsFor(kind: ColumnKind): FilterOperator[] {
  return filterOperators.filter((operator) => {
    if (['less', 'at_most', 'greater', 'at_least'].includes(operator)) return ORDERED.includes(kind);
    if (operator === 'contains' || operator === 'starts_with') return kind !== 'boolean';
    return true;
  });
}

/** A filter as a form makes it: columns of the table by name, values as typed. */
export const RowFilter = v.object({
  /** All conditions must hold, or any of them. */
  match: v.picklist(['all', 'any']),
  conditions: v.pipe(
    v.array(
      v.object({
        column: v.string(),
        operator: v.picklist(filterOperators),
        values: v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(200)),
      }),
    ),
    v.minLength(1),
    v.maxLength(20),
  ),
});
export type RowFilter = v.InferOutput<typeof RowFilter>;

/** A filter as one sentence fragment: `Status is open and Price is at least 10`. */
export function filterWords(filter: RowFilter): string {
  return filter.conditions
    .map(({ column, operator, values }) => `${column} ${operatorWords[operator]} ${values.join(', ')}`.trim())
    .join(filter.match === 'all' ? ' and ' : ' or ');
}
