import type { TabState } from '../src/rpc.ts';
import { call } from './call.ts';
import { Banner, Confirm } from './parts.tsx';
import type { Tab } from './use-tab.ts';

/** Links whose tab was deleted: they are told of in the other tabs, for no tab of theirs leads to them. */
export function GoneTabs({ tab, gone }: { tab: Tab; gone: TabState['gone'] }) {
  return (
    <>
      {gone.map(({ id, table }) => (
        <Banner key={id} tone="warning">
          The tab that was linked to “{table}” was deleted. Bring it back with Undo or the version history, or remove
          its link.
          <div class="buttons small">
            <Confirm
              label="Remove its link"
              question={`The link to “${table}” is removed, with its history and the deleted rows that could be restored. The table keeps its contents.`}
              yes="Remove the link"
              disabled={tab.busy !== null}
              onYes={() => void tab.act('Removing…', () => call('unlink', id))}
            />
          </div>
        </Banner>
      ))}
    </>
  );
}
