import { operatorsFor, operatorWords, valuesOf, type FilterOperator } from '../../shared/row-filter.ts';
import type { LinkOptions } from '../../shared/protocol/options.ts';
import { chooseColumn, emptyCondition, type ConditionForm, type OptionsForm } from './options-form.ts';
import { Button, TextButton } from './parts.tsx';
import { count } from './text.ts';

interface Props {
  options: LinkOptions;
  form: OptionsForm;
  disabled: boolean;
  set: (part: Partial<OptionsForm>) => void;
}

const MAX_CONDITIONS = 20;

/** Which rows of the table belong on the sheet: all, or those that fulfil conditions. */
export function RowFilterForm({ options, form, disabled, set }: Props) {
  const change = (index: number, condition: ConditionForm): void =>
    set({ conditions: form.conditions.map((one, i) => (i === index ? condition : one)) });
  return (
    <fieldset class="plain settings" disabled={disabled}>
      <legend>Rows on this sheet</legend>
      <label class="choice">
        <input type="radio" name="filtered" checked={!form.filtered} onChange={() => set({ filtered: false })} />
        All rows of the table
      </label>
      <label class="choice">
        <input type="radio" name="filtered" checked={form.filtered} onChange={() => set({ filtered: true })} />
        Only rows that match
      </label>
      {form.filtered && (
        <>
          {form.conditions.length > 1 && (
            <label class="field">
              <span class="hidden">How the conditions go together</span>
              <select
                value={form.match}
                onChange={(event) => set({ match: event.currentTarget.value as OptionsForm['match'] })}
              >
                <option value="all">All of these</option>
                <option value="any">Any of these</option>
              </select>
            </label>
          )}
          <ul class="list conditions">
            {form.conditions.map((condition, index) => (
              <Condition
                key={index}
                options={options}
                condition={condition}
                change={(next) => change(index, next)}
                remove={
                  form.conditions.length > 1
                    ? () => set({ conditions: form.conditions.filter((_, i) => i !== index) })
                    : null
                }
              />
            ))}
          </ul>
          {form.conditions.length < MAX_CONDITIONS && (
            <div class="buttons small">
              <Button onClick={() => set({ conditions: [...form.conditions, emptyCondition(options)] })}>
                Add a condition
              </Button>
            </div>
          )}
        </>
      )}
      <p class="hint">
        A row that stops matching leaves the sheet and stays in the table.
        {options.outside > 0 && ` ${count(options.outside, 'row')} left it so far.`}
      </p>
    </fieldset>
  );
}

function Condition(props: {
  options: LinkOptions;
  condition: ConditionForm;
  change: (condition: ConditionForm) => void;
  remove: (() => void) | null;
}) {
  const { options, condition, change, remove } = props;
  const { column, operator, text } = condition;
  const found = options.tableColumns.find(({ name }) => name === column);
  const values = valuesOf(operator);
  const label = `Value for ${column}`;
  return (
    <li>
      <div class="pair">
        <select
          aria-label="Column to filter by"
          value={column}
          onChange={(event) => change(chooseColumn(options, condition, event.currentTarget.value))}
        >
          {/* A column that is gone is still shown as chosen. */}
          {!found && <option value={column}>{column || 'Choose a column'}</option>}
          {options.tableColumns.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label={`How ${column} is compared`}
          value={operator}
          onChange={(event) => change({ ...condition, operator: event.currentTarget.value as FilterOperator })}
        >
          {operatorsFor(found?.kind ?? 'text').map((one) => (
            <option key={one} value={one}>
              {operatorWords[one]}
            </option>
          ))}
        </select>
        {values === 1 && found?.kind === 'boolean' && (
          <select
            aria-label={label}
            value={text}
            onChange={(event) => change({ ...condition, text: event.currentTarget.value })}
          >
            <option value="">Choose</option>
            <option value="true">TRUE</option>
            <option value="false">FALSE</option>
          </select>
        )}
        {values === 1 && found?.kind !== 'boolean' && (
          <input
            type="text"
            aria-label={label}
            value={text}
            onInput={(event) => change({ ...condition, text: event.currentTarget.value })}
          />
        )}
        {values === 'many' && (
          <textarea
            aria-label={`Values for ${column}, one a line`}
            rows={3}
            placeholder="One value a line"
            value={text}
            onInput={(event) => change({ ...condition, text: event.currentTarget.value })}
          />
        )}
        {remove && <TextButton onClick={remove}>Remove this condition</TextButton>}
      </div>
    </li>
  );
}
