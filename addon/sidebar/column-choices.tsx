interface ColumnChoicesProps<T extends string> {
  summary: string;
  columns: readonly { id: string; header: string }[];
  /** By column id; null or absent: the first choice. */
  chosen: Record<string, T | null>;
  /** What stands for no choice of a column's own, and the others with their names. */
  none: string;
  choices: readonly (readonly [value: T, name: string])[];
  change: (id: string, value: T | null) => void;
}

/** A choice for each of some columns, folded away: most columns go without one. */
export function ColumnChoices<T extends string>(props: ColumnChoicesProps<T>) {
  const { summary, columns, chosen, none, choices, change } = props;
  return (
    <details>
      <summary>{summary}</summary>
      <ul class="list columns">
        {columns.map(({ id, header }) => (
          <li key={id}>
            <label class="pair">
              <span>{header}</span>
              <select
                value={chosen[id] ?? ''}
                onChange={(event) => change(id, (event.currentTarget.value || null) as T | null)}
              >
                <option value="">{none}</option>
                {choices.map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
