import { call } from './call.ts';
import { TextButton } from './parts.tsx';
import type { Tab } from './use-tab.ts';

/** The name of a cell; pressing it selects the cell in the sheet. */
export function CellButton({ tab, id, cell }: { tab: Tab; id: number; cell: string }) {
  const show = (): void => {
    // Selecting a cell changes nothing here: no need to wait for it.
    call('showCell', id, cell).catch((error: unknown) => void tab.act('Looking…', () => Promise.reject(error)));
  };
  return (
    <span class="cell-name">
      <TextButton onClick={show} label={`Go to cell ${cell}`}>
        {cell}
      </TextButton>
    </span>
  );
}
