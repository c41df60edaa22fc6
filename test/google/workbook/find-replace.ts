import type { Area } from './area.ts';
import { SheetError } from './errors.ts';
import type { Tab } from './tab.ts';

export interface FindReplaceOptions {
  find: string;
  replacement: string;
  matchCase: boolean;
  entireCell: boolean;
  regex: boolean;
  /** Replace inside formulas, too; otherwise formula cells are left alone. */
  formulas: boolean;
  actor?: string;
}

export interface Replaced {
  values: number;
  formulas: number;
  rows: number;
  occurrences: number;
}

/** Find and replace: looks at what is shown, and enters the replaced text as if typed. */
export function findAndReplace(tab: Tab, area: Area, options: FindReplaceOptions): Replaced {
  const pattern = patternOf(options);
  const replaced: Replaced = { values: 0, formulas: 0, rows: 0, occurrences: 0 };
  const extent = tab.dataExtent();
  const entered: { row: number; column: number; text: string }[] = [];
  for (let r = area.top; r <= Math.min(area.bottom, extent.rows); r++) {
    let any = false;
    for (let c = area.left; c <= Math.min(area.right, extent.columns); c++) {
      const formula = tab.formula(r, c);
      if (formula && !options.formulas) continue;
      if (!formula && tab.grid.value(r, c) === null) continue;
      const text = formula || tab.displayValue(r, c);
      let count = 0;
      const next = text.replace(pattern, (...match: unknown[]) => {
        count++;
        return options.regex ? fill(options.replacement, match) : options.replacement;
      });
      if (count === 0) continue;
      any = true;
      replaced.occurrences += count;
      if (formula) replaced.formulas++;
      else replaced.values++;
      entered.push({ row: r, column: c, text: next });
    }
    if (any) replaced.rows++;
  }
  if (options.actor !== undefined) {
    for (const { row, column } of entered)
      tab.checkEditable({ top: row, left: column, bottom: row, right: column }, options.actor);
  }
  for (const { row, column, text } of entered) tab.setInput(row, column, text);
  return replaced;
}

function patternOf({ find, matchCase, entireCell, regex }: FindReplaceOptions): RegExp {
  const source = regex ? find : find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  try {
    return new RegExp(entireCell ? `^(?:${source})$` : source, matchCase ? 'gu' : 'giu');
  } catch {
    throw new SheetError(`The regular expression "${find}" is not valid.`);
  }
}

/** `$1` and `$&` of a replacement. */
function fill(replacement: string, match: unknown[]): string {
  return replacement.replace(/\$(\d|&)/g, (_, index: string) => String(match[index === '&' ? 0 : Number(index)] ?? ''));
}
