import type { Area } from './area.ts';
import type { Tab } from './tab.ts';
import type { Value } from './value.ts';
import type { Workbook } from './workbook.ts';
import { errorValue } from './value.ts';

/** What a workbook asks of its formulas. Results are left in `Tab.computed`. */
export interface FormulaEngine {
  calculate(): void;
  formulasChanged(tab?: Tab): void;
  contentChanged(tab: Tab, area: Area): void;
  formatOf(tab: Tab, row: number, column: number): string | undefined;
  evaluate(tab: Tab, formula: string): Value;
}

export function createFormulaEngine(_workbook: Workbook): FormulaEngine {
  return {
    calculate: () => undefined,
    formulasChanged: () => undefined,
    contentChanged: () => undefined,
    formatOf: () => undefined,
    evaluate: () => errorValue('#NAME?'),
  };
}
