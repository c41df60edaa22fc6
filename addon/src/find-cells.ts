import { cellName } from '../../shared/a1.ts';
import { scanSheet, type Scan } from '../../shared/cycle/scan.ts';
import type { Mapping } from '../../shared/mapping.ts';
import { readSheet } from './google/sheet.ts';

/** Where rows stand in a tab right now. The tab is read when it is first asked for a row. */
export class CellFinder {
  private scan: Scan | null = null;

  constructor(
    private readonly tab: number,
    private readonly timeZone: string,
    private readonly mapping: Mapping,
  ) {}

  /** `C7`: the cell of a row's column, found by its header, or of its key for null. Null where the sheet has no such row. */
  nameOf(key: string, header: string | null): string | null {
    const { columns } = this.mapping;
    const { keyRows, positions } = this.read();
    const row = keyRows.get(key)?.[0];
    const shown = columns.find((column) => column.header === header) ?? columns.find((column) => column.key);
    const position = shown && positions.get(shown.id);
    return row === undefined || position === undefined ? null : cellName(row, position);
  }

  /** Position of the first key column; null where the sheet does not have it. */
  keyPosition(): number | null {
    const { positions } = this.read();
    return this.mapping.columns.flatMap(({ id, key }) => (key ? [positions.get(id)] : []))[0] ?? null;
  }

  /** The key of the row that stands in a row of the sheet; null where there is none, or none that can be used. */
  keyAt(row: number): string | null {
    for (const [key, rows] of this.read().keyRows) if (rows.includes(row)) return key;
    return null;
  }

  private read(): Scan {
    return (this.scan ??= scanSheet(readSheet(this.tab, this.timeZone, false), this.mapping));
  }
}
