import { isError } from '../../shared/cell.ts';
import type { Block, SheetReading } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { Mapping } from '../../shared/mapping.ts';
import type { Ablation } from './ablation/ablation.ts';

/**
 * What a run is shown of the sheet where a rule that makes it look is taken away; with every rule in force, all of it.
 * The rule is in the product's cycle: the cycle goes on looking, and sees nothing new.
 */
export class Blindfold {
  /** The run's last reading, and what it should show after the writes since if nothing else moved. */
  private scanned: SheetReading | null = null;
  private expected: SheetReading | null = null;
  private wrote = false;

  constructor(private readonly without: Ablation) {}

  /** A new run, or a new portion of one: what follows is its own look, write, look. */
  begin(): void {
    this.wrote = false;
    this.expected = null;
  }

  forget(): void {
    this.begin();
    this.scanned = null;
  }

  read(shown: SheetReading, computed: boolean, mapping: Mapping): SheetReading {
    const { recheck, repair, missingColumns, formulas, anomalies } = this.without;
    let reading = missingColumns ? withBlankColumns(shown, mapping) : shown;
    if (anomalies) reading = asIfInOrder(reading, mapping);
    if (formulas && reading.computed) reading = { ...reading, computed: nothingComputed(reading) };
    if (recheck && computed && !this.wrote && this.scanned) {
      return structuredClone({ ...this.scanned, computed: nothingComputed(this.scanned) });
    }
    if (repair && computed && this.wrote && this.expected) return structuredClone(this.expected);
    this.scanned = reading;
    if (computed && !this.wrote) this.expected = structuredClone(reading);
    return structuredClone(reading);
  }

  write(block: Block): Block {
    this.wrote = true;
    block.values.forEach((cells, i) =>
      cells.forEach((cell, j) => {
        const line = (this.expected?.rows ?? [])[block.row + i - HEADER_ROW - 1];
        if (line) line[block.position + j - 1] = cell;
      }),
    );
    return this.without.asText ? { ...block, asText: block.asText.map((line) => line.map(() => false)) } : block;
  }

  inserted(after: number, count: number): void {
    this.wrote = true;
    for (const lines of [this.expected?.rows, this.expected?.computed]) {
      (lines as unknown[][] | undefined)?.splice(after - HEADER_ROW, 0, ...Array.from({ length: count }, () => []));
    }
  }

  /** `rows` in descending order. */
  deleted(rows: readonly number[]): void {
    this.wrote = true;
    for (const row of rows) {
      for (const lines of [this.expected?.rows, this.expected?.computed]) lines?.splice(row - HEADER_ROW - 1, 1);
    }
  }
}

/** Mapped columns that are not on the sheet, as if they were there and empty. */
function withBlankColumns(reading: SheetReading, mapping: Mapping): SheetReading {
  const found = new Set(reading.columns.map(({ id }) => id));
  const gone = mapping.columns.filter(({ id }) => !found.has(id));
  if (gone.length === 0 || found.size < 2) return reading;
  const columns = [...reading.columns, ...gone.map(({ id, header }) => ({ id, header }))];
  // A suspended column is not looked at, whatever it shows.
  return { ...reading, columns, rows: reading.rows.map((line) => [...line, ...gone.map(() => null)]) };
}

const nothingComputed = ({ rows }: SheetReading): boolean[][] => rows.map((line) => line.map(() => false));

/** Headers that are gone or sorted away, as if they stood where they should, and errors among the keys as empty cells. */
function asIfInOrder(reading: SheetReading, { columns }: Mapping): SheetReading {
  const known = new Map(columns.map((column) => [column.id, column]));
  const keys = new Set(reading.columns.flatMap(({ id }, index) => (known.get(id ?? '')?.key ? [index] : [])));
  return {
    ...reading,
    columns: reading.columns.map(({ header, id }) => ({ id, header: known.get(id ?? '')?.header ?? header })),
    rows: reading.rows.map((line) => line.map((cell, index) => (keys.has(index) && isError(cell) ? null : cell))),
  };
}
