import { cellName, columnLetters } from '../a1.ts';
import { HEADER_ROW } from '../limits.ts';
import { activeColumns, keyColumns, type Mapping } from '../mapping.ts';
import type { Anomaly } from '../protocol/sync.ts';
import type { SheetReading } from './effects.ts';
import { sameHeader, type LocatedColumns } from './locate-columns.ts';

/**
 * Why a reading cannot be trusted as a whole, or null. A link with an anomaly pauses: nothing is pushed, applied or
 * counted as absent until a person puts the sheet right (I10).
 */
export function findAnomaly(reading: SheetReading, mapping: Mapping, located: LocatedColumns): Anomaly | null {
  if (reading.title === null) {
    return {
      code: 'tab_missing',
      message: 'The tab that was linked is gone. Bring it back with Undo or the version history, or remove the link.',
    };
  }
  const moved = movedHeader(reading, mapping, located);
  if (moved) return moved;
  if (reading.columns.every((column) => column.header.trim() === '')) {
    return {
      code: 'no_header',
      message: `Row ${HEADER_ROW} of "${reading.title}" has no headers. Put the headers back into row ${HEADER_ROW}, or link the tab again.`,
    };
  }
  for (const { column, positions } of located.ambiguous) {
    const cells = positions.map((position) => cellName(HEADER_ROW, position)).join(' and ');
    return {
      code: 'duplicate_header',
      message: `"${column.header}" stands in ${cells}, so it is not clear which column is meant. Give one of them another header.`,
    };
  }
  const missingKey = keyColumns(mapping).find((column) => !located.positions.has(column.id));
  if (missingKey) {
    return {
      code: 'key_column_missing',
      message: `The key column "${missingKey.header}" is missing from "${reading.title}". Bring it back with Undo, or link the tab again with another key.`,
    };
  }
  return null;
}

/** The header row deleted, or sorted into the data. */
function movedHeader(reading: SheetReading, mapping: Mapping, located: LocatedColumns): Anomaly | null {
  const columns = activeColumns(mapping).filter((column) => located.positions.has(column.id));
  const kept = columns.filter((column) =>
    sameHeader(reading.columns[located.positions.get(column.id)! - 1]!.header, column.header),
  );
  // One renamed header is a rename; two or more columns that all changed at once are another row in the header's place.
  if (columns.length < 2 || kept.length > 0) return null;
  const index = reading.rows.findIndex((line) => {
    const matches = columns.filter((column) => {
      const cell = line[located.positions.get(column.id)! - 1] ?? null;
      return typeof cell === 'string' && sameHeader(cell, column.header);
    });
    return matches.length * 2 >= columns.length;
  });
  const first = columns[0]!;
  const place = `${columnLetters(located.positions.get(first.id)!)}${HEADER_ROW}`;
  return {
    code: 'header_moved',
    message:
      index >= 0
        ? `The header row now stands in row ${HEADER_ROW + 1 + index}, perhaps after a sort. Move it back to row ${HEADER_ROW}.`
        : `Row ${HEADER_ROW} no longer holds the headers: ${place} should say "${first.header}". Put the header row back, for example with Undo.`,
  };
}
