import type { Demo } from '../boot.ts';
import { must } from './step.ts';

/** Both sides of the story's companies, addressed as people do: by symbol and heading. */
export class StoryTable {
  constructor(readonly demo: Demo) {}

  /** Column of a heading in the sheet, wherever it has been moved to. */
  column(header: string): number {
    const { tab } = this.demo;
    for (let column = 1; column <= tab.columnCount; column++) if (tab.value(1, column) === header) return column;
    throw new Error(`The sheet has no column ${header}.`);
  }

  /** Row of a symbol in the sheet, wherever it has been sorted to. */
  row(symbol: string): number {
    const { tab } = this.demo;
    const column = this.column('Symbol');
    const last = tab.dataExtent().rows;
    for (let row = 2; row <= last; row++) if (tab.value(row, column) === symbol) return row;
    throw new Error(`The sheet has no row ${symbol}.`);
  }

  /** A person types into the cell and leaves it; answers when every trigger it fired has run. */
  async type(symbol: string, header: string, text: string): Promise<void> {
    this.demo.hands.type(this.row(symbol), this.column(header), text);
    await this.demo.idle();
  }

  shown(symbol: string, header: string): string {
    return this.demo.tab.displayValue(this.row(symbol), this.column(header));
  }

  note(symbol: string, header: string): string {
    return this.demo.tab.note(this.row(symbol), this.column(header));
  }

  /** The table's value as text, null for NULL. */
  async stored(symbol: string, column: string): Promise<string | null> {
    const { sql, table } = this.demo;
    must(table !== null, 'No table is linked yet.');
    const [row] = await sql<{ value: string | null }[]>`
      select ${sql(column)}::text as value from ${sql(table.schema)}.${sql(table.name)} where symbol = ${symbol}`;
    must(row !== undefined, `The table has no row ${symbol}.`);
    return row.value;
  }

  /** Runs SQL as another program of the database would; answers how many rows it changed. */
  async run(text: string): Promise<number> {
    return (await this.demo.sql.unsafe(text)).count;
  }
}
