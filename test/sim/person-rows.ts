import type { Cell } from '../../shared/cell.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import type { CellInput } from '../google/workbook/input.ts';
import { isError as isErrorValue, type Value } from '../google/workbook/value.ts';
import { plain, type Oracle } from './oracle.ts';
import type { Profile } from './profiles.ts';
import type { RowAct } from './schedule-rows.ts';
import { freeRow, sortRows } from './sheet-acts.ts';
import { columnIds, noteIn } from './sheet-effects.ts';
import { OWNER, type World } from './world.ts';

/** What a person's hands can do with cells. */
interface Hands {
  position(column: string): number | null;
  key(row: number): string | null;
  numbered(n: number): CellInput[];
  /** The row shows cells that were another's. */
  mix(row: number): void;
  cell(row: number, position: number): Cell;
  /** `again`: a value that stood somewhere before. */
  type(row: number, column: string, input: CellInput, again?: boolean): boolean;
  typeKey(row: number, parts: readonly CellInput[]): boolean;
  value(column: string): CellInput;
  /** A number never used before. */
  readonly fresh: () => number;
}

/** Somebody who edits rows that have to do with one another. */
export class RowPerson {
  /** What stood in key cells that show an error now. */
  private readonly broken = new Map<number, Value>();
  /** Number of the row that another belongs to, and that is not there yet. */
  private awaited: number | null = null;

  constructor(
    private readonly world: World,
    private readonly oracle: Oracle,
    private readonly hands: Hands,
  ) {}

  /** On rows of the sheet, the first of which is the one to act on. */
  act(act: RowAct | 'swapKeys', rows: readonly number[], m: number): boolean {
    const [row] = rows;
    switch (act) {
      case 'swapKeys':
        return this.swapKeys(row!, rows[1 + (m % (rows.length - 1))]!);
      case 'swapValues':
        return this.swapValues([row!, ...[m, m >> 4].slice(0, m % 3 === 0 ? 2 : 1).map((n) => rows[n % rows.length]!)]);
      case 'childFirst':
        return this.typeChild(row!);
      case 'addParent':
        return this.addParent();
    }
  }

  /** One column by itself, so that its cells come to other rows. What comes to one without a key belongs to whatever key that gets. */
  sortColumn(column: string, ascending: boolean): boolean {
    const position = this.hands.position(column)!;
    const count = this.world.tab.dataExtent().rows - HEADER_ROW;
    const rows = Array.from({ length: Math.max(0, count) }, (_, index) => HEADER_ROW + 1 + index);
    const isKeyless = rows.some((row) => this.hands.key(row) === null);
    for (const row of rows) {
      this.hands.mix(row);
      if (isKeyless) this.oracle.sortedWithoutKey.add(`${column}:${plain(this.hands.cell(row, position))}`);
    }
    this.oracle.keysExchanged = true;
    return sortRows(this.world.tab, HEADER_ROW + 1, position, position, position, ascending);
  }

  /** A value that the table does not take: negative, or one that another row has. */
  typeRefused(row: number, other: number, negative: boolean): boolean {
    return negative ? this.typeNegative(row) : this.repeatValue(row, other);
  }

  private typeNegative(row: number): boolean {
    const column = this.profile.values.find(({ refused }) => refused === 'negative');
    return column ? this.hands.type(row, column.id, -this.hands.fresh()) : false;
  }

  private repeatValue(row: number, other: number): boolean {
    const column = this.profile.values.find(({ refused }) => refused === 'repeated');
    const position = column ? this.hands.position(column.id) : null;
    const value = position === null ? null : this.hands.cell(other, position);
    return typeof value === 'string' && !value.startsWith('=') && row !== other
      ? this.hands.type(row, column!.id, value, true)
      : false;
  }

  /**
   * The row gets another key. Where a copy stands under the former one, no message misses that, and the notes of the row
   * stay (a known gap).
   */
  leaveKey(row: number): void {
    const { tab } = this.world;
    const key = this.hands.key(row);
    this.oracle.taint(key);
    const rows = Array.from({ length: tab.dataExtent().rows }, (_, index) => index + 1);
    if (key === null || !rows.some((other) => other !== row && this.hands.key(other) === key)) return;
    for (const [position, id] of columnIds(tab)) this.oracle.notesLeft.add(noteIn(id, tab.note(row, position)));
  }

  /** A formula in the place of the key shows an error: the row is there, and nobody can tell which it is. */
  breakKey(row: number, position: number): boolean {
    const value = this.world.tab.value(row, position);
    if (isErrorValue(value)) return false;
    const n = this.hands.fresh();
    this.broken.set(n, value);
    this.oracle.taint(this.hands.key(row));
    this.world.tab.setInput(row, position, `=BROKEN${n}()`, { mode: 'user', actor: OWNER });
    // In a cell of plain text it is a key like any other.
    this.hands.mix(row);
    return true;
  }

  mendKey(row: number, position: number): void {
    const n = /BROKEN(\d+)/i.exec(this.world.tab.formula(row, position))?.[1];
    const before = n === undefined ? undefined : this.broken.get(Number(n));
    if (before === undefined || isErrorValue(before))
      this.hands.typeKey(row, this.hands.numbered(20_000 + this.hands.fresh()));
    else this.world.tab.setInput(row, position, before, { mode: 'raw', actor: OWNER });
    this.hands.mix(row);
  }

  private get profile(): Profile {
    return this.world.profile;
  }

  /** Rows give their values of a unique column to one another, in a ring. */
  private swapValues(rows: readonly number[]): boolean {
    const { hands } = this;
    const column = this.profile.values.find(({ refused }) => refused === 'repeated');
    const position = column ? hands.position(column.id) : null;
    if (position === null || new Set(rows).size < rows.length) return false;
    const values = rows.map((row) => hands.cell(row, position));
    if (values.some((value) => typeof value !== 'string' || value.startsWith('='))) return false;
    rows.forEach((row, index) => hands.type(row, column!.id, values[(index + 1) % rows.length] as string, true));
    for (const value of values) this.oracle.stands('sheet', value);
    return true;
  }

  private swapKeys(row: number, other: number): boolean {
    const parts = (one: number): CellInput[] =>
      this.profile.keys.map(({ id }) => {
        const position = this.hands.position(id);
        const value = position === null ? null : this.world.tab.value(one, position);
        return isErrorValue(value) ? null : value;
      });
    const [one, two] = [parts(row), parts(other)];
    if ([...one, ...two].includes(null)) return false;
    this.oracle.keysExchanged = true;
    return this.hands.typeKey(row, two) && this.hands.typeKey(other, one);
  }

  /** The row is to belong to one that is added later, if at all. */
  private typeChild(row: number): boolean {
    const column = this.profile.values.find(({ refers }) => refers);
    if (!column) return false;
    this.awaited = 20_000 + this.hands.fresh();
    return this.hands.type(row, column.id, this.awaited);
  }

  private addParent(): boolean {
    const { awaited, hands, profile } = this;
    const { id } = profile.values[0]!;
    if (awaited === null || profile.keys.some((key) => hands.position(key.id) === null)) return false;
    this.awaited = null;
    const row = freeRow(this.world.tab);
    hands.typeKey(
      row,
      profile.keys.map((key) => key.typed(awaited)),
    );
    return hands.type(row, id, hands.value(id));
  }
}
