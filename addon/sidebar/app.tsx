import { Connect } from './connect.tsx';
import { LinkedTab } from './linked.tsx';
import { Banner, Failed, FailureBanner, Heading, Spinner } from './parts.tsx';
import { Preview } from './preview.tsx';
import { Stray } from './stray.tsx';
import { useTab, type Tab } from './use-tab.ts';

export function App() {
  const tab = useTab();
  return (
    <main aria-busy={tab.busy !== null}>
      <div>
        <Screen tab={tab} />
      </div>
      <div aria-live="polite" class="foot">
        {tab.busy !== null && tab.state !== null && <Spinner text={tab.busy} />}
        {tab.busy === null && tab.said !== null && <p class="said">{tab.said}</p>}
      </div>
    </main>
  );
}

function Screen({ tab }: { tab: Tab }) {
  const { state, failure, busy } = tab;
  if (state === null) {
    if (failure === null) return <Spinner text={busy ?? 'Loading…'} />;
    return (
      <>
        <Heading>Not connected</Heading>
        <Failed failure={failure} again={tab.look} disabled={busy !== null} />
      </>
    );
  }
  return (
    <>
      {failure !== null && <FailureBanner failure={failure} />}
      {failure === null && tab.outdated !== null && (
        <Banner tone="warning">This is perhaps no longer so: looking again fails. {tab.outdated.message}</Banner>
      )}
      <Body tab={tab} />
    </>
  );
}

function Body({ tab }: { tab: Tab }) {
  const state = tab.state!;
  // Keyed by tab: what was chosen for one must not show for another.
  const key = `${state.kind}:${state.tab.id}`;
  switch (state.kind) {
    case 'unlinked':
      return <Connect key={key} tab={tab} state={state} />;
    case 'copy':
    case 'orphaned':
      return <Stray key={key} tab={tab} state={state} />;
    case 'linked':
      return state.link.state === 'preview' ? (
        <Preview key={key} tab={tab} state={state} />
      ) : (
        <LinkedTab key={key} tab={tab} state={state} />
      );
  }
}
