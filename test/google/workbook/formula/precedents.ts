import { bounded, type Area } from '../area.ts';
import type { Tab } from '../tab.ts';
import type { Workbook } from '../workbook.ts';
import { locate } from './evaluate.ts';
import type { Node } from './parser.ts';

export interface Precedent {
  tab: Tab;
  area: Area;
}

const VOLATILE = new Set(['NOW', 'TODAY', 'RAND', 'RANDBETWEEN']);

/** What a formula reads, and whether its value changes without any of that changing. */
export function precedentsOf(node: Node, home: Tab, workbook: Workbook): { reads: Precedent[]; volatile: boolean } {
  const reads: Precedent[] = [];
  let volatile = false;
  const visit = (part: Node): void => {
    switch (part.kind) {
      case 'reference': {
        const found = locate(part.reference, home, workbook);
        if (found) reads.push(found);
        return;
      }
      case 'name': {
        const range = workbook.namedRanges.find((item) => item.name.toLowerCase() === part.name.toLowerCase());
        const tab = range && workbook.tabById(range.tabId);
        if (tab) reads.push({ tab, area: bounded(range.area, tab.rowCount, tab.columnCount) });
        return;
      }
      case 'unary':
        return visit(part.operand);
      case 'binary':
        visit(part.left);
        return visit(part.right);
      case 'array':
        return part.rows.forEach((row) => row.forEach(visit));
      case 'call':
        volatile ||= VOLATILE.has(part.name);
        // ROW(A5) and COLUMN(A5) look at the place, not at the value.
        if (part.name === 'ROW' || part.name === 'COLUMN') return;
        return part.arguments.forEach(visit);
    }
  };
  visit(node);
  return { reads, volatile };
}

/** Whether a formula may fill more cells than its own. */
export function maySpill(node: Node): boolean {
  if (node.kind === 'array') return true;
  if (node.kind === 'call') return SPILLING.has(node.name) || node.arguments.some(maySpill);
  if (node.kind === 'binary') return maySpill(node.left) || maySpill(node.right);
  return node.kind === 'unary' && maySpill(node.operand);
}

const SPILLING = new Set(
  'ARRAYFORMULA FILTER SORT UNIQUE SEQUENCE TRANSPOSE FLATTEN SPLIT REGEXEXTRACT INDEX XLOOKUP IMPORTRANGE'.split(' '),
);
