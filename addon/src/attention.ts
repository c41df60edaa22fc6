import type { Mapping } from '../../shared/mapping.ts';
import type { ProblemCell, ProblemKind, ProblemList, ProblemRow } from '../../shared/protocol/problems.ts';
import { getLink, getProblems } from './api.ts';
import { CellFinder } from './find-cells.ts';
import { documentProperties } from './google/properties.ts';
import { spreadsheetFacts } from './google/spreadsheet.ts';
import { linkOf } from './link-tab.ts';
import { Memory } from './memory.ts';

/** A row that needs a person, with the cells it is about as they are named now. */
export interface AttentionRow extends Omit<ProblemRow, 'cells'> {
  /** `C7`; null where the row is not in the sheet. */
  cell: string | null;
  cells: (ProblemCell & { cell: string | null })[];
}

export interface AttentionPage extends Omit<ProblemList, 'problems'> {
  problems: AttentionRow[];
  /** Where the key stands now, 1-based: what rows with a missing or repeated key are shown by. */
  keyPosition: number;
}

/** A page of the rows that need a person. Reads the sheet once, to name their cells. */
export function attentionPage(tab: number, query: { kind?: ProblemKind; after?: string }): AttentionPage {
  const link = linkOf(tab);
  const { problems, ...rest } = getProblems(link.id, query);
  const keysGood = rest.duplicates.length + rest.blankKeys.length === 0;
  if (problems.length === 0 && keysGood) return { ...rest, problems: [], keyPosition: 1 };
  const finder = finderOf(tab);
  return {
    ...rest,
    keyPosition: finder.keyPosition() ?? 1,
    problems: problems.map((row) => ({
      ...row,
      cell: finder.nameOf(row.key, row.column),
      cells: row.cells.map((one) => ({ ...one, cell: finder.nameOf(row.key, one.header) })),
    })),
  };
}

/** Finds rows of a linked tab. */
export function finderOf(tab: number): CellFinder {
  const link = linkOf(tab);
  const mapping: Mapping = new Memory(documentProperties()).mapping(tab) ?? getLink(link.id).mapping;
  return new CellFinder(tab, spreadsheetFacts().timeZone, mapping);
}
