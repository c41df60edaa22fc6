import { operatorsFor, valuesOf, type FilterOperator, type RowFilter } from '../../shared/row-filter.ts';
import type { Direction } from '../../shared/mapping.ts';
import type { LinkOptions, OptionsRequest } from '../../shared/protocol/options.ts';

/** A condition as it is being typed: several values one a line. */
export interface ConditionForm {
  column: string;
  operator: FilterOperator;
  text: string;
}

/** The options as a person is filling them in. */
export interface OptionsForm {
  filtered: boolean;
  match: RowFilter['match'];
  conditions: ConditionForm[];
  locks: string[];
  directions: Record<string, Direction>;
  labels: Record<string, string | null>;
}

export function optionsForm(options: LinkOptions): OptionsForm {
  const { filter, locks, columns } = options;
  return {
    filtered: filter !== null,
    match: filter?.match ?? 'all',
    conditions: filter?.conditions.map(({ column, operator, values }) => ({
      column,
      operator,
      text: values.join('\n'),
    })) ?? [emptyCondition(options)],
    locks,
    directions: Object.fromEntries(columns.map(({ id, direction }) => [id, direction])),
    labels: Object.fromEntries(columns.map(({ id, label }) => [id, label])),
  };
}

export function emptyCondition({ tableColumns }: LinkOptions): ConditionForm {
  return { column: tableColumns[0]?.name ?? '', operator: 'equals', text: '' };
}

/** Operators for a condition's column; the chosen one goes where the new column does not have it. */
export function chooseColumn(options: LinkOptions, condition: ConditionForm, column: string): ConditionForm {
  const kind = options.tableColumns.find(({ name }) => name === column)?.kind ?? 'text';
  const operators = operatorsFor(kind);
  return { ...condition, column, operator: operators.includes(condition.operator) ? condition.operator : 'equals' };
}

/** The filter that the form stands for. */
export function filterOf({ filtered, match, conditions }: OptionsForm): RowFilter | null {
  if (!filtered || conditions.length === 0) return null;
  return {
    match,
    conditions: conditions.map(({ column, operator, text }) => {
      const wanted = valuesOf(operator);
      const lines = text.split('\n').map((line) => line.trim());
      const values = wanted === 0 ? [] : wanted === 1 ? [text.trim()] : lines;
      return { column, operator, values: values.filter((value) => value !== '') };
    }),
  };
}

/** What differs from the options as they are; empty where nothing does. */
export function optionChanges(form: OptionsForm, options: LinkOptions): OptionsRequest {
  const changes: OptionsRequest = {};
  const filter = filterOf(form);
  if (JSON.stringify(filter) !== JSON.stringify(options.filter)) changes.filter = filter;
  if ([...form.locks].sort().join('\n') !== [...options.locks].sort().join('\n')) changes.locks = form.locks;
  const columns: NonNullable<OptionsRequest['columns']> = {};
  for (const { id, direction, label } of options.columns) {
    const change: (typeof columns)[string] = {};
    if (form.directions[id] !== direction) change.direction = form.directions[id];
    if (form.labels[id] !== label) change.label = form.labels[id] ?? null;
    if (Object.keys(change).length > 0) columns[id] = change;
  }
  if (Object.keys(columns).length > 0) changes.columns = columns;
  return changes;
}

/** Why it cannot be saved yet, as sentences. */
export function optionProblems(form: OptionsForm): string[] {
  const filter = filterOf(form);
  const open = filter?.conditions.find(({ operator, values }) => valuesOf(operator) !== 0 && values.length === 0);
  return open === undefined ? [] : [`Type what “${open.column}” is compared with, or remove the condition.`];
}
