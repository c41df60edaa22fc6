import { useRef, useState } from 'preact/hooks';
import { columnNames } from '../../shared/column-name.ts';
import type { TableInfo } from '../../shared/protocol/links.ts';
import type { ProposedColumn, TableProposal, TableType } from '../src/rpc.ts';
import { call } from './call.ts';
import type { Unlinked } from './connect.tsx';
import { Banner, Button, Heading, Sentences, Spinner } from './parts.tsx';
import { count, shortCell } from './text.ts';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

const TYPES: Record<TableType, string> = {
  text: 'Text',
  bigint: 'Whole number',
  numeric: 'Number',
  boolean: 'Yes or no',
  date: 'Date',
  timestamp: 'Date and time',
  time: 'Time',
};

interface Props {
  tab: Tab;
  state: Unlinked;
  back: () => void;
}

/** A table made for this tab: name, types and key as proposed from all of its rows, to be changed at will. */
export function NewTable({ tab, state, back }: Props) {
  const { loaded, again } = useLoad(() => call('proposal', state.tab.id));
  if (loaded.at === 'loading') {
    return (
      <>
        <Heading>New table</Heading>
        <Spinner text="Looking at all rows…" />
      </>
    );
  }
  if (loaded.at === 'failed' || loaded.value.problems.length > 0) {
    const problems = loaded.at === 'failed' ? [loaded.failure.message] : loaded.value.problems;
    return (
      <>
        <Heading>New table</Heading>
        <Sentences tone="warning" of={problems} />
        <div class="buttons">
          <Button primary onClick={again}>
            Look again
          </Button>
          <Button onClick={back}>Back</Button>
        </div>
      </>
    );
  }
  return <Proposal tab={tab} state={state} back={back} proposal={loaded.value} />;
}

function Proposal({ tab, state, back, proposal }: Props & { proposal: TableProposal }) {
  const [name, setName] = useState(() => columnNames([state.tab.name])[0]!);
  const [columns, setColumns] = useState<ProposedColumn[]>(proposal.columns);
  const made = useRef<{ for: string; table: TableInfo } | null>(null);
  const key = columns.find((column) => column.key);
  const busy = tab.busy !== null;

  const setType = (position: number, type: TableType): void =>
    setColumns(columns.map((column) => (column.position === position ? { ...column, type } : column)));
  const setKey = (position: number): void =>
    setColumns(columns.map((column) => ({ ...column, key: column.position === position })));

  const create = (): void => {
    void tab.act('Creating the table…', async () => {
      const request = {
        schema: 'public',
        name,
        columns: columns.map(({ header, type, key }) => ({ header, type, key })),
      };
      // Where linking failed after the table was made, the next try must not make it again.
      const same = JSON.stringify(request);
      const table = made.current?.for === same ? made.current.table : await call('createTable', request);
      made.current = { for: same, table };
      return call('link', state.tab.id, {
        schema: table.schema,
        table: table.name,
        columns: columns.map(({ header }, index) => ({
          header,
          column: table.columns[index]!.name,
          direction: 'both' as const,
        })),
      });
    });
  };

  return (
    <>
      <Heading>New table</Heading>
      <p>
        Proposed from {count(proposal.rows, 'row')} of “{state.tab.name}”. Change what does not fit.
      </p>
      <label class="field">
        <span>Name of the table</span>
        <input value={name} disabled={busy} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <fieldset class="plain">
        <legend>Columns. The key tells rows apart: pick one whose values never repeat.</legend>
        <ul class="list columns">
          {columns.map((column) => (
            <li key={column.position}>
              <div class="column-name">
                <span class="name">{column.header}</span>
                <label class={`key-choice${column.unique ? '' : ' off'}`}>
                  <input
                    type="radio"
                    name="key"
                    checked={column.key}
                    disabled={busy || !column.unique}
                    onChange={() => setKey(column.position)}
                  />
                  {column.key ? 'key' : column.unique ? 'use as key' : 'not unique'}
                </label>
              </div>
              <select
                aria-label={`Type of ${column.header}`}
                value={column.type}
                disabled={busy}
                onChange={(event) => setType(column.position, event.currentTarget.value as TableType)}
              >
                {(Object.keys(TYPES) as TableType[]).map((type) => (
                  <option key={type} value={type}>
                    {TYPES[type]}
                  </option>
                ))}
              </select>
              <span class="detail">
                {column.remark ?? column.samples.map((cell) => shortCell(cell, 18)).join(', ')}
              </span>
            </li>
          ))}
        </ul>
      </fieldset>
      {!key && (
        <Banner tone="warning">
          No column has a different value in every row. Add one, for example “id” with 1, 2, 3, … and come back.
        </Banner>
      )}
      <div class="buttons sticky">
        <Button primary disabled={busy || !key || name.trim() === ''} onClick={create}>
          Create table
        </Button>
        <Button disabled={busy} onClick={back}>
          Back
        </Button>
      </div>
    </>
  );
}
