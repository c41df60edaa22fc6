import type { Tab } from '../workbook/tab.ts';
import { isDateFormat } from '../workbook/number-format.ts';
import { partsOf } from '../workbook/serial.ts';
import type { TableRows } from './table-rows.ts';

/** Which header stands over which column of the table, and which of them are the key. */
export interface ComparedColumn {
  header: string;
  column: string;
  key: boolean;
}

export interface Comparison {
  /** Rows whose key is on both sides. */
  rows: number;
  cells: number;
  /** Cells that differ, by `key / header`, with what each side shows. */
  differing: { key: string; header: string; sheet: string; table: string }[];
  onlyInSheet: string[];
  onlyInTable: string[];
  /** Keys that stand in more than one row of the sheet. */
  twice: string[];
}

/**
 * Compares every mapped cell of the tab with the table, from the outside: it shares no code with what is being checked,
 * and reads the workbook and the table directly.
 */
export function compareSides(tab: Tab, table: TableRows, columns: readonly ComparedColumn[]): Comparison {
  const headers = new Map<string, number>();
  for (let column = 1; column <= tab.columnCount; column++) {
    const header = tab.value(1, column);
    if (typeof header === 'string' && !headers.has(header)) headers.set(header, column);
  }
  const positions = columns.map((mapped) => {
    const sheet = headers.get(mapped.header);
    const inTable = table.columns.findIndex((column) => column.name === mapped.column);
    if (sheet === undefined) throw new Error(`The tab has no column called ${mapped.header}.`);
    if (inTable < 0) throw new Error(`The table has no column called ${mapped.column}.`);
    return { ...mapped, sheet, inTable, numeric: table.columns[inTable]!.numeric };
  });
  const keys = positions.filter((column) => column.key);

  const result: Comparison = { rows: 0, cells: 0, differing: [], onlyInSheet: [], onlyInTable: [], twice: [] };
  const inTable = new Map(table.rows.map((row) => [keys.map((key) => row[key.inTable] ?? '').join('\t'), row]));
  const seen = new Set<string>();
  for (let row = 2; row <= tab.dataExtent().rows; row++) {
    const cells = positions.map((column) => cellText(tab, row, column.sheet));
    if (cells.every((cell) => cell === '')) continue;
    const key = positions.flatMap((column, index) => (column.key ? [cells[index]!] : [])).join('\t');
    if (seen.has(key)) result.twice.push(key);
    seen.add(key);
    const other = inTable.get(key);
    if (other === undefined) {
      result.onlyInSheet.push(key);
      continue;
    }
    result.rows++;
    for (const [index, column] of positions.entries()) {
      result.cells++;
      const left = cells[index]!;
      const right = other[column.inTable] ?? '';
      if (!sameText(left, right, column.numeric)) {
        result.differing.push({ key, header: column.header, sheet: left, table: right });
      }
    }
  }
  for (const key of inTable.keys()) if (!seen.has(key)) result.onlyInTable.push(key);
  return result;
}

/** Cells that differ, plus rows that only one side has or the sheet has twice. */
export function countDifferences(comparison: Comparison): number {
  const { differing, onlyInSheet, onlyInTable, twice } = comparison;
  return differing.length + onlyInSheet.length + onlyInTable.length + twice.length;
}

/** The first few differences in words. */
export function describeDifferences(comparison: Comparison, most = 5): string {
  const lines = [
    ...comparison.differing.map((d) => `${d.key} / ${d.header}: sheet "${d.sheet}", table "${d.table}"`),
    ...comparison.onlyInSheet.map((key) => `${key}: only in the sheet`),
    ...comparison.onlyInTable.map((key) => `${key}: only in the table`),
    ...comparison.twice.map((key) => `${key}: twice in the sheet`),
  ];
  const rest = lines.length - most;
  return lines.slice(0, most).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

function cellText(tab: Tab, row: number, column: number): string {
  const value = tab.value(row, column);
  if (value === null) return '';
  if (typeof value === 'object') return value.error;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'number') return String(value);
  if (!isDateFormat(tab.numberFormat(row, column))) return String(value);
  const parts = partsOf(value);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(parts.year).padStart(4, '0')}-${two(parts.month)}-${two(parts.day)}`;
  return Number.isInteger(value) ? day : `${day} ${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`;
}

function sameText(sheet: string, table: string, numeric: boolean): boolean {
  if (sheet === table) return true;
  // A boolean column writes t and f.
  if ((sheet === 'TRUE' && table === 't') || (sheet === 'FALSE' && table === 'f')) return true;
  return numeric && sheet !== '' && table !== '' && Number(sheet) === Number(table);
}
