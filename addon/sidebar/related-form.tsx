import { useState } from 'preact/hooks';
import type { LinkOptions } from '../../shared/protocol/options.ts';
import { Button, Section } from './parts.tsx';

export interface RelatedColumn {
  header: string;
  via: string[];
  column: string;
}

/** Adds a column that shows a value of the row which a foreign key refers to. */
export function RelatedForm(props: { options: LinkOptions; disabled: boolean; add: (column: RelatedColumn) => void }) {
  const { options, disabled, add } = props;
  const sources = options.relatedChoices.flatMap(({ via, table, columns }) =>
    columns.map(({ name }) => ({ via, column: name, text: `${table}.${name} (by ${via.join(', ')})` })),
  );
  const [chosen, choose] = useState('');
  const [header, setHeader] = useState('');
  const source = sources[Number(chosen)];
  const taken = options.columns.some((column) => column.header === header.trim());
  if (sources.length === 0) return null;
  return (
    <Section title="From other tables">
      <p class="hint">
        A value of the row that this table refers to, such as the code of an order. It is only shown: an edit of it is
        put back.
      </p>
      <div class="pair">
        <select
          aria-label="Value to show"
          value={chosen}
          disabled={disabled}
          onChange={(event) => {
            const next = event.currentTarget.value;
            choose(next);
            if (next !== '') setHeader(sources[Number(next)]!.column);
          }}
        >
          <option value="">Choose a value</option>
          {sources.map(({ text }, index) => (
            <option key={text} value={String(index)}>
              {text}
            </option>
          ))}
        </select>
        {chosen !== '' && source && (
          <>
            <label class="field">
              Header on the sheet
              <input
                type="text"
                value={header}
                disabled={disabled}
                onInput={(event) => setHeader(event.currentTarget.value)}
              />
            </label>
            {taken && <p class="misfit">“{header.trim()}” is linked already. Choose another header.</p>}
            <div class="buttons small">
              <Button
                disabled={disabled || taken || header.trim() === ''}
                onClick={() => add({ header: header.trim(), via: source.via, column: source.column })}
              >
                Add the column
              </Button>
            </div>
          </>
        )}
      </div>
    </Section>
  );
}
