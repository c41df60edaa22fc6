import { useState } from 'preact/hooks';
import { tableName } from '../../shared/column-name.ts';
import type { IdColumn, ProposedColumn, SidebarApi, TableType } from '../src/rpc.ts';
import { call } from './call.ts';
import type { Unlinked } from './connect.tsx';
import { Banner, Button, FailureBanner, Heading, Sentences, Spinner } from './parts.tsx';
import { count, shortCell } from './text.ts';
import { TypeChoice } from './type-choice.tsx';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

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
    return (
      <>
        <Heading>New table</Heading>
        {loaded.at === 'failed' ? (
          <FailureBanner failure={loaded.failure} />
        ) : (
          <Sentences tone="warning" of={loaded.value.problems} />
        )}
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

function Proposal({ tab, state, back, proposal }: Props & { proposal: ReturnType<SidebarApi['proposal']> }) {
  const [name, setName] = useState(() => tableName(state.tab.name));
  const [columns, setColumns] = useState<ProposedColumn[]>(proposal.columns);
  const hasUnique = columns.some((column) => column.key);
  /** A key that the database makes, in a column of its own; null where a column of the sheet is the key. */
  const [made, setMade] = useState<IdColumn['type'] | null>(hasUnique ? null : 'bigint');
  const busy = tab.busy !== null;

  const setType = (position: number, type: TableType): void =>
    setColumns(columns.map((column) => (column.position === position ? { ...column, type } : column)));
  const setKey = (position: number): void => {
    setMade(null);
    setColumns(columns.map((column) => ({ ...column, key: column.position === position })));
  };
  const makeKey = (type: IdColumn['type']): void => {
    setMade(type);
    setColumns(columns.map((column) => ({ ...column, key: false })));
  };

  const create = (): void => {
    const { id, idHeader: header, rows } = proposal;
    const ids = made === null ? [] : [{ header, type: made, key: true, generated: { startAt: rows + 1 } }];
    const table = {
      schema: 'public',
      name,
      columns: [...ids, ...columns.map(({ header, type, key }) => ({ header, type, key }))],
    };
    const idColumn = made === null ? null : { header, type: made, rows };
    void tab.act('Creating the table…', () => call('linkNewTable', state.tab.id, { id, table, idColumn }));
  };

  return (
    <>
      <Heading>New table</Heading>
      <p>
        Proposed from {count(proposal.rows, 'row')} of “{state.tab.name}”. Change what does not fit.
      </p>
      <label class="field">
        <span>Name of the table</span>
        <input value={name} maxLength={63} disabled={busy} onInput={(event) => setName(event.currentTarget.value)} />
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
              <TypeChoice
                column={column}
                type={column.type}
                disabled={busy}
                onChange={(type) => setType(column.position, type)}
              />
              {column.samples.length > 0 && (
                <span class="detail">{column.samples.map((cell) => shortCell(cell, 18)).join(', ')}</span>
              )}
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset>
        <legend>Or let the database number the rows</legend>
        <label class="choice">
          <input
            type="radio"
            name="key"
            checked={made === 'bigint'}
            disabled={busy}
            onChange={() => makeKey('bigint')}
          />
          Numbers from 1
        </label>
        <label class="choice">
          <input type="radio" name="key" checked={made === 'uuid'} disabled={busy} onChange={() => makeKey('uuid')} />
          Random ids (UUID)
        </label>
        <p class="detail">
          {made === null
            ? 'A column of its own, right of the others.'
            : `A column “${proposal.idHeader}” is added right of the others, and each row gets its id when you press the button below. New rows get theirs by themselves.`}
        </p>
      </fieldset>
      {!hasUnique && made !== null && (
        <Banner tone="info">No column has a different value in every row, so the rows get ids of their own.</Banner>
      )}
      <div class="buttons sticky">
        <Button
          primary
          disabled={busy || (made === null && !columns.some((column) => column.key)) || name.trim() === ''}
          onClick={create}
        >
          Create table
        </Button>
        <Button disabled={busy} onClick={back}>
          Back
        </Button>
      </div>
    </>
  );
}
