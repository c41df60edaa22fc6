import type { Area } from './workbook/area.ts';
import type { CellExtra, CellFormat } from './workbook/grid.ts';
import type { Tab } from './workbook/tab.ts';
import { sameValue, type Value } from './workbook/value.ts';

export interface UndoStep {
  /** Called once the action has happened. */
  done(): void;
  /** Takes it back; false when others have changed the same since. */
  undo(): boolean;
}

interface CellState {
  value: Value;
  format: CellFormat | undefined;
  extra: CellExtra | undefined;
}

/**
 * Remembers how to take an action back. Edits of cells put back those cells alone, whatever happened elsewhere; a
 * change of structure can only be undone while it is the last change of the spreadsheet.
 */
export function undoStep(tab: Tab, area: Area | null): UndoStep {
  return area ? cellStep(tab, area) : structureStep(tab);
}

function structureStep(tab: Tab): UndoStep {
  const { workbook } = tab;
  const before = workbook.snapshot();
  let revision = -1;
  return {
    done: () => {
      revision = workbook.revision;
    },
    undo: () => {
      if (workbook.revision !== revision) return false;
      workbook.restore(before);
      return true;
    },
  };
}

function read(tab: Tab, area: Area): CellState[] {
  const states: CellState[] = [];
  for (let row = area.top; row <= Math.min(area.bottom, tab.rowCount); row++) {
    for (let column = area.left; column <= Math.min(area.right, tab.columnCount); column++) {
      const { grid } = tab;
      states.push({ value: grid.value(row, column), format: grid.format(row, column), extra: grid.extra(row, column) });
    }
  }
  return states;
}

function cellStep(tab: Tab, area: Area): UndoStep {
  const before = read(tab, area);
  let after: CellState[] = [];
  return {
    done: () => {
      after = read(tab, area);
    },
    undo: () => {
      const now = read(tab, area);
      const untouched = now.length === after.length && now.every((cell, i) => sameValue(cell.value, after[i]!.value));
      if (!untouched) return false;
      let i = 0;
      for (let row = area.top; row <= area.bottom; row++) {
        for (let column = area.left; column <= area.right; column++) {
          const { value, format, extra } = before[i++]!;
          const formula = tab.grid.extra(row, column)?.formula;
          tab.grid.setValue(row, column, value);
          tab.grid.setFormat(row, column, format);
          tab.grid.setExtra(row, column, extra);
          if (formula !== extra?.formula) tab.workbook.formulaChanged(tab);
        }
      }
      tab.workbook.contentChanged(tab, area);
      return true;
    },
  };
}
