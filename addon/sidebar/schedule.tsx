import { call } from './call.ts';
import { Banner, Button, Section } from './parts.tsx';
import type { Linked } from './linked.tsx';
import { ago, every } from './text.ts';
import type { Tab } from './use-tab.ts';

/** Whether syncing goes on when nobody looks. */
export function Schedule({ tab, state }: { tab: Tab; state: Linked }) {
  const { schedule } = state;
  const busy = tab.busy !== null;
  const trouble = troubleOf(schedule, state.link.replaces === true);
  return (
    <Section title="Syncing by itself">
      {trouble ? <Banner tone="warning">{trouble}</Banner> : <p>{runningOf(schedule, state.link.replaces === true)}</p>}
      {schedule.last && schedule.last.outcome === 'failed' && (
        <Banner tone="warning">The last run did not get through: {schedule.last.message}</Banner>
      )}
      {(trouble !== null || !schedule.ownedByMe) && (
        <div class="buttons">
          <Button
            primary={trouble !== null && state.link.state === 'active'}
            disabled={busy}
            onClick={() => void tab.act('Setting up…', () => call('repairTriggers', state.tab.id))}
          >
            {schedule.health === 'off' ? 'Set up' : trouble !== null ? 'Repair triggers' : 'Take over'}
          </Button>
        </div>
      )}
    </Section>
  );
}

function troubleOf(
  { health, everyMinutes, owner, ownedByMe, last }: Linked['schedule'],
  replaces: boolean,
): string | null {
  switch (health) {
    case 'running':
      return null;
    case 'off':
      return 'Not set up: this tab syncs only when somebody presses “Sync now”.';
    case 'broken':
      return `A trigger is gone, perhaps because access was withdrawn. ${replaces ? 'The table may be replaced late' : 'Edits may reach the table late'}.`;
    case 'late': {
      const seen = last ? `The last run was ${ago(last.at, Date.now())}` : 'No run has been seen';
      const planned = everyMinutes === null ? '' : `, though it should run ${every(everyMinutes)}`;
      const who = ownedByMe || owner === null ? '' : ` It runs as ${owner}.`;
      return `${seen}${planned}.${who}`;
    }
  }
}

function runningOf({ everyMinutes, owner, ownedByMe, putOff }: Linked['schedule'], replaces: boolean): string {
  const often =
    everyMinutes === null
      ? ''
      : putOff
        ? 'Runs come less often for now: they take long, and Google grants only so many minutes a day. What is changed waits for the next run; “Sync now” does not wait.'
        : replaces
          ? `The tab is looked at ${every(everyMinutes)}, and the table replaced where it has changed.`
          : `Edits are sent at once; both sides are compared ${every(everyMinutes)}.`;
  const hourly =
    everyMinutes !== null && everyMinutes >= 60 ? ' Google lets this kind of add-on run no more often.' : '';
  const who = ownedByMe ? ' Runs as you.' : owner ? ` Runs as ${owner}.` : '';
  return often + hourly + who;
}
