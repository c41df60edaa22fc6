import type { Notice } from '../../shared/protocol/notice.ts';
import type { TabState } from '../src/rpc.ts';
import { call } from './call.ts';
import { headline } from './headline.ts';
import { Banner, Button, Confirm, Heading, Section } from './parts.tsx';
import { LostValues, Problems } from './problems.tsx';
import { Schedule } from './schedule.tsx';
import { ago, count } from './text.ts';
import type { Tab } from './use-tab.ts';

export type Linked = Extract<TabState, { kind: 'linked' }>;

/** Notices that this screen already shows in words and buttons of its own. */
const SHOWN_ELSEWHERE: readonly Notice['code'][] = ['preview', 'rows_missing', 'rows_held', 'rows_rejected', 'paused'];

export function Status({ tab, state }: { tab: Tab; state: Linked }) {
  const id = state.tab.id;
  const busy = tab.busy !== null;
  const { tone, title, detail } = headline(state);
  const { schema, table, columns } = state.link;
  const paused = state.link.state === 'paused';
  const refused = state.rejected + state.held;
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
        {state.lastSync ? `Last sync ${ago(state.lastSync, Date.now())}` : 'Not synced yet'}
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
        {refused > 0 && !paused && (
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
      {state.missing > 0 && <Missing tab={tab} id={id} missing={state.missing} />}
      <Problems tab={tab} state={state} />
      <LostValues lost={state.lost} />
      <Schedule tab={tab} state={state} />
      <Section title="This link">
        <div class="buttons">
          {!paused && (
            <Button disabled={busy} onClick={() => void tab.act('Pausing…', () => call('pause', id))}>
              Pause
            </Button>
          )}
          <Confirm
            label="Remove the link"
            question="Sheet and table keep their contents, but stop following each other. History that can be restored goes with the link."
            yes="Remove the link"
            disabled={busy}
            onYes={() => void tab.act('Removing…', () => call('unlink', id))}
          />
        </div>
      </Section>
    </>
  );
}

function Missing({ tab, id, missing }: { tab: Tab; id: number; missing: number }) {
  const busy = tab.busy !== null;
  const rows = count(missing, 'row');
  const them = missing === 1 ? 'it' : 'them';
  return (
    <Section title={`${rows} missing from the sheet`}>
      <p>
        {missing === 1 ? 'It is' : 'They are'} still in the table. Bring {them} back into the sheet, or delete {them}{' '}
        from the table too?
      </p>
      <div class="buttons">
        <Button
          primary
          disabled={busy}
          onClick={() => void tab.act('Restoring…', () => call('missing', id, 'restore'))}
        >
          Restore
        </Button>
        <Confirm
          label="Delete"
          question={`${rows} will be deleted from the table.`}
          yes={`Delete ${rows}`}
          disabled={busy}
          onYes={() => void tab.act('Deleting…', () => call('missing', id, 'delete'))}
        />
      </div>
    </Section>
  );
}
