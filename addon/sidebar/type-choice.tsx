import type { ProposedColumn, TableType } from '../src/rpc.ts';
import { count } from './text.ts';

const TYPES: Record<TableType, string> = {
  text: 'Text',
  bigint: 'Whole number',
  numeric: 'Number',
  boolean: 'Yes or no',
  date: 'Date',
  timestamp: 'Date and time',
  time: 'Time',
  uuid: 'UUID',
};

interface Props {
  column: Pick<ProposedColumn, 'header' | 'evidence' | 'misfits'>;
  type: TableType;
  disabled: boolean;
  onChange: (type: TableType) => void;
}

/** A column's type, what all rows say about it, and which cells the type as chosen would not take as they are. */
export function TypeChoice({ column, type, disabled, onChange }: Props) {
  const misfit = column.misfits[type];
  return (
    <>
      <select
        aria-label={`Type of ${column.header}`}
        value={type}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value as TableType)}
      >
        {(Object.keys(TYPES) as TableType[]).map((one) => (
          <option key={one} value={one}>
            {TYPES[one]}
          </option>
        ))}
      </select>
      <span class="detail">{column.evidence}</span>
      {misfit && <span class="misfit">{misfitWords(type, misfit)}</span>}
    </>
  );
}

function misfitWords(
  type: TableType,
  { refused, altered, examples }: NonNullable<Props['column']['misfits'][TableType]>,
) {
  const shown = examples.map(({ cell, value }) => `${cell} “${value}”`).join(', ');
  const more = refused + altered > examples.length ? ', …' : '';
  const parts: string[] = [];
  if (refused > 0) parts.push(`would refuse ${count(refused, 'cell')}`);
  if (altered > 0) parts.push(`would take the zeros in front from ${count(altered, 'cell')}`);
  return `${TYPES[type]} ${parts.join(' and ')}: ${shown}${more}.`;
}
