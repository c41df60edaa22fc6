import { useState } from 'preact/hooks';
import type { TableInfo } from '../../shared/protocol/links.ts';
import type { TableRules } from '../../shared/protocol/table-rules.ts';
import { call } from './call.ts';
import type { Unlinked } from './connect.tsx';
import { LabelChoice } from './label-choice.tsx';
import { Banner, Button, FailureBanner, Heading, Spinner } from './parts.tsx';
import { RelatedForm, RelatedList, type RelatedColumn } from './related-form.tsx';
import { count } from './text.ts';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

interface Props {
  tab: Tab;
  state: Unlinked;
  table: TableInfo;
  back: () => void;
}

/** A sheet that shows a table: which of its columns, in the table's order, and what stands for its foreign keys. */
export function MakeSheet(props: Props) {
  const { table, back } = props;
  const { loaded, again } = useLoad(() => call('tableRules', table.schema, table.name));
  if (loaded.at === 'there') return <Choices {...props} rules={loaded.value} />;
  return (
    <>
      <Heading>Sheet from “{table.name}”</Heading>
      {loaded.at === 'loading' ? (
        <Spinner text="Looking at the table…" />
      ) : (
        <>
          <FailureBanner failure={loaded.failure} />
          <div class="buttons">
            <Button primary onClick={again}>
              Look again
            </Button>
            <Button onClick={back}>Back</Button>
          </div>
        </>
      )}
    </>
  );
}

function Choices({ tab, state, table, rules, back }: Props & { rules: TableRules }) {
  /** By column of the table; the key itself is shown where there is none. */
  const [labels, setLabels] = useState<Readonly<Record<string, string>>>({});
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [related, setRelated] = useState<RelatedColumn[]>([]);
  const columns = table.columns.filter(({ name }) => !left.has(name));
  const needed = table.columns.filter(
    ({ name, nullable, hasDefault, generated }) => left.has(name) && !nullable && !hasDefault && !generated,
  );
  const empty = state.headers.every((header) => header.trim() === '') && state.rows === 0;
  const busy = tab.busy !== null;

  const toggle = (name: string): void => {
    const next = new Set(left);
    if (!next.delete(name)) next.add(name);
    setLeft(next);
  };
  const make = (): void => {
    const choice = {
      schema: table.schema,
      table: table.name,
      columns: [
        ...columns.map(({ name, generated }) => ({
          header: name,
          column: name,
          direction: generated ? ('toSheet' as const) : ('both' as const),
          ...(labels[name] ? { label: labels[name] } : {}),
        })),
        ...related.map((one) => ({ ...one, direction: 'toSheet' as const })),
      ],
    };
    void tab.act('Making the sheet…', () => call('sheetFromTable', state.tab.id, choice));
  };

  return (
    <>
      <Heading>Sheet from “{table.name}”</Heading>
      <p>
        {empty ? `“${state.tab.name}”` : 'A new tab'} gets the headers, formats and drop-downs of the table
        {table.rows === null ? '' : `, and about ${count(table.rows, 'row')} once you start the first sync`}.
      </p>
      <fieldset class="plain">
        <legend>Columns to show</legend>
        <ul class="list">
          {table.columns.map(({ name, type, primaryKey }) => (
            <li key={name}>
              <label class="choice">
                <input
                  type="checkbox"
                  checked={!left.has(name)}
                  disabled={busy || primaryKey}
                  onChange={() => toggle(name)}
                />
                <span class="name">{name}</span>
                {primaryKey && <span class="tag">key</span>}
                <span class="detail">{type}</span>
              </label>
              {!left.has(name) && (
                <LabelChoice
                  column={name}
                  rule={rules.columns.find((rule) => rule.name === name)}
                  value={labels[name] ?? ''}
                  disabled={busy}
                  set={(label) => setLabels({ ...labels, [name]: label })}
                />
              )}
            </li>
          ))}
        </ul>
      </fieldset>
      <RelatedList
        columns={related}
        disabled={busy}
        remove={(header) => setRelated(related.filter((one) => one.header !== header))}
      />
      <RelatedForm
        from={rules.related}
        headers={[...columns.map(({ name }) => name), ...related.map(({ header }) => header)]}
        disabled={busy}
        add={(column) => setRelated([...related, column])}
      />
      {needed.length > 0 && (
        <Banner tone="warning">
          The table requires {needed.map(({ name }) => `“${name}”`).join(', ')}. Without it, new rows of the sheet
          cannot be added to the table.
        </Banner>
      )}
      <div class="buttons sticky">
        <Button primary disabled={busy} onClick={make}>
          Make the sheet
        </Button>
        <Button disabled={busy} onClick={back}>
          Back
        </Button>
      </div>
    </>
  );
}
