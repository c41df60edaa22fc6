import type { TombstoneList } from '../../shared/protocol/links.ts';
import { showKey } from '../../shared/row-key.ts';
import type { DeletedView } from '../src/rpc.ts';
import { call } from './call.ts';
import type { ScreenProps } from './linked.tsx';
import { Back, Banner, Button, Confirm, Failed, Heading, Spinner } from './parts.tsx';
import { count, shortCell, when } from './text.ts';
import { usePages } from './use-pages.ts';

type Tombstone = TombstoneList['tombstones'][number];

const SHOWN_CELLS = 4;

/** Rows that were deleted on either side in the last thirty days, to be had back. */
export function Deleted({ tab, state, go }: ScreenProps) {
  const id = state.tab.id;
  const pages = usePages<Tombstone, number, DeletedView>(
    'all',
    (before) => call('deleted', id, before === null ? {} : { before }),
    (page) => page.tombstones,
  );
  const { first, items } = pages;
  const stopped = state.link.state === 'paused';
  const restorable = items.filter(({ taken }) => !taken);
  const restore = async (keys: string[]): Promise<void> => {
    await tab.act('Restoring…', () => call('restore', id, keys));
    pages.again();
  };
  return (
    <>
      <Back onClick={() => go('status')} />
      <Heading>Deleted rows</Heading>
      <p>Rows that were deleted on either side are kept for 30 days. Restored, they come back on both.</p>
      {stopped && <Banner tone="warning">The sync is paused. Resume it before you restore something.</Banner>}
      {first === null && pages.loading && <Spinner text="Reading the list…" />}
      {pages.failure && <Failed failure={pages.failure} again={pages.again} />}
      {first && items.length === 0 && !pages.loading && <p class="all-good">No row was deleted in the last 30 days.</p>}
      {restorable.length > 1 && !stopped && (
        <div class="buttons">
          <Confirm
            mild
            label={pages.more ? 'Restore all shown' : 'Restore all'}
            question={`${count(restorable.length, 'row')} will be put back into the table and the sheet.`}
            yes={`Restore ${count(restorable.length, 'row')}`}
            disabled={tab.busy !== null}
            onYes={() => void restore(restorable.map(({ key }) => key))}
          />
        </div>
      )}
      <ul class="problems cards">
        {items.map((row) => (
          <li key={row.id}>
            <div class="where">
              <span>{showKey(row.key)}</span>
            </div>
            <p class="detail">
              {row.cells
                .filter(({ value }) => value !== null)
                .slice(0, SHOWN_CELLS)
                .map(({ value }) => shortCell(value, 30))
                .join(' · ')}
            </p>
            <p>
              Deleted in the {row.side}, {first && when(row.at, first.timeZone, Date.now())}
              {row.actor && row.side === 'sheet' ? ` (through ${row.actor})` : ''}
            </p>
            {row.taken ? (
              <p class="hint">The table has a row with this key again.</p>
            ) : (
              !stopped && (
                <div class="buttons">
                  <Button
                    disabled={tab.busy !== null}
                    label={`Restore ${showKey(row.key)}`}
                    onClick={() => void restore([row.key])}
                  >
                    Restore
                  </Button>
                </div>
              )
            )}
          </li>
        ))}
      </ul>
      {first && pages.loading && <Spinner text="Reading the list…" />}
      {pages.more && (
        <div class="buttons">
          <Button onClick={pages.more}>Show older</Button>
        </div>
      )}
    </>
  );
}
