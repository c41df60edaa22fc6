import { useEffect, useState } from 'preact/hooks';
import type { TableInfo } from '../../shared/protocol/links.ts';
import type { TabState } from '../src/rpc.ts';
import { ChooseTable } from './choose-table.tsx';
import { GoneTabs } from './gone-tabs.tsx';
import { MakeSheet } from './make-sheet.tsx';
import { MapColumns } from './map-columns.tsx';
import { NewTable } from './new-table.tsx';
import { Banner, Button, Heading } from './parts.tsx';
import { count } from './text.ts';
import type { Tab } from './use-tab.ts';

export type Unlinked = Extract<TabState, { kind: 'unlinked' }>;

type Step =
  | { at: 'start' }
  | { at: 'new' }
  /** Choosing a table to link this tab to, or to make a sheet from. */
  | { at: 'tables'; to: 'map' | 'make' }
  | { at: 'map' | 'make'; table: TableInfo };

/** From a tab without a link to a link in preview. */
export function Connect({ tab, state }: { tab: Tab; state: Unlinked }) {
  const [step, go] = useState<Step>({ at: 'start' });
  const { hold } = tab;
  useEffect(() => {
    hold(step.at !== 'start');
    return () => hold(false);
  }, [hold, step.at]);
  const back = (): void => go({ at: 'start' });
  switch (step.at) {
    case 'start':
      return <Start tab={tab} state={state} go={go} />;
    case 'new':
      return <NewTable tab={tab} state={state} back={back} />;
    case 'tables':
      return (
        <ChooseTable
          tab={tab}
          replacing={step.to === 'map'}
          back={back}
          choose={(table) => go({ at: step.to, table })}
        />
      );
    case 'map':
      return <MapColumns tab={tab} state={state} table={step.table} back={() => go({ at: 'tables', to: 'map' })} />;
    case 'make':
      return <MakeSheet tab={tab} state={state} table={step.table} back={() => go({ at: 'tables', to: 'make' })} />;
  }
}

function Start({ tab, state, go }: { tab: Tab; state: Unlinked; go: (step: Step) => void }) {
  const headers = state.headers.filter((header) => header.trim() !== '');
  const busy = tab.busy !== null;
  if (!state.admin) {
    return (
      <>
        <Heading>Not linked yet</Heading>
        <p>
          “{state.tab.name}” is not linked to a table. Linking needs a Tandem admin
          {state.email ? `, and ${state.email} is not one` : ''}.
        </p>
        <p>
          Ask the person who runs Tandem in your organisation to link this tab, or to add your address to the admins.
        </p>
        <GoneTabs tab={tab} gone={state.gone} />
        <div class="buttons">
          <Button primary disabled={busy} onClick={tab.look}>
            Look again
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Heading>Link “{state.tab.name}”</Heading>
      <p>
        Tandem keeps this tab and a table of your database in step: edits on either side reach the other, and none is
        lost without a word.
      </p>
      <GoneTabs tab={tab} gone={state.gone} />
      {headers.length === 0 ? (
        <>
          <Banner tone="warning">
            Row 1 of this tab has no headers. Type a name above each column, then look again. Or let a table of the
            database fill {state.rows === 0 ? 'this tab' : 'a new tab'}.
          </Banner>
          <div class="buttons column">
            <Button primary disabled={busy} onClick={tab.look}>
              Look again
            </Button>
            <Button disabled={busy} onClick={() => go({ at: 'tables', to: 'make' })}>
              Make a sheet from a table
            </Button>
          </div>
        </>
      ) : (
        <>
          <p class="facts">
            {count(headers.length, 'column')} and {count(state.rows, 'row')} in this tab
          </p>
          <div class="buttons column">
            <Button primary disabled={busy} onClick={() => go({ at: 'new' })}>
              Create a table from this tab
            </Button>
            <Button disabled={busy} onClick={() => go({ at: 'tables', to: 'map' })}>
              Link to an existing table
            </Button>
            <Button disabled={busy} onClick={() => go({ at: 'tables', to: 'make' })}>
              Make a sheet from a table
            </Button>
          </div>
          <p class="hint">Nothing is written before you have seen what the first sync would do.</p>
        </>
      )}
    </>
  );
}
