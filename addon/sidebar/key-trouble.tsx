import { cellName } from '../../shared/a1.ts';
import { TOLD_BLANK_KEYS } from '../../shared/limits.ts';
import { showKey } from '../../shared/row-key.ts';
import type { AttentionPage } from '../src/rpc.ts';
import { CellButton } from './cell-button.tsx';
import type { Linked } from './linked.tsx';
import { count } from './text.ts';
import type { Tab } from './use-tab.ts';

const SHOWN = 10;

/** Rows that cannot be told apart: keys that stand twice, and rows without one. Put right in the sheet alone. */
export function KeyTrouble({
  tab,
  state,
  page,
  open,
}: {
  tab: Tab;
  state: Linked;
  page: AttentionPage;
  open: boolean;
}) {
  const { duplicates, blankKeys, keyCounts } = page;
  const id = state.tab.id;
  if (duplicates.length + blankKeys.length === 0) return null;
  const first = (row: number) => <CellButton tab={tab} id={id} cell={cellName(row, page.keyPosition)} />;
  return (
    <details class="keys" open={open}>
      <summary>Keys to put right</summary>
      {duplicates.length > 0 && (
        <>
          <h2>{count(keyCounts.duplicates, 'key')} used more than once</h2>
          <p class="hint">Give each row a key of its own; it is synced by itself then.</p>
          <ul class="problems">
            {duplicates.slice(0, SHOWN).map(({ key, rows, original }) => (
              <li key={key}>
                <div class="where">
                  <span>{showKey(key)}</span>
                </div>
                <p>
                  In {rows.slice(0, 6).map((row, index) => [index > 0 ? ', ' : '', first(row)])}
                  {rows.length > 6 ? ` and ${rows.length - 6} more` : ''}.{' '}
                  {original === null
                    ? 'None of them is synced.'
                    : `Row ${original} goes on syncing, the others do not.`}
                </p>
              </li>
            ))}
          </ul>
          <More of={keyCounts.duplicates} />
        </>
      )}
      {blankKeys.length > 0 && (
        <>
          <h2>
            {keyCounts.blankKeys < TOLD_BLANK_KEYS ? '' : 'At least '}
            {count(keyCounts.blankKeys, 'row')} without a usable key
          </h2>
          <p class="hint">Fill in the key; the row is synced by itself then.</p>
          <ul class="problems">
            {blankKeys.slice(0, SHOWN).map(({ row, reason }) => (
              <li key={row}>
                <p>
                  {first(row)} {reason}
                </p>
              </li>
            ))}
          </ul>
          <More of={keyCounts.blankKeys} />
        </>
      )}
    </details>
  );
}

function More({ of }: { of: number }) {
  return of > SHOWN ? <p class="hint">And {(of - SHOWN).toLocaleString('en-US')} more.</p> : null;
}
