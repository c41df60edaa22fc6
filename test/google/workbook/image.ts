import { areaOf } from './area.ts';
import type { Tab } from './tab.ts';

/** Insert > Image > Insert image in cell: it takes the place of the cell's content. `image` is its URL. */
export function setImage(tab: Tab, row: number, column: number, image: string): void {
  tab.setInput(row, column, null);
  tab.changeExtra(areaOf(row, column), 'cells', (extra) => ({ ...extra, image }));
}

export function imageIn(tab: Tab, row: number, column: number): string | null {
  return tab.grid.extra(row, column)?.image ?? null;
}
