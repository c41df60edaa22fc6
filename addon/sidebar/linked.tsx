import { useCallback, useEffect, useState } from 'preact/hooks';
import type { TabState } from '../src/rpc.ts';
import { Attention } from './attention.tsx';
import { ColumnOptions } from './column-options.tsx';
import { Columns } from './columns.tsx';
import { Deleted } from './deleted.tsx';
import { History } from './history.tsx';
import { Settings } from './settings.tsx';
import { Status } from './status.tsx';
import type { Tab } from './use-tab.ts';

export type Linked = Extract<TabState, { kind: 'linked' }>;

/** A screen of a tab that is linked and started. */
export type View = 'status' | 'attention' | 'columns' | 'options' | 'history' | 'deleted' | 'settings';

/** What every such screen is given. */
export interface ScreenProps {
  tab: Tab;
  state: Linked;
  /** With `look` false the tab is not looked at anew: what was just done has told how it is, and what came of it. */
  go: (view: View, look?: boolean) => void;
}

/** A linked tab: the status, and the screens that it leads to. */
export function LinkedTab({ tab, state }: { tab: Tab; state: Linked }) {
  const [view, setView] = useState<View>('status');
  const { hold, look } = tab;
  useEffect(() => {
    // What a person is reading or filling in must not change under their hands.
    hold(view !== 'status');
    return () => hold(false);
  }, [hold, view]);
  const go = useCallback(
    (next: View, anew = true) => {
      setView(next);
      window.scrollTo(0, 0);
      if (next === 'status' && anew) look();
    },
    [look],
  );
  const props: ScreenProps = { tab, state, go };
  switch (view) {
    case 'status':
      return <Status {...props} />;
    case 'attention':
      return <Attention {...props} />;
    case 'columns':
      return <Columns {...props} />;
    case 'options':
      return <ColumnOptions {...props} back={() => go('status')} />;
    case 'history':
      return <History {...props} />;
    case 'deleted':
      return <Deleted {...props} />;
    case 'settings':
      return <Settings {...props} />;
  }
}
