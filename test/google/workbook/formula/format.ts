import { isDateFormat } from '../number-format.ts';
import type { Tab } from '../tab.ts';
import type { Workbook } from '../workbook.ts';
import { locate } from './evaluate.ts';
import type { Node } from './parser.ts';

const DATES = new Set(['TODAY', 'DATE', 'EDATE', 'EOMONTH', 'DATEVALUE']);
/** Functions whose result is of the kind of their arguments. */
const KEEPING = new Set([
  'SUM',
  'MIN',
  'MAX',
  'AVERAGE',
  'MEDIAN',
  'LARGE',
  'SMALL',
  'IFERROR',
  'ARRAYFORMULA',
  'SORT',
  'UNIQUE',
]);

/** The number format that a formula brings along to a cell of automatic format: dates and currency pass through. */
export function formatOfNode(node: Node, tab: Tab, workbook: Workbook): string | undefined {
  switch (node.kind) {
    case 'reference': {
      const found = locate(node.reference, tab, workbook);
      if (!found) return undefined;
      return found.tab.effectiveFormat(found.area.top, found.area.left);
    }
    case 'unary':
      return node.operator === '%' ? undefined : formatOfNode(node.operand, tab, workbook);
    case 'binary': {
      if (!'+-*'.includes(node.operator)) return undefined;
      const [left, right] = [formatOfNode(node.left, tab, workbook), formatOfNode(node.right, tab, workbook)];
      // A date less a date is a number of days.
      if (node.operator === '-' && isDateFormat(left) && isDateFormat(right)) return undefined;
      return left ?? right;
    }
    case 'call': {
      const locale = workbook.localeData;
      if (DATES.has(node.name)) return locale.dateFormat;
      if (node.name === 'NOW') return `${locale.dateFormat} H:mm:ss`;
      if (node.name === 'TIME') return 'h:mm:ss AM/PM';
      if (node.name === 'IF') return node.arguments[1] && formatOfNode(node.arguments[1], tab, workbook);
      return KEEPING.has(node.name) && node.arguments[0] ? formatOfNode(node.arguments[0], tab, workbook) : undefined;
    }
    default:
      return undefined;
  }
}
