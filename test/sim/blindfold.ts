import type { Block, SheetReading } from '../../shared/cycle/effects.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { Mapping } from '../../shared/mapping.ts';
import type { Ablation } from './ablations.ts';

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
    const { recheck, repair, missingColumns } = this.without;
    const reading = missingColumns ? withBlankColumns(shown, mapping) : shown;
    if (recheck && computed && !this.wrote && this.scanned) {
      return structuredClone({ ...this.scanned, computed: this.scanned.rows.map((line) => line.map(() => false)) });
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
