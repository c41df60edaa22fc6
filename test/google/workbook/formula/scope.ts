import type { Area } from '../area.ts';
import type { Tab } from '../tab.ts';
import type { Value } from '../value.ts';
import type { Workbook } from '../workbook.ts';
import type { Result } from './coerce.ts';
import type { Node } from './parser.ts';

/** Where a formula stands and how it reads other cells. */
export interface Scope {
  workbook: Workbook;
  tab: Tab;
  row: number;
  column: number;
  /** Inside ARRAYFORMULA and the functions that imply it: operators run over whole ranges. */
  array: boolean;
  read: (tab: Tab, area: Area) => Value[][];
  /** Evaluates a part of the formula; handed down so that functions need not import the evaluator. */
  evaluate: (node: Node, scope: Scope) => Result;
}
