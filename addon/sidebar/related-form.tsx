import { useState } from 'preact/hooks';
import type { RelatedChoice } from '../../shared/protocol/options.ts';
import { Button, Section } from './parts.tsx';

export interface RelatedColumn {
  header: string;
  via: string[];
  column: string;
}

interface Props {
  from: readonly RelatedChoice[];
  /** Headers that are in use. */
  headers: readonly string[];
  disabled: boolean;
  /** Answers false where it could not be added: what was typed stays then. */
  add: (column: RelatedColumn) => void | Promise<boolean>;
}

/** Adds a column that shows a value of the row which a foreign key refers to. */
export function RelatedForm({ from, headers, disabled, add }: Props) {
  const sources = from.flatMap(({ via, table, columns }) =>
    columns.map(({ name }) => ({ via, column: name, text: `${table}.${name} (by ${via.join(', ')})` })),
  );
  const [chosen, choose] = useState('');
  const [header, setHeader] = useState('');
  const source = sources[Number(chosen)];
  const taken = headers.includes(header.trim());
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
                onClick={() => {
                  const added = add({ header: header.trim(), via: source.via, column: source.column });
                  void Promise.resolve(added).then((done) => done !== false && choose(''));
                }}
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

/** Related columns that were chosen, before they are there. */
export function RelatedList(props: {
  columns: readonly RelatedColumn[];
  disabled: boolean;
  remove: (header: string) => void;
}) {
  const { columns, disabled, remove } = props;
  if (columns.length === 0) return null;
  return (
    <ul class="list">
      {columns.map(({ header, via, column }) => (
        <li key={header}>
          <span class="name">{header}</span>
          <span class="detail">
            ← {column}, by {via.join(', ')}
          </span>
          <div class="buttons small">
            <Button disabled={disabled} onClick={() => remove(header)}>
              Leave out
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}
