import { useState } from 'preact/hooks';
import type { Direction } from '../../shared/mapping.ts';
import type { TableInfo } from '../../shared/protocol/links.ts';
import { call } from './call.ts';
import type { Unlinked } from './connect.tsx';
import { LabelChoice } from './label-choice.tsx';
import { choiceProblems, choiceRemarks, matchColumns, type Choice } from './match-columns.ts';
import { Banner, Button, Heading, Sentences } from './parts.tsx';
import { RelatedForm, RelatedList, type RelatedColumn } from './related-form.tsx';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

const DIRECTIONS: Record<Direction, string> = {
  both: '⇄ Both',
  toTable: '→ Table',
  toSheet: '← Sheet',
};

interface Props {
  tab: Tab;
  state: Unlinked;
  table: TableInfo;
  back: () => void;
}

export function MapColumns({ tab, state, table, back }: Props) {
  const headers = [...new Set(state.headers.map((header) => header.trim()).filter((header) => header !== ''))];
  const [choices, setChoices] = useState<Choice[]>(() => matchColumns(table.columns, headers));
  // What foreign keys could show; the same can be chosen once the tab is linked, so nothing waits for it.
  const { loaded } = useLoad(() => call('tableRules', table.schema, table.name));
  const rules = loaded.at === 'there' ? loaded.value : null;
  const [labels, setLabels] = useState<Readonly<Record<string, string>>>({});
  const [related, setRelated] = useState<RelatedColumn[]>([]);
  const replaces = table.unsuitable !== null && table.replaceable === true;
  const problems = choiceProblems(choices);
  const matched = choices.filter(({ header }) => header !== null).length;
  const busy = tab.busy !== null;

  const change = (index: number, part: Partial<Choice>): void =>
    setChoices(choices.map((choice, i) => (i === index ? { ...choice, ...part } : choice)));

  const link = (): void => {
    const own = choices.flatMap(({ column, header, direction }) => {
      if (header === null) return [];
      const label = replaces ? undefined : labels[column.name];
      const as = replaces ? ('toTable' as const) : direction;
      return [{ header, column: column.name, direction: as, ...(label ? { label } : {}) }];
    });
    const columns = [...own, ...related.map((one) => ({ ...one, direction: 'toSheet' as const }))];
    void tab.act('Linking…', () =>
      call('link', state.tab.id, {
        schema: table.schema,
        table: table.name,
        columns,
        append: related.map(({ header }) => header),
        ...(replaces ? { kind: 'replace' as const } : {}),
      }),
    );
  };

  return (
    <>
      <Heading>Match columns</Heading>
      <p>
        {matched} of {choices.length} columns of “{table.name}” are matched with this tab.
      </p>
      {replaces && (
        <Banner tone="info">
          This table has no primary key, so its rows can’t be told apart. The whole tab takes the place of its rows,
          from the sheet to the table only, whenever the tab has changed.
        </Banner>
      )}
      <ul class="list columns">
        {choices.map(({ column, header, direction }, index) => (
          <li key={column.name}>
            <div class="column-name">
              <span class="name">{column.name}</span>
              {column.primaryKey && <span class="tag">key</span>}
              <span class="detail">{column.type}</span>
            </div>
            <div class="ties">
              <select
                aria-label={`Sheet column for ${column.name}`}
                value={header ?? ''}
                disabled={busy}
                onChange={(event) => change(index, { header: event.currentTarget.value || null })}
              >
                <option value="">Not linked</option>
                {headers.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
              {header !== null && !column.primaryKey && !column.generated && !replaces && (
                <select
                  class="direction"
                  aria-label={`Direction of ${column.name}`}
                  value={direction}
                  disabled={busy}
                  onChange={(event) => change(index, { direction: event.currentTarget.value as Direction })}
                >
                  {(Object.keys(DIRECTIONS) as Direction[]).map((one) => (
                    <option key={one} value={one}>
                      {DIRECTIONS[one]}
                    </option>
                  ))}
                </select>
              )}
            </div>
            {header !== null && !replaces && (
              <LabelChoice
                column={column.name}
                rule={rules?.columns.find((rule) => rule.name === column.name)}
                value={labels[column.name] ?? ''}
                disabled={busy}
                set={(label) => setLabels({ ...labels, [column.name]: label })}
              />
            )}
            {header !== null && column.generated && (
              <span class="detail">← The database computes it: table to sheet only</span>
            )}
          </li>
        ))}
      </ul>
      {!replaces && rules !== null && (
        <>
          <RelatedList
            columns={related}
            disabled={busy}
            remove={(header) => setRelated(related.filter((one) => one.header !== header))}
          />
          <RelatedForm
            from={rules.related}
            headers={[...headers, ...related.map(({ header }) => header)]}
            disabled={busy}
            add={(column) => setRelated([...related, column])}
          />
        </>
      )}
      <Sentences tone="warning" of={problems} />
      <Sentences tone="info" of={choiceRemarks(choices, headers)} />
      <div class="buttons sticky">
        <Button primary disabled={busy || problems.length > 0 || matched === 0} onClick={link}>
          Compare
        </Button>
        <Button disabled={busy} onClick={back}>
          Back
        </Button>
      </div>
    </>
  );
}
