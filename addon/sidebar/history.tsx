import { useState } from 'preact/hooks';
import type { HistoryEntry } from '../../shared/protocol/journal.ts';
import type { UndoRequest } from '../../shared/protocol/links.ts';
import { showKey } from '../../shared/row-key.ts';
import type { HistoryView } from '../src/rpc.ts';
import { call } from './call.ts';
import { HistoryRun } from './history-run.tsx';
import { groupRuns } from './history-words.ts';
import type { ScreenProps } from './linked.tsx';
import { Back, Button, Failed, Heading, Spinner, TextButton } from './parts.tsx';
import { UndoScreen } from './undo.tsx';
import { usePages } from './use-pages.ts';

/** What of the history is shown. */
interface Filter {
  lost: boolean;
  key: string | null;
}

/** All that was written, and all that gave way, newest first; each to be taken back. */
export function History({ tab, state, go }: ScreenProps) {
  const id = state.tab.id;
  const [filter, setFilter] = useState<Filter>({ lost: false, key: null });
  const [undoing, setUndoing] = useState<{ what: UndoRequest; title: string } | null>(null);
  const pages = usePages<HistoryEntry, number, HistoryView>(
    JSON.stringify(filter),
    (before) =>
      call('history', id, {
        ...(filter.lost ? { lost: true } : {}),
        ...(filter.key === null ? {} : { key: filter.key }),
        ...(before === null ? {} : { before }),
      }),
    (page) => page.entries,
  );
  const { first, items } = pages;

  if (undoing) {
    return (
      <UndoScreen
        tab={tab}
        id={id}
        what={undoing.what}
        title={undoing.title}
        stopped={state.link.state === 'paused'}
        back={(changed) => {
          setUndoing(null);
          if (changed) pages.again();
        }}
      />
    );
  }

  const selected = (): void => {
    void tab.act('Looking…', async () => {
      const key = await call('selectedKey', id);
      setFilter({ ...filter, key });
      return null;
    });
  };

  return (
    <>
      <Back onClick={() => go('status')} />
      <Heading>History</Heading>
      <div class="chips" role="group" aria-label="Show">
        <button
          type="button"
          class="chip"
          aria-pressed={!filter.lost}
          onClick={() => setFilter({ ...filter, lost: false })}
        >
          Everything
        </button>
        <button
          type="button"
          class="chip"
          aria-pressed={filter.lost}
          onClick={() => setFilter({ ...filter, lost: true })}
        >
          Values that gave way
        </button>
      </div>
      {filter.key === null ? (
        <p>
          <TextButton onClick={selected} disabled={tab.busy !== null}>
            Only the selected row
          </TextButton>
        </p>
      ) : (
        <p>
          Only row <b>{showKey(filter.key)}</b>.{' '}
          <TextButton onClick={() => setFilter({ ...filter, key: null })}>Show all rows</TextButton>
        </p>
      )}
      {first === null && pages.loading && <Spinner text="Reading the history…" />}
      {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
      {first && items.length === 0 && !pages.loading && <p class="all-good">{nothing(filter)}</p>}
      {first &&
        groupRuns(items).map((group) => (
          <HistoryRun
            key={group.entries[0]!.id}
            group={group}
            headers={first.headers}
            timeZone={first.timeZone}
            ofOneRow={filter.key !== null}
            showRow={(key) => setFilter({ ...filter, key })}
            undo={(what, title) => setUndoing({ what, title })}
          />
        ))}
      {first && pages.loading && <Spinner text="Reading the history…" />}
      {pages.more && (
        <div class="buttons">
          <Button onClick={pages.more}>Show older</Button>
        </div>
      )}
    </>
  );
}

function nothing({ lost, key }: Filter): string {
  if (lost) return key === null ? 'No value has given way so far.' : 'No value of this row has given way so far.';
  return key === null ? 'Nothing has been written so far.' : 'Nothing was written to this row so far.';
}
