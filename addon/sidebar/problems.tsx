import type { Lost, Problem } from '../src/rpc.ts';
import { call } from './call.ts';
import { Section, TextButton } from './parts.tsx';
import type { Linked } from './status.tsx';
import { ago, shortCell, showKey } from './text.ts';
import type { Tab } from './use-tab.ts';

const SHOWN = 10;

/** Rows that need a person, with the cell and the reason in plain words. */
export function Problems({ tab, state }: { tab: Tab; state: Linked }) {
  const { problems } = state;
  if (problems.length === 0) return null;
  const total = state.rejected + state.held;
  return (
    <Section title="Needs your attention">
      <ul class="problems">
        {problems.slice(0, SHOWN).map((problem) => (
          <li key={`${problem.key}:${problem.header ?? ''}`}>
            <Where tab={tab} id={state.tab.id} problem={problem} />
            <p>{problem.message}</p>
          </li>
        ))}
      </ul>
      {total > SHOWN && <p class="hint">And {total - SHOWN} more: their cells carry a note.</p>}
    </Section>
  );
}

function Where({ tab, id, problem }: { tab: Tab; id: number; problem: Problem }) {
  const { cell, header } = problem;
  const show = (name: string): void => {
    // Selecting a cell changes nothing here: no need to wait for it.
    call('showCell', id, name).catch((error: unknown) => void tab.act('Looking…', () => Promise.reject(error)));
  };
  return (
    <div class="where">
      {cell && <TextButton onClick={() => show(cell)}>{cell}</TextButton>}
      <span>
        {showKey(problem.key)}
        {header ? `, ${header}` : ''}
      </span>
    </div>
  );
}

/** Values that lost against the other side's, with what stands there now. */
export function LostValues({ lost }: { lost: readonly Lost[] }) {
  if (lost.length === 0) return null;
  const now = Date.now();
  return (
    <details class="section">
      <summary>Values that were replaced ({lost.length})</summary>
      <p class="hint">Both sides had changed the same cell. This is what lost.</p>
      <ul class="problems">
        {lost.map((entry, index) => (
          <li key={index}>
            <div class="where">
              <span>
                {showKey(entry.key)}
                {entry.header ? `, ${entry.header}` : ''}
              </span>
            </div>
            <p>
              <del>{shortCell(entry.before)}</del> {entry.side === 'sheet' ? '(sheet)' : '(table)'} became{' '}
              <b>{shortCell(entry.after)}</b>, {ago(entry.at, now)}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
