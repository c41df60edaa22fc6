import { cellName } from '../../../shared/a1.ts';
import type { Person } from '../person.ts';
import type { SheetDocument } from '../script/documents.ts';
import type { Tab } from '../workbook/tab.ts';

/** The demo's person at its one tab, by rows and columns as the page's grid speaks of cells. */
export class Hands {
  #canUndo = false;

  constructor(
    readonly person: Person,
    readonly document: SheetDocument,
    readonly tab: () => Tab,
  ) {}

  get canUndo(): boolean {
    return this.#canUndo;
  }

  type(row: number, column: number, text: string): void {
    this.person.type(this.tab(), cellName(row, column), text);
    this.#canUndo = true;
  }

  paste(row: number, column: number, values: string[][]): void {
    this.person.paste(this.tab(), cellName(row, column), values);
    this.#canUndo = true;
  }

  clear(row: number, column: number, rows: number, columns: number): void {
    this.person.clear(this.tab(), `${cellName(row, column)}:${cellName(row + rows - 1, column + columns - 1)}`);
    this.#canUndo = true;
  }

  insertRows(before: number, count: number): void {
    this.person.insertRows(this.tab(), before, count);
    this.#canUndo = true;
  }

  deleteRows(from: number, count: number): void {
    this.person.deleteRows(this.tab(), from, count);
    this.#canUndo = true;
  }

  insertColumns(before: number, count: number): void {
    this.person.insertColumns(this.tab(), before, count);
    this.#canUndo = true;
  }

  deleteColumns(from: number, count: number): void {
    this.person.deleteColumns(this.tab(), from, count);
    this.#canUndo = true;
  }

  /** Sorts the rows below the header. */
  sort(column: number, ascending: boolean): void {
    this.person.sort(this.tab(), [{ column, ascending }]);
    this.#canUndo = true;
  }

  undo(): void {
    this.#canUndo = this.person.undo(this.document);
  }
}
