import type { TabState } from '../src/rpc.ts';
import { call } from './call.ts';
import { Banner, Button, Confirm, Heading } from './parts.tsx';
import type { Tab } from './use-tab.ts';

/** A tab whose link is not its own, or is gone. Nothing syncs here until a person says what it is. */
export function Stray({ tab, state }: { tab: Tab; state: Extract<TabState, { kind: 'copy' | 'orphaned' }> }) {
  const busy = tab.busy !== null;
  const id = state.tab.id;
  if (state.kind === 'copy') {
    return (
      <>
        <Heading>This is a copy</Heading>
        <p>
          “{state.tab.name}” was copied from a tab that is linked to a table. The copy is not linked: nothing you change
          here reaches the table, and the original goes on as before.
        </p>
        <p>Disconnect the copy if you want to link it to a table of its own.</p>
        <div class="buttons">
          <Button
            primary
            disabled={busy}
            onClick={() => void tab.act('Disconnecting…', () => call('disconnectCopy', id))}
          >
            Disconnect this copy
          </Button>
        </div>
      </>
    );
  }
  const { email, known, mayForget } = state;
  return (
    <>
      <Heading>No link to show you</Heading>
      <Banner tone="warning">
        “{state.tab.name}” is marked as linked to a table, but the server shows you no link of it: either it is not
        shared with you, or it was removed. Your data is untouched.
      </Banner>
      <p>
        Ask whoever linked the tab to add {email ?? 'your address'} under Settings here, or ask your Tandem admin.
        {mayForget && ' If the link was removed on purpose, remove it here too.'}
      </p>
      <div class="buttons">
        <Button primary disabled={busy} onClick={tab.look}>
          Look again
        </Button>
        {mayForget && (
          <Confirm
            label="Remove here too"
            question="Tandem forgets this link. Sheet and table keep their contents. If others still use it, it stops syncing for them until one of them opens Tandem here."
            yes="Remove"
            disabled={busy}
            onYes={() => void tab.act('Removing…', () => call(known ? 'unlink' : 'forget', id))}
          />
        )}
      </div>
    </>
  );
}
