import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PlanInfo } from '../../shared/protocol/links.ts';
import type { TabState } from '../src/rpc.ts';
import { call } from './call.ts';
import { ColumnOptions } from './column-options.tsx';
import { Banner, Button, Confirm, Heading, TextButton } from './parts.tsx';
import { Samples } from './samples.tsx';
import { count } from './text.ts';
import type { Tab } from './use-tab.ts';

type Linked = Extract<TabState, { kind: 'linked' }>;
type Winner = 'sheet' | 'table';

/** A sheet too large for one run is staged in several. */
const MAX_RUNS = 50;

/** What the first sync would do, and the choice of who wins. Nothing has been written yet. */
export function Preview({ tab, state }: { tab: Tab; state: Linked }) {
  const id = state.tab.id;
  const { act, hold } = tab;
  const [plan, setPlan] = useState<PlanInfo | null>(null);
  const [winner, setWinner] = useState<Winner | null>(null);
  const [options, showOptions] = useState(false);
  const busy = tab.busy !== null;

  const compare = useCallback(() => {
    void act('Comparing sheet and table…', async () => {
      for (let runs = 1; runs <= MAX_RUNS; runs++) {
        const found = await call('preview', id);
        setPlan(found);
        if (found.complete) break;
      }
      return null;
    });
  }, [act, id]);

  useEffect(() => {
    hold(true);
    compare();
    return () => hold(false);
  }, [compare, hold]);

  const start = (): void => {
    const choice = winner ?? 'table';
    void act('First sync…', () => call('start', id, { winner: choice }));
  };

  if (options) {
    const back = () => {
      showOptions(false);
      compare();
    };
    return <ColumnOptions tab={tab} state={state} back={back} />;
  }
  const { schema, table, replaces } = state.link;
  return (
    <>
      <Heading>First sync</Heading>
      <p>
        What it takes to bring “{state.tab.name}” and the table{' '}
        <b>{schema === 'public' ? table : `${schema}.${table}`}</b> in step. Nothing has been written yet.
      </p>
      {plan && (plan.replace ? <Replacing plan={plan} replace={plan.replace} /> : <Counts plan={plan} />)}
      {plan && !plan.complete && !busy && (
        <Banner tone="warning">The comparison is not finished. Compare again to go on.</Banner>
      )}
      {plan && plan.different > 0 && (
        <fieldset>
          <legend>Where rows differ, which side wins?</legend>
          <WinnerChoice value="sheet" label="The sheet" chosen={winner} choose={setWinner} disabled={busy} />
          <WinnerChoice value="table" label="The table" chosen={winner} choose={setWinner} disabled={busy} />
          <p class="hint">The values that lose are kept in the history.</p>
        </fieldset>
      )}
      {plan && <Samples plan={plan} />}
      {(plan !== null || !busy) && (
        <div class="buttons sticky">
          <Button
            primary
            disabled={
              busy ||
              !plan?.complete ||
              (plan.different > 0 && winner === null) ||
              (plan.replace?.refused.length ?? 0) > 0
            }
            onClick={start}
          >
            Start syncing
          </Button>
          <Button disabled={busy} onClick={compare}>
            Compare again
          </Button>
        </div>
      )}
      {!replaces && state.mayChange && (
        <p>
          <TextButton disabled={busy} onClick={() => showOptions(true)}>
            Filter and directions
          </TextButton>
        </p>
      )}
      <Confirm
        label="Cancel and remove the link"
        question="The link is removed. Sheet and table stay as they are."
        yes="Remove the link"
        disabled={busy}
        onYes={() => void act('Removing…', () => call('unlink', id))}
      />
    </>
  );
}

/** What a tab that replaces its table would do. */
function Replacing({ plan, replace }: { plan: PlanInfo; replace: NonNullable<PlanInfo['replace']> }) {
  return (
    <>
      <p>
        {replace.before === 0 ? 'The table is empty.' : `${count(replace.before, 'row')} of the table will go.`}{' '}
        {count(plan.insertIntoTable, 'row')} of this tab will take their place.
      </p>
      {replace.refused.length > 0 && (
        <>
          <Banner tone="warning">
            {count(plan.unusable, 'cell')} {plan.unusable === 1 ? 'does' : 'do'} not fit the table. Correct{' '}
            {plan.unusable === 1 ? 'it' : 'them'}, then compare again.
          </Banner>
          <ul class="list problems">
            {replace.refused.slice(0, 20).map(({ row, message }) => (
              <li key={`${row}${message}`}>
                <span class="detail">Row {row}</span>
                <p>{message}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Counts({ plan }: { plan: PlanInfo }) {
  const lines: [number, string][] = [
    [plan.equal, 'are the same on both sides'],
    [plan.insertIntoTable, 'will be added to the table'],
    [plan.insertIntoSheet, 'will be added to the sheet'],
    [plan.different, 'differ'],
    [plan.leaving ?? 0, 'are outside the filter and will leave the sheet'],
    [plan.unusable, 'cannot be used: no key, or a key that repeats'],
  ];
  const shown = lines.filter(([n]) => n > 0);
  if (shown.length === 0) return <p>Both sides are empty. New rows on either side will reach the other.</p>;
  return (
    <dl class="counts">
      {shown.map(([n, what]) => (
        <div key={what}>
          <dt>{n.toLocaleString('en-US')}</dt>
          <dd>
            {count(n, 'row').replace(/^\S+ /, '')} {n === 1 ? singular(what) : what}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function singular(what: string): string {
  return what.replace(/^are /, 'is ').replace(/^differ$/, 'differs');
}

function WinnerChoice(props: {
  value: Winner;
  label: string;
  chosen: Winner | null;
  choose: (winner: Winner) => void;
  disabled: boolean;
}) {
  return (
    <label class="choice">
      <input
        type="radio"
        name="winner"
        checked={props.chosen === props.value}
        disabled={props.disabled}
        onChange={() => props.choose(props.value)}
      />
      {props.label}
    </label>
  );
}
