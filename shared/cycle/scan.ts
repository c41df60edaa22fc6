import { isBlank, isError, type Cell, type Cells } from '../cell.ts';
import { bucketCount, bucketDigests, rowHash } from '../digest.ts';
import { HEADER_ROW, TOLD_BLANK_KEYS } from '../limits.ts';
import { activeColumns, type MappedColumn, type Mapping } from '../mapping.ts';
import { canonicalKeyPart, rowKeyOf } from '../row-key.ts';
import type { HeaderSeen, ScanSummary } from '../protocol/sync.ts';
import type { SheetReading } from './effects.ts';
import { findAnomaly } from './anomaly.ts';
import { locateColumns } from './locate-columns.ts';

/** One row of the sheet with a usable, unrepeated key. `row` is its number in the sheet. */
export interface ScannedRow {
  row: number;
  key: string;
  hash: string;
  cells: Cells;
}

/** A row with content of its own whose key the table is to make. */
export interface KeylessRow {
  row: number;
  /** Of the row as it stands, under no key. */
  hash: string;
  cells: Cells;
  /** Ids of the key columns to fill. */
  blank: string[];
  complete: boolean;
}

/** A reading of the sheet, understood under a mapping. */
export interface Scan {
  summary: ScanSummary;
  rows: Map<string, ScannedRow>;
  /** Rows of each repeated key. */
  copies: Map<string, ScannedRow[]>;
  /** Every key seen, repeated ones too, with the sheet rows it stands in. */
  keyRows: Map<string, number[]>;
  keyless: KeylessRow[];
  /** Position of each mapped column that was found, suspended ones too. */
  positions: Map<string, number>;
  /** Columns found by header alone, whose metadata is to be put back. */
  untagged: { position: number; id: string }[];
  /** Last row of the data range. */
  lastRow: number;
}

const TOLD_KEYLESS = 1000;

/** Reads rows, keys, digests and anomalies out of what the tab shows. Pure. */
export function scanSheet(reading: SheetReading, mapping: Mapping): Scan {
  const located = locateColumns(reading.columns, mapping);
  const { positions } = located;
  const columns = activeColumns(mapping).filter((column) => positions.has(column.id));
  const ids = columns.map((column) => column.id);

  const anomaly = findAnomaly(reading, mapping, located);
  const keyRows = new Map<string, number[]>();
  const scanned: ScannedRow[] = [];
  const blankKeys: { row: number; reason: string }[] = [];
  const keyless: KeylessRow[] = [];
  let keyErrors = false;

  if (anomaly === null) {
    reading.rows.forEach((line, index) => {
      const row = HEADER_ROW + 1 + index;
      const cells: Cells = {};
      let content = false;
      for (const column of columns) {
        const cell = line[positions.get(column.id)! - 1] ?? null;
        cells[column.id] = cell;
        content ||= !isBlank(cell);
      }
      if (!content) return;
      const found = rowKeyOf(mapping, cells);
      if ('key' in found) {
        const rows = keyRows.get(found.key);
        if (rows) rows.push(row);
        else keyRows.set(found.key, [row]);
        scanned.push({ row, key: found.key, hash: rowHash(found.key, ids, cells), cells });
        return;
      }
      const blank = toBeMade(columns, cells);
      if (blank !== null) {
        const complete = columns.every(
          (column) => !column.required || column.key || !isBlank(cells[column.id] ?? null),
        );
        keyless.push({ row, hash: rowHash('', ids, cells), cells, blank, complete });
      } else {
        if ('unusable' in found && isError(cells[found.column] ?? null)) keyErrors = true;
        blankKeys.push({ row, reason: 'unusable' in found ? found.unusable : 'The key is empty' });
      }
    });
  }

  const rows = new Map<string, ScannedRow>();
  const repeated = new Map<string, ScannedRow[]>();
  for (const one of scanned) {
    if (keyRows.get(one.key)!.length === 1) rows.set(one.key, one);
    else {
      const copies = repeated.get(one.key) ?? [];
      copies.push(one);
      repeated.set(one.key, copies);
    }
  }

  const bare = new Set(located.untagged.map(({ id }) => id));
  const headers: HeaderSeen[] = [...positions].map(([id, position]) => ({
    position,
    header: reading.columns[position - 1]!.header,
    id,
    ...(bare.has(id) ? { byHeader: true } : {}),
  }));
  const count = bucketCount(rows.size);
  return {
    summary: {
      complete: anomaly === null && !keyErrors,
      rows: rows.size,
      blankKeys: blankKeys.slice(0, TOLD_BLANK_KEYS),
      duplicates: [...repeated].map(([key, copies]) => ({
        key,
        copies: copies.map(({ row, hash }) => ({ row, hash })),
      })),
      headers,
      ...(keyless.length === 0
        ? {}
        : { keyless: keyless.slice(0, TOLD_KEYLESS).map(({ hash, complete }) => ({ hash, complete })) }),
      anomaly,
      buckets: bucketDigests(
        [...rows.values()].map((one) => [one.key, one.hash] as const),
        count,
      ),
      timeZone: reading.timeZone,
      ...(reading.at === undefined ? {} : { at: reading.at }),
    },
    rows,
    copies: repeated,
    keyRows,
    keyless,
    positions,
    untagged: located.untagged,
    lastRow: HEADER_ROW + reading.rows.length,
  };
}

/**
 * The key columns that the table is to fill in a row; null where it has all of them, lacks one that only a person can
 * give, or shows nothing that anybody typed: rows prepared with empty checkboxes are no rows yet.
 */
function toBeMade(columns: readonly MappedColumn[], cells: Cells): string[] | null {
  const keys = columns.filter((column) => column.key);
  const blank = keys.filter(({ kind, id }) => canonicalKeyPart(kind, cells[id] ?? null) === null);
  const typed = columns.some(
    ({ id, key, direction }) => !key && direction !== 'toSheet' && !isBlank(cells[id] ?? null) && cells[id] !== false,
  );
  const made = blank.every(({ id, madeByTable }) => madeByTable === true && !isError(cells[id] ?? null));
  return blank.length > 0 && typed && made ? blank.map(({ id }) => id) : null;
}

/** The cell of the reading at a sheet row and position; null beyond the data range. */
export function cellAt(reading: SheetReading, row: number, position: number): Cell {
  return reading.rows[row - HEADER_ROW - 1]?.[position - 1] ?? null;
}

/** Whether the cell at a sheet row and position holds a formula or may show part of one's result. */
export function isComputed(reading: SheetReading, row: number, position: number): boolean {
  return reading.computed?.[row - HEADER_ROW - 1]?.[position - 1] ?? false;
}
