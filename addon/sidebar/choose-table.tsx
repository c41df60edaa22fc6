import { useState } from 'preact/hooks';
import type { TableInfo } from '../../shared/protocol/links.ts';
import { call } from './call.ts';
import { Banner, Button, FailureBanner, Heading, Spinner } from './parts.tsx';
import { count } from './text.ts';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

/** Above this many tables a box to search by name appears. */
const SEARCH_FROM = 8;

interface Props {
  tab: Tab;
  /** A table without a key can be chosen too: the tab takes the place of its rows. */
  replacing: boolean;
  back: () => void;
  choose: (table: TableInfo) => void;
}

export function ChooseTable({ tab, replacing, back, choose }: Props) {
  const { loaded, again } = useLoad(() => call('tables'));
  const [search, setSearch] = useState('');
  const busy = tab.busy !== null;

  const open = (schema: string, name: string): void => {
    void tab.act('Reading the table…', async () => {
      choose(await call('table', schema, name));
      return null;
    });
  };

  return (
    <>
      <Heading>Choose a table</Heading>
      {loaded.at === 'loading' && <Spinner text="Reading the list of tables…" />}
      {loaded.at === 'failed' && <FailureBanner failure={loaded.failure} />}
      {loaded.at === 'there' && loaded.value.tables.length === 0 && (
        <Banner tone="info">The database has no tables that Tandem may see. Create one from this tab instead.</Banner>
      )}
      {loaded.at === 'there' && loaded.value.tables.length >= SEARCH_FROM && (
        <input
          type="search"
          aria-label="Search tables by name"
          placeholder="Search tables"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {loaded.at === 'there' && (
        <ul class="list">
          {loaded.value.tables
            .filter(({ schema, name }) => `${schema}.${name}`.toLowerCase().includes(search.trim().toLowerCase()))
            .map(({ schema, name, rows, unsuitable, replaceable }) => (
              <li key={`${schema}.${name}`}>
                <button
                  type="button"
                  class="row-button"
                  disabled={busy || (unsuitable !== null && !(replacing && replaceable))}
                  onClick={() => open(schema, name)}
                >
                  <span class="name">{schema === 'public' ? name : `${schema}.${name}`}</span>
                  <span class="detail">
                    {unsuitable === null
                      ? rows === null
                        ? ''
                        : `about ${count(rows, 'row')}`
                      : replacing && replaceable
                        ? 'It has no primary key: a tab can only replace it whole'
                        : unsuitable}
                  </span>
                </button>
              </li>
            ))}
        </ul>
      )}
      <div class="buttons">
        {loaded.at === 'failed' && (
          <Button primary onClick={again}>
            Try again
          </Button>
        )}
        <Button onClick={back}>Back</Button>
      </div>
    </>
  );
}
