import { useState } from 'preact/hooks';
import type { ProblemKind } from '../../shared/protocol/problems.ts';
import type { AttentionPage, AttentionRow, Done } from '../src/rpc.ts';
import { call } from './call.ts';
import { KeyTrouble } from './key-trouble.tsx';
import type { ScreenProps } from './linked.tsx';
import { Back, Banner, Button, Confirm, Failed, Heading, Spinner } from './parts.tsx';
import { ProblemCard } from './problem-card.tsx';
import { choiceFor, KIND_NAMES, KINDS, kindTitle } from './problem-words.ts';
import { count } from './text.ts';
import { usePages } from './use-pages.ts';

/** Every row that needs a person, with what a person may say about it. */
export function Attention({ tab, state, go }: ScreenProps) {
  const id = state.tab.id;
  const [kind, setKind] = useState<ProblemKind | null>(null);
  const pages = usePages<AttentionRow, string, AttentionPage>(
    kind ?? 'all',
    (after) => call('attention', id, { ...(kind ? { kind } : {}), ...(after ? { after } : {}) }),
    (page) => page.problems,
  );
  const { first, items } = pages;
  const kinds = first ? KINDS.filter((one) => first.counts[one] > 0) : [];
  const total = kinds.reduce((sum, one) => sum + first!.counts[one], 0);
  const shown = kind ?? (kinds.length === 1 ? kinds[0]! : null);
  const paused = state.link.state === 'paused';

  const act = async (busy: string, work: () => Promise<Done>): Promise<void> => {
    await tab.act(busy, work);
    // Also after a failure: what was decided may hold although the sync after it did not get through.
    pages.again();
    // The button that was pressed may be gone: the keyboard goes on from the heading, not from nowhere.
    document.querySelector('h1')?.focus({ preventScroll: true });
  };

  return (
    <>
      <Back onClick={() => go('status')} />
      <Heading>Needs your attention</Heading>
      {paused && (
        <Banner tone="warning">The sync is paused. What you decide here needs it running: resume it first.</Banner>
      )}
      {first === null && pages.loading && <Spinner text="Reading the list…" />}
      {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
      {first && total === 0 && !pages.loading && first.duplicates.length + first.blankKeys.length === 0 && (
        <p class="all-good">Nothing needs you. Every row is in step or on its way.</p>
      )}
      {first && <KeyTrouble tab={tab} state={state} page={first} open={total === 0} />}
      {first && kinds.length > 1 && (
        <div class="chips" role="group" aria-label="Show">
          <Chip on={kind === null} onClick={() => setKind(null)} label="All" n={total} />
          {kinds.map((one) => (
            <Chip
              key={one}
              on={kind === one}
              onClick={() => setKind(one)}
              label={KIND_NAMES[one]}
              n={first.counts[one]}
            />
          ))}
        </div>
      )}
      {first && shown && first.counts[shown] > 0 && <h2>{kindTitle(shown, first.counts[shown])}</h2>}
      {first && shown && (first.counts[shown] > 1 || shown === 'removed') && !paused && (
        <Bulk kind={shown} n={first.counts[shown]} rows={items} id={id} busy={tab.busy !== null} act={act} />
      )}
      <ul class="problems cards">
        {items.map((row) => (
          <ProblemCard key={row.key} tab={tab} id={id} row={row} act={act} stopped={paused} />
        ))}
      </ul>
      {first && pages.loading && <Spinner text="Reading the list…" />}
      {pages.more && (
        <div class="buttons">
          <Button onClick={pages.more}>Show more</Button>
        </div>
      )}
    </>
  );
}

function Chip(props: { on: boolean; onClick: () => void; label: string; n: number }) {
  return (
    <button type="button" class="chip" aria-pressed={props.on} onClick={props.onClick}>
      {props.label} {props.n.toLocaleString('en-US')}
    </button>
  );
}

interface BulkProps {
  kind: ProblemKind;
  n: number;
  /** Those that are listed so far. */
  rows: readonly AttentionRow[];
  id: number;
  busy: boolean;
  act: (busy: string, work: () => Promise<Done>) => Promise<void>;
}

/** One word for all rows of a kind. */
function Bulk({ kind, n, rows, id, busy, act }: BulkProps) {
  const all = count(n, 'row');
  switch (kind) {
    case 'conflict':
      return (
        <div class="buttons">
          <Confirm
            mild
            label="Keep the sheet’s for all"
            question={`In ${all} the table’s values are replaced by the sheet’s. The history keeps them.`}
            yes="Keep the sheet’s"
            disabled={busy}
            onYes={() => void act('Deciding…', () => call('conflicts', id, { keep: 'sheet' }))}
          />
          <Confirm
            mild
            label="Keep the table’s for all"
            question={`In ${all} the sheet’s values are replaced by the table’s. The history keeps them.`}
            yes="Keep the table’s"
            disabled={busy}
            onYes={() => void act('Deciding…', () => call('conflicts', id, { keep: 'table' }))}
          />
        </div>
      );
    case 'missing':
      return (
        <div class="buttons">
          <Button
            primary
            disabled={busy}
            onClick={() => void act('Restoring…', () => call('missing', id, { decision: 'restore' }))}
          >
            Restore all
          </Button>
          <Confirm
            label="Delete all"
            question={`${all} will be deleted from the table. They can be restored for 30 days.`}
            yes={`Delete ${all}`}
            disabled={busy}
            onYes={() => void act('Deleting…', () => call('missing', id, { decision: 'delete', atMost: n }))}
          />
        </div>
      );
    case 'removed':
      return (
        <div class="buttons">
          <Confirm
            label="Delete them here"
            question={`${all} will be deleted from the sheet, with what stands in them beside the linked columns.`}
            yes={`Delete ${all}`}
            disabled={busy}
            onYes={() => void act('Deleting…', () => call('removed', id, { decision: 'remove', atMost: n }))}
          />
          <Confirm
            mild
            label="Put them back"
            question={`${all} will be put back into the table.`}
            yes={`Put back ${all}`}
            disabled={busy}
            onYes={() => void act('Putting back…', () => call('removed', id, { decision: 'restore', atMost: n }))}
          />
        </div>
      );
    case 'renamed':
      return (
        <div class="buttons">
          <Confirm
            mild
            label="Rename all"
            question={`${all} of the table get the keys that the sheet shows now.`}
            yes={`Rename ${all}`}
            disabled={busy}
            onYes={() => void act('Renaming…', () => call('renames', id, { decision: 'rename' }))}
          />
        </div>
      );
    case 'refused':
    case 'held':
      return (
        <div class="buttons">
          {!(rows.length >= n && rows.every(isToPutBack)) && (
            <Button disabled={busy} onClick={() => void act('Trying again…', () => call('retry', id))}>
              Try all again
            </Button>
          )}
          <PutBack rows={rows} id={id} busy={busy} act={act} />
        </div>
      );
    case 'unfinished':
      return null;
  }
}

function isToPutBack(row: AttentionRow): boolean {
  return choiceFor(row) === 'putBack';
}

/** Rows that one request names. */
const NAMED = 1_000;

/** Of rows that the table deleted it is a decision, on those that a person has in view: no try of all rows makes it. */
function PutBack({ rows, id, busy, act }: Pick<BulkProps, 'rows' | 'id' | 'busy' | 'act'>) {
  const keys = rows.filter(isToPutBack).map(({ key }) => key);
  if (keys.length < 2) return null;
  const these = count(Math.min(keys.length, NAMED), 'row');
  return (
    <Confirm
      mild
      label={`Put ${these} back`}
      question={`${these} of this list that the table deleted will be put back there, as they stand here.`}
      yes={`Put back ${these}`}
      disabled={busy}
      onYes={() => void act('Putting back…', () => call('retry', id, keys.slice(0, NAMED)))}
    />
  );
}
