import { cellHash } from '../../shared/digest.ts';
import type { ProblemCell } from '../../shared/protocol/problems.ts';
import { showKey } from '../../shared/row-key.ts';
import type { AttentionRow, Done } from '../src/rpc.ts';
import { call } from './call.ts';
import { CellButton } from './cell-button.tsx';
import { Button, Confirm } from './parts.tsx';
import { choiceFor, reasonsOf } from './problem-words.ts';
import { shortCell } from './text.ts';
import type { Tab } from './use-tab.ts';

/** Longest value shown whole. */
const VALUE_CHARS = 200;

interface CardProps {
  tab: Tab;
  id: number;
  row: AttentionRow;
  act: (busy: string, work: () => Promise<Done>) => Promise<void>;
  /** The link is paused: nothing can be decided. */
  stopped: boolean;
}

/** One row that needs a person: which, why, and the buttons that settle it. */
export function ProblemCard(props: CardProps) {
  const { tab, id, row } = props;
  const values = row.values.map(({ value }) => shortCell(value, 30)).join(' · ');
  const conflicts = row.cells.filter(({ code }) => code === 'conflict');
  return (
    <li>
      <div class="where">
        {row.cell && <CellButton tab={tab} id={id} cell={row.cell} />}
        <span>{showKey(row.key)}</span>
      </div>
      {row.kind === 'missing' && values !== '' && <p class="detail">{values}</p>}
      {reasonsOf(row).map(({ cell, header, message }) => (
        <p key={message}>
          {cell && cell !== row.cell && (
            <>
              <CellButton tab={tab} id={id} cell={cell} />{' '}
            </>
          )}
          {!cell && header ? `${header}: ` : ''}
          {message}
        </p>
      ))}
      {conflicts.map((cell) => (
        <Conflict key={cell.column} {...props} cell={cell} />
      ))}
      {!props.stopped && <Choices {...props} />}
    </li>
  );
}

/** Both values side by side, and which one stays. */
function Conflict({ tab, id, row, act, stopped, cell }: CardProps & { cell: ProblemCell }) {
  const busy = tab.busy !== null;
  const { column, header, sheet, table, decided } = cell;
  // The word is on the two values that stand here, and on no others.
  const seen = table === undefined ? {} : { seen: { sheet: cellHash(sheet), table: cellHash(table) } };
  const decide = (keep: 'sheet' | 'table') =>
    void act('Deciding…', () => call('conflicts', id, { keep, keys: [row.key], column, ...seen }));
  const where = `${header} of ${showKey(row.key)}`;
  return (
    <div class="conflict" role="group" aria-label={`${where} was changed on both sides`}>
      <p class="name">{header}</p>
      <dl class="sides">
        <div>
          <dt>Sheet</dt>
          <dd>{shortCell(sheet, VALUE_CHARS)}</dd>
        </div>
        <div>
          <dt>Table</dt>
          <dd>{table === undefined ? 'not known' : shortCell(table, VALUE_CHARS)}</dd>
        </div>
      </dl>
      {decided && <p class="hint">Decided: the {decided}’s stays. The next sync carries it out.</p>}
      {!stopped && !decided && (
        <div class="buttons">
          <Button disabled={busy} onClick={() => decide('sheet')} label={`Keep the sheet’s ${where}`}>
            Keep the sheet’s
          </Button>
          <Button disabled={busy} onClick={() => decide('table')} label={`Keep the table’s ${where}`}>
            Keep the table’s
          </Button>
        </div>
      )}
    </div>
  );
}

function Choices({ tab, id, row, act }: CardProps) {
  const busy = tab.busy !== null;
  const key = showKey(row.key);
  const keys = [row.key];
  switch (choiceFor(row)) {
    case 'missing':
      return (
        <div class="buttons">
          <Button
            disabled={busy}
            label={`Restore ${key}`}
            onClick={() => void act('Restoring…', () => call('missing', id, { decision: 'restore', keys }))}
          >
            Restore
          </Button>
          <Confirm
            label="Delete"
            question={`Row ${key} will be deleted from the table. It can be restored for 30 days.`}
            yes="Delete the row"
            disabled={busy}
            onYes={() => void act('Deleting…', () => call('missing', id, { decision: 'delete', keys }))}
          />
        </div>
      );
    case 'rename':
      return (
        <div class="buttons">
          <Button
            primary
            disabled={busy}
            onClick={() => void act('Renaming…', () => call('renames', id, { decision: 'rename', keys }))}
          >
            Rename it
          </Button>
          <Button
            disabled={busy}
            onClick={() => void act('Adding…', () => call('renames', id, { decision: 'separate', keys }))}
          >
            It is a new row
          </Button>
          <Button
            disabled={busy}
            onClick={() => void act('Putting the key back…', () => call('renames', id, { decision: 'undo', keys }))}
          >
            Put the old key back
          </Button>
        </div>
      );
    case 'restore':
      return (
        <div class="buttons">
          <Button
            disabled={busy}
            label={`Restore ${key}`}
            onClick={() => void act('Restoring…', () => call('restore', id, keys))}
          >
            Restore in the table
          </Button>
        </div>
      );
    case 'retry':
    case 'putBack': {
      const putBack = choiceFor(row) === 'putBack';
      return (
        <div class="buttons">
          <Button
            disabled={busy}
            label={`${putBack ? 'Put back into the table' : 'Try again'}: ${key}`}
            onClick={() => void act('Trying again…', () => call('retry', id, keys))}
          >
            {putBack ? 'Put back into the table' : 'Try again'}
          </Button>
        </div>
      );
    }
    case 'keep':
    case 'none':
      return null;
  }
}
