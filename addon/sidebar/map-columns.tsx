import { useState } from 'preact/hooks';
import type { Direction } from '../../shared/mapping.ts';
import type { TableInfo } from '../../shared/protocol/links.ts';
import { call } from './call.ts';
import type { Unlinked } from './connect.tsx';
import { choiceProblems, choiceRemarks, matchColumns, type Choice } from './match-columns.ts';
import { Banner, Button, Heading, Sentences } from './parts.tsx';
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
  const headers = state.headers.map((header) => header.trim()).filter((header) => header !== '');
  const [choices, setChoices] = useState<Choice[]>(() => matchColumns(table.columns, headers));
  const replaces = table.unsuitable !== null && table.replaceable === true;
  const problems = choiceProblems(choices);
  const matched = choices.filter(({ header }) => header !== null).length;
  const busy = tab.busy !== null;

  const change = (index: number, part: Partial<Choice>): void =>
    setChoices(choices.map((choice, i) => (i === index ? { ...choice, ...part } : choice)));

  const link = (): void => {
    const columns = choices.flatMap(({ column, header, direction }) =>
      header === null ? [] : [{ header, column: column.name, direction: replaces ? 'toTable' : direction } as const],
    );
    void tab.act('Linking…', () =>
      call('link', state.tab.id, {
        schema: table.schema,
        table: table.name,
        columns,
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
            {header !== null && column.generated && (
              <span class="detail">← The database computes it: table to sheet only</span>
            )}
          </li>
        ))}
      </ul>
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
