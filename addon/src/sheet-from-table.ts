import { addTab, clearHeaderRow, isEmptyTab, removeTab, writeHeaderRow } from './google/dress.ts';
import { documentProperties } from './google/properties.ts';
import { selectCell } from './google/spreadsheet.ts';
import { dressTab } from './dress-tab.ts';
import { linkOf, linkTab, withdrawLink, type LinkChoice } from './link-tab.ts';
import { Memory } from './memory.ts';

/**
 * Ties a table to an empty tab that shows it: this one, or a new one beside it where something stands here. Headers,
 * formats and drop-downs come from the table; the rows come with the first sync, as ever. Answers the tab's id.
 */
export function sheetFromTable(tab: number, choice: LinkChoice): number {
  const empty = isEmptyTab(tab);
  const target = empty ? tab : addTab(tab, choice.table);
  // Nothing half made is left for a person to clear up: a tab with headers in it counts as empty no more.
  const withdraw = (): void => (empty ? clearHeaderRow(target) : removeTab(target));
  try {
    writeHeaderRow(
      target,
      choice.columns.map(({ header }) => header),
    );
    linkTab(target, choice);
  } catch (error) {
    withdraw();
    throw error;
  }
  try {
    dressTab(new Memory(documentProperties()), linkOf(target), true);
  } catch (error) {
    withdrawLink(linkOf(target).id, target);
    withdraw();
    throw error;
  }
  if (!empty) selectCell(target, 1, 1);
  return target;
}

/** Dresses the rows that the first sync brought: rows inserted right below the headers come without any format. */
export function dressAgain(tab: number): void {
  const memory = new Memory(documentProperties());
  if (memory.dress(tab)?.due) dressTab(memory, linkOf(tab), false);
}
