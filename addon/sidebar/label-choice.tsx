import type { TableRules } from '../../shared/protocol/table-rules.ts';

interface Props {
  column: string;
  rule: TableRules['columns'][number] | undefined;
  /** A column of the other table; empty for the key. */
  value: string;
  disabled: boolean;
  set: (label: string) => void;
}

/** What of the other table is shown in place of its key; nothing where there is no choice. */
export function LabelChoice({ column, rule, value, disabled, set }: Props) {
  const other = rule?.refersTo;
  if (!other || other.labels.length === 0) return null;
  return (
    <select
      aria-label={`What ${column} shows`}
      value={value}
      disabled={disabled}
      onChange={(event) => set(event.currentTarget.value)}
    >
      <option value="">
        Show the {other.column} of {other.name}
      </option>
      {other.labels.map((label) => (
        <option key={label} value={label}>
          Show the {label} of {other.name}
        </option>
      ))}
    </select>
  );
}
