import type { Mapping, MappedColumn } from '../mapping.ts';
import type { SheetReading } from './effects.ts';

export interface LocatedColumns {
  /** Position by column id, for every mapped column that was found. */
  positions: Map<string, number>;
  /** Found by their header alone: the metadata is to be put back. */
  untagged: { position: number; id: string }[];
  /** Not found, or found more than once. */
  missing: MappedColumn[];
  /** Those of `missing` whose header stands above more than one column. */
  ambiguous: { column: MappedColumn; positions: number[] }[];
}

/** Header text as compared: trimmed and NFC, case as typed. */
export function sameHeader(left: string, right: string): boolean {
  return left.normalize('NFC').trim() === right.normalize('NFC').trim();
}

/**
 * Finds the mapped columns: by developer metadata, which moves with a column; where that is lost, by a header that
 * stands above exactly one column without metadata. Equal headers matter only to a column that has to be found by its
 * header: a copied column carries no metadata, so it cannot be mistaken for the mapped one.
 */
export function locateColumns(columns: SheetReading['columns'], mapping: Mapping): LocatedColumns {
  const positions = new Map<string, number>();
  const untagged: LocatedColumns['untagged'] = [];
  const missing: MappedColumn[] = [];
  const ambiguous: LocatedColumns['ambiguous'] = [];
  const known = new Set(mapping.columns.map((column) => column.id));

  const byId = new Map<string, number[]>();
  columns.forEach(({ id }, index) => {
    if (id === null || !known.has(id)) return;
    byId.set(id, [...(byId.get(id) ?? []), index + 1]);
  });

  for (const column of mapping.columns) {
    const tagged = byId.get(column.id) ?? [];
    if (tagged.length === 1) {
      positions.set(column.id, tagged[0]!);
      continue;
    }
    const matches = columns.flatMap(({ header, id }, index) => {
      const candidate = tagged.length > 1 ? id === column.id : id === null || !known.has(id);
      return candidate && sameHeader(header, column.header) ? [index + 1] : [];
    });
    if (matches.length === 1) {
      positions.set(column.id, matches[0]!);
      if (tagged.length === 0) untagged.push({ position: matches[0]!, id: column.id });
    } else {
      missing.push(column);
      if (matches.length > 1 || tagged.length > 1) {
        ambiguous.push({ column, positions: matches.length > 1 ? matches : tagged });
      }
    }
  }
  return { positions, untagged, missing, ambiguous };
}
