import { showKey } from '../../shared/row-key.ts';
import type { Problem } from '../src/rpc.ts';
import { CellButton } from './cell-button.tsx';
import type { Linked } from './linked.tsx';
import { Button, Section } from './parts.tsx';
import { count } from './text.ts';
import type { Tab } from './use-tab.ts';

const SHOWN = 3;

/** Rows that need a person. */
export function attentionCount({ rejected, held, missing, removed, renamed }: Linked): number {
  return rejected + held + missing + removed + renamed;
}

/** The first few rows that need a person, with the cell and the reason, and the way to all of them. */
export function Problems({ tab, state, open }: { tab: Tab; state: Linked; open: () => void }) {
  const total = attentionCount(state);
  // Rows that went together are counted, and decided together: one by one they would hide the rest.
  const shown = state.problems.filter(({ code }) => code !== 'missing' && code !== 'removed').slice(0, SHOWN);
  if (total === 0 && shown.length === 0) return null;
  return (
    <Section title={total === 0 ? 'Not in the table yet' : 'Needs your attention'}>
      {state.missing > 0 && <p class="missing">{count(state.missing, 'row')} missing from the sheet</p>}
      {state.removed > 0 && <p class="missing">{count(state.removed, 'row')} deleted in the table at once</p>}
      <ul class="problems">
        {shown.map((problem) => (
          <li key={`${problem.key}:${problem.header ?? ''}`}>
            <Where tab={tab} id={state.tab.id} problem={problem} />
            <p>{problem.message}</p>
          </li>
        ))}
      </ul>
      {total > 0 && (
        <div class="buttons">
          <Button onClick={open}>{total === 1 ? 'Look and decide' : `See all ${total.toLocaleString('en-US')}`}</Button>
        </div>
      )}
    </Section>
  );
}

function Where({ tab, id, problem }: { tab: Tab; id: number; problem: Problem }) {
  const { cell, header } = problem;
  return (
    <div class="where">
      {cell && <CellButton tab={tab} id={id} cell={cell} />}
      <span>
        {showKey(problem.key)}
        {header ? `, ${header}` : ''}
      </span>
    </div>
  );
}
