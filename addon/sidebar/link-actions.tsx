import { call } from './call.ts';
import type { Linked } from './linked.tsx';
import { Button, Confirm, Section } from './parts.tsx';
import type { Tab } from './use-tab.ts';

/** What is done with the link as a whole. */
export function LinkActions(props: {
  tab: Tab;
  state: Linked;
  /** Something was typed above, and not saved: each of these leads away from it. */
  unsaved: boolean;
  done: () => void;
}) {
  const { tab, state, unsaved, done } = props;
  const id = state.tab.id;
  const busy = tab.busy !== null;
  const paused = state.link.state === 'paused';
  const { replaces } = state.link;
  const act = async (what: string, work: Parameters<Tab['act']>[1]): Promise<void> => {
    if (await tab.act(what, work)) done();
  };
  return (
    <Section title="This link">
      <div class="buttons">
        {paused ? (
          <Button disabled={busy || unsaved} onClick={() => void act('Resuming…', () => call('resume', id))}>
            Resume
          </Button>
        ) : (
          <Button disabled={busy || unsaved} onClick={() => void act('Pausing…', () => call('pause', id))}>
            Pause
          </Button>
        )}
        {!paused && !replaces && (
          <Button disabled={busy || unsaved} onClick={() => void act('Comparing the table…', () => call('audit', id))}>
            Compare everything
          </Button>
        )}
      </div>
      <p class="hint">
        {unsaved && 'Save or discard your changes above first. '}
        {replaces
          ? paused
            ? 'The table keeps what it has until you resume.'
            : 'While paused, the table keeps what it has, whatever is typed here.'
          : paused
            ? 'Changes on both sides are still noticed; they are sent once you resume.'
            : '“Compare everything” also finds changes of the table that were made with its triggers off. It happens by itself once an hour.'}
      </p>
      {state.mayChange && (
        <Confirm
          label="Remove the link"
          question={
            replaces
              ? 'Sheet and table keep their contents. The table is not replaced any more.'
              : 'Sheet and table keep their contents, but stop following each other. The history, and deleted rows that could be restored, go with the link.'
          }
          yes="Remove the link"
          disabled={busy}
          onYes={() => void tab.act('Removing…', () => call('unlink', id))}
        />
      )}
    </Section>
  );
}
