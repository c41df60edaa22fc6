import { sameHeader } from '../../shared/cycle/locate-columns.ts';
import type { SheetReading } from '../../shared/cycle/effects.ts';
import type { Mapping } from '../../shared/mapping.ts';
import type { ChangeColumnsRequest, ColumnsInfo } from '../../shared/protocol/columns.ts';
import { changeColumns, getColumns, getLink } from './api.ts';
import { linkOf } from './link-tab.ts';
import { appendColumn, clearHeader, readColumns } from './google/columns.ts';
import { readSheet } from './google/sheet.ts';
import { documentProperties } from './google/properties.ts';
import { spreadsheetFacts, tagColumns, untagColumn } from './google/spreadsheet.ts';
import { Memory } from './memory.ts';
import { proposeColumns, type ProposedColumn } from './propose-types.ts';
import { headerTaken, Sentence, standsAbove } from './sentence.ts';
import { underLock } from './under-lock.ts';

/** What the sidebar shows of both sides' columns. */
export interface ColumnsView extends ColumnsInfo {
  /** Columns of the sheet that are not synced, with a type proposed from all of their rows; `left`: on purpose. */
  others: (ProposedColumn & { left: boolean })[];
}

type Columns = SheetReading['columns'];

/** Positions of the sheet's columns that have a header and belong to no mapped column, in order. */
function otherPositions(columns: Columns, mapping: Mapping): number[] {
  const tagged = new Set(columns.map(({ id }) => id));
  // A mapped column that lost its metadata is found by its header: that one is not another.
  const lost = mapping.columns.filter(({ id }) => !tagged.has(id));
  return columns.flatMap(({ header, id }, index) => {
    const mapped =
      mapping.columns.some((column) => column.id === id) || lost.some((one) => sameHeader(one.header, header));
    return header.trim() === '' || mapped ? [] : [index + 1];
  });
}

/** Headers of the sheet that are neither synced nor left out. Reads the header row alone. */
export function newHeaders(tab: number, timeZone: string, mapping: Mapping, left: readonly string[]): string[] {
  const columns = readColumns(tab, timeZone);
  return otherPositions(columns, mapping)
    .map((position) => columns[position - 1]!.header.trim())
    .filter((header) => !left.includes(header));
}

export function columnsView(tab: number): ColumnsView {
  const { id } = linkOf(tab);
  const info = getColumns(id);
  const reading = readSheet(tab, spreadsheetFacts().timeZone, false);
  const positions = otherPositions(reading.columns, mappingOf(tab, info));
  const others = proposeColumns(reading, positions);
  return { ...info, others: others.map((column) => ({ ...column, left: info.leftHeaders.includes(column.header) })) };
}

/** As remembered here, or as the hub tells it. */
function mappingOf(tab: number, { synced }: ColumnsInfo): Mapping {
  const known = new Memory(documentProperties()).mapping(tab);
  const columns = synced.map(({ id, header }) => ({ id, header }));
  return known ?? { fingerprint: '', columns: columns as Mapping['columns'] };
}

/**
 * Changes which columns the link of a tab syncs, and marks them on the sheet. A full cycle has to follow.
 * Headers in `append` are put above a column of their own first, where the sheet does not have them yet.
 * A header must stand above exactly one column: which one is meant would be a guess otherwise.
 */
export function changeLinkColumns(tab: number, change: ChangeColumnsRequest, append: readonly string[]): void {
  const { id } = linkOf(tab);
  const { timeZone } = spreadsheetFacts();
  underLock(() => {
    const before = readColumns(tab, timeZone);
    for (const { header, to } of change.add ?? []) {
      if ('related' in to && before.some((column) => sameHeader(column.header, header))) throw headerTaken(header);
    }
    const missing = append.filter((header) => !before.some((column) => sameHeader(column.header, header)));
    const appended = missing.map((header) => appendColumn(tab, header));
    const columns = missing.length === 0 ? before : readColumns(tab, timeZone);
    const positionOf = (header: string): number => {
      const found = columns.flatMap((column, index) => (sameHeader(column.header, header) ? [index + 1] : []));
      if (found.length === 1) return found[0]!;
      throw new Sentence(
        found.length === 0
          ? `The column “${header}” is no longer in this tab. Look again.`
          : standsAbove(header, found.length),
      );
    };
    const positions = new Map((change.add ?? []).map(({ header }) => [header.trim(), positionOf(header)]));
    const link = orElse(
      () => changeColumns(id, change),
      // A header alone would be offered as a new column of the sheet.
      () => {
        const taken = linkedHeaders(id);
        appended.forEach((position, index) => {
          if (!taken.some((header) => sameHeader(header, missing[index]!))) clearHeader(tab, position);
        });
      },
    );
    new Memory(documentProperties()).rememberLink(link);
    for (const gone of change.remove ?? []) untagColumn(tab, gone);
    const tags = link.mapping.columns.flatMap((column) => {
      const position = positions.get(column.header);
      return position === undefined ? [] : [{ position, id: column.id }];
    });
    tagColumns(tab, tags);
  });
}

/** Headers that the server syncs, though its answer may have been lost; none where it does not tell. */
function linkedHeaders(id: string): string[] {
  try {
    return getLink(id).mapping.columns.map(({ header }) => header);
  } catch {
    return [];
  }
}

/** What `work` answers; where it fails, `undo` is done before its error is told. */
function orElse<T>(work: () => T, undo: () => void): T {
  try {
    return work();
  } catch (error) {
    undo();
    throw error;
  }
}
