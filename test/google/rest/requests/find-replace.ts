import { findAndReplace } from '../../workbook/find-replace.ts';
import { invalid } from '../api-error.ts';
import { readGridRange, tabOf, within, type GridRange } from '../ranges.ts';
import type { RequestKind } from './kind.ts';

interface FindReplace {
  find?: string;
  replacement?: string;
  matchCase?: boolean;
  matchEntireCell?: boolean;
  searchByRegex?: boolean;
  includeFormulas?: boolean;
  range?: GridRange;
  sheetId?: number;
  allSheets?: boolean;
}

export const findReplace: RequestKind = ({ workbook, actor }, payload: FindReplace) => {
  const { find = '', replacement = '', range, sheetId, allSheets } = payload;
  if (!find) throw invalid('find is required.');
  const found = range
    ? [readGridRange(workbook, range)]
    : allSheets
      ? workbook.tabs.map((tab) => ({ tab, area: {} }))
      : [{ tab: tabOf(workbook, sheetId), area: {} }];
  const counts = found.map((item) =>
    findAndReplace(item.tab, within(item), {
      find,
      replacement,
      matchCase: payload.matchCase ?? false,
      entireCell: payload.matchEntireCell ?? false,
      regex: payload.searchByRegex ?? false,
      formulas: payload.includeFormulas ?? false,
      ...(actor === undefined ? {} : { actor }),
    }),
  );
  const sum = (pick: (count: (typeof counts)[number]) => number): number =>
    counts.reduce((total, c) => total + pick(c), 0);
  const answer = {
    valuesChanged: sum((c) => c.values),
    formulasChanged: sum((c) => c.formulas),
    rowsChanged: sum((c) => c.rows),
    sheetsChanged: counts.filter((c) => c.rows > 0).length,
    occurrencesChanged: sum((c) => c.occurrences),
  };
  return Object.fromEntries(Object.entries(answer).filter(([, n]) => n !== 0));
};
