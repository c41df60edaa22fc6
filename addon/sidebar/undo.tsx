import type { UndoPreview } from '../../shared/protocol/journal.ts';
import type { UndoRequest } from '../../shared/protocol/links.ts';
import { showKey } from '../../shared/row-key.ts';
import { call } from './call.ts';
import { Back, Banner, Button, Heading, WhenLoaded } from './parts.tsx';
import { count, shortCell } from './text.ts';
import { useLoad } from './use-load.ts';
import type { Tab } from './use-tab.ts';

const SHOWN = 20;

interface UndoProps {
  tab: Tab;
  id: number;
  what: UndoRequest;
  title: string;
  stopped: boolean;
  /** Leaves the screen; told whether something was taken back. */
  back: (changed: boolean) => void;
}

/** What an undo would do, and what it would leave and why, before it is done. */
export function UndoScreen({ tab, id, what, title, stopped, back }: UndoProps) {
  const { loaded, again } = useLoad(() => call('undoPreview', id, what));
  const busy = tab.busy !== null;
  const undo = async (): Promise<void> => {
    if (await tab.act('Undoing…', () => call('undo', id, what))) back(true);
  };
  return (
    <>
      <Back onClick={() => back(false)} />
      <Heading>{title}</Heading>
      {stopped && <Banner tone="warning">The sync is paused. Resume it before you undo something.</Banner>}
      <WhenLoaded loaded={loaded} again={again} text="Looking what can be taken back…" label="Look again">
        {(preview) => (
          <>
            <Changes preview={preview} />
            <Left preview={preview} />
            <div class="buttons sticky">
              <Button
                primary
                disabled={busy || stopped || (preview.undone === 0 && preview.left === 0)}
                onClick={() => void undo()}
              >
                {undoLabel(preview)}
              </Button>
              <Button disabled={busy} onClick={() => back(false)}>
                Cancel
              </Button>
            </div>
          </>
        )}
      </WhenLoaded>
    </>
  );
}

function undoLabel({ undone, left }: UndoPreview): string {
  if (left > 0) return 'Undo all of it';
  return undone > 1 ? `Undo ${count(undone, 'change')}` : 'Undo';
}

function Changes({ preview }: { preview: UndoPreview }) {
  const { changes, undone, already, left } = preview;
  if (undone === 0 && left === 0) {
    return (
      <Banner tone="info">
        {already > 0 ? 'Nothing to do: it stands so already.' : 'Nothing of this can be taken back. Below is why.'}
      </Banner>
    );
  }
  return (
    <>
      <p>This is written to the table, and the sheet follows. It can be undone in turn.</p>
      {left > 0 && (
        <p>
          {`There is too much of it to try it all. The newest ${count(undone, 'change')} can be taken back, among them these; ${left.toLocaleString('en-US')} more were not tried yet.`}
        </p>
      )}
      <ul class="problems">
        {changes.slice(0, SHOWN).map(({ op, key, header, before, after }, index) => (
          <li key={index}>
            <div class="where">
              <span>
                {showKey(key)}
                {header ? `, ${header}` : ''}
              </span>
            </div>
            {op === 'update' ? (
              <p>
                <del>{shortCell(before)}</del> <span aria-label="becomes">→</span> <b>{shortCell(after)}</b>
              </p>
            ) : (
              <p>
                {op === 'insert' ? 'The row comes back.' : 'The row is deleted again. It can be restored for 30 days.'}
              </p>
            )}
          </li>
        ))}
      </ul>
      {undone > SHOWN && left === 0 && (
        <p class="hint">And {(undone - Math.min(SHOWN, changes.length)).toLocaleString('en-US')} more.</p>
      )}
    </>
  );
}

function Left({ preview: { refused } }: { preview: UndoPreview }) {
  if (refused.length === 0) return null;
  return (
    <>
      <h2>
        {refused.length === 1 ? 'One change stays as it is' : `${count(refused.length, 'change')} stay as they are`}
      </h2>
      <ul class="problems">
        {refused.slice(0, SHOWN).map(({ entry, key, column, reason }) => (
          <li key={entry ?? key}>
            <div class="where">
              <span>
                {showKey(key)}
                {column ? `, ${column}` : ''}
              </span>
            </div>
            <p>{reason}</p>
          </li>
        ))}
      </ul>
      {refused.length > SHOWN && <p class="hint">And {(refused.length - SHOWN).toLocaleString('en-US')} more.</p>}
    </>
  );
}
