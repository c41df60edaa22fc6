import type { Notice } from '../../shared/protocol/notice.ts';
import { call } from './call.ts';
import { GoneTabs } from './gone-tabs.tsx';
import { headline, unfinishedRows } from './headline.ts';
import type { ScreenProps } from './linked.tsx';
import { Banner, Button, Confirm, GoTo, Heading, TextButton } from './parts.tsx';
import { attentionCount, Problems } from './problems.tsx';
import { Schedule } from './schedule.tsx';
import { ago, count } from './text.ts';

/** Notices that this screen already shows in words and buttons of its own. */
const SHOWN_ELSEWHERE: readonly Notice['code'][] = [
  'preview',
  'rows_missing',
  'rows_held',
  'rows_rejected',
  'rows_removed',
  'rows_renamed',
  'paused',
  'new_columns',
  'replace_shrunk',
];

/** Whether all is in step, in a sentence; what needs a person; and the way to everything else. */
export function Status({ tab, state, go }: ScreenProps) {
  const id = state.tab.id;
  const busy = tab.busy !== null;
  const { tone, title, detail } = headline(state, Date.now());
  const { schema, table, columns, replaces } = state.link;
  const paused = state.link.state === 'paused';
  const waiting = attentionCount(state);
  const keysToPutRight = state.notices.some(({ code }) => code === 'duplicate_keys' || code === 'rows_without_key');
  return (
    <>
      <div class={`headline ${tone}`}>
        <span class="dot" aria-hidden="true" />
        <div>
          <Heading>{title}</Heading>
          {detail && <p>{detail}</p>}
        </div>
      </div>
      <p class="facts">
        {schema === 'public' ? table : `${schema}.${table}`} · {count(state.rows, 'row')} ·{' '}
        {count(columns.length, 'column')}
        <br />
        {replaces && state.replaced
          ? `Table replaced ${ago(state.replaced.at, Date.now())}, compared ${ago(state.lastSync ?? state.replaced.at, Date.now())}`
          : state.lastSync
            ? `Last sync ${ago(state.lastSync, Date.now())}`
            : 'Not synced yet'}
      </p>
      <div class="buttons">
        {paused ? (
          <Button primary disabled={busy} onClick={() => void tab.act('Resuming…', () => call('resume', id))}>
            Resume
          </Button>
        ) : (
          <Button primary disabled={busy} onClick={() => void tab.act('Syncing…', () => call('syncNow', id))}>
            Sync now
          </Button>
        )}
        {state.rejected > 0 && !paused && (
          <Button disabled={busy} onClick={() => void tab.act('Trying again…', () => call('retry', id))}>
            Try again
          </Button>
        )}
      </div>

      {state.notices
        .filter(({ code }) => !SHOWN_ELSEWHERE.includes(code))
        .map(({ code, message }) => (
          <Banner key={code + message} tone={code === 'first_sync_running' ? 'info' : 'warning'}>
            {message}
          </Banner>
        ))}
      <GoneTabs tab={tab} gone={state.gone} />
      <ReplaceQuestion tab={tab} state={state} />
      <NewColumns state={state} open={() => go('columns')} />
      {replaces ? <RefusedCells state={state} /> : <Problems tab={tab} state={state} open={() => go('attention')} />}
      <nav class="menu" aria-label="More of this link">
        {waiting === 0 && !replaces && (
          <GoTo
            label="Needs your attention"
            detail={attentionWords(keysToPutRight, unfinishedRows(state))}
            onClick={() => go('attention')}
          />
        )}
        {!replaces && <GoTo label="History" detail={lately(state.lost)} onClick={() => go('history')} />}
        {!replaces && <GoTo label="Deleted rows" detail="Kept for 30 days" onClick={() => go('deleted')} />}
        <GoTo label="Columns" detail="What is synced, and what is new" onClick={() => go('columns')} />
        {!replaces && (
          <GoTo
            label="Filter and directions"
            detail="Which rows are shown, which way columns travel"
            onClick={() => go('options')}
          />
        )}
        <GoTo
          label="Settings"
          detail={replaces ? 'People, empty cells, pause' : 'Conflicts, deletes, people, pause'}
          onClick={() => go('settings')}
        />
      </nav>
      <Schedule tab={tab} state={state} />
    </>
  );
}

/** What nobody has to decide, and yet somebody has to do. */
function attentionWords(keysToPutRight: boolean, unfinished: number): string {
  if (keysToPutRight) return 'Keys that repeat or are missing';
  return unfinished > 0 ? 'New rows that are not complete' : 'Nothing';
}

/** Cells that keep a tab from replacing its table. */
function RefusedCells({ state }: Pick<ScreenProps, 'state'>) {
  if (state.problems.length === 0) return null;
  return (
    <ul class="list problems">
      {state.problems.slice(0, 20).map(({ key, message }) => (
        <li key={key + message}>
          <span class="detail">{key.replace(/^row/, 'Row')}</span>
          <p>{message}</p>
        </li>
      ))}
    </ul>
  );
}

/** Far fewer rows than the table has: a slip would empty it. */
function ReplaceQuestion({ tab, state }: Pick<ScreenProps, 'tab' | 'state'>) {
  const asked = state.notices.find(({ code }) => code === 'replace_shrunk');
  if (!asked) return null;
  return (
    <Banner tone="warning">
      {asked.message}
      <div class="buttons small">
        <Confirm
          label="Replace all the same"
          question="All rows of the table go, and the rows of this tab take their place."
          yes="Replace the table"
          disabled={tab.busy !== null}
          onYes={() => void tab.act('Replacing…', () => call('confirmReplace', state.tab.id))}
        />
      </div>
    </Banner>
  );
}

/** Columns that one side got since it was linked. */
function NewColumns({ state, open }: { state: ScreenProps['state']; open: () => void }) {
  const { newHeaders, notices } = state;
  const inTable = notices.find(({ code }) => code === 'new_columns');
  if (newHeaders.length === 0 && !inTable) return null;
  const names = newHeaders.slice(0, 3).map((header) => `“${header}”`);
  if (newHeaders.length > names.length) names.push(`${newHeaders.length - names.length} more`);
  return (
    <Banner tone="info">
      {newHeaders.length > 0 &&
        `New in the sheet: ${names.join(', ')}. ${newHeaders.length === 1 ? 'It is' : 'They are'} not synced yet. `}
      {inTable && `${inTable.message} `}
      <TextButton onClick={open}>Look at the columns</TextButton>
    </Banner>
  );
}

const DAY_MS = 86_400_000;

/** Values that gave way since yesterday. */
function lately(lost: readonly { at: string }[]): string {
  const fresh = lost.filter(({ at }) => Date.now() - Date.parse(at) < DAY_MS).length;
  return fresh === 0 ? 'What was written, and undo' : `${count(fresh, 'value')} gave way in the last 24 hours`;
}
