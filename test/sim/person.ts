import type { Cell } from '../../shared/cell.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { canonicalKeyPart } from '../../shared/row-key.ts';
import { areaOf } from '../google/workbook/area.ts';
import { SheetError } from '../google/workbook/errors.ts';
import type { CellInput } from '../google/workbook/input.ts';
import type { Snapshot } from '../google/workbook/snapshot.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { plain, type Oracle } from './oracle.ts';
import type { PersonAct } from './schedule.ts';
import { columnIds, toCell } from './sheet-effects.ts';
import { MAPPED, OWNER, type World } from './world.ts';

const ID = 'c1';
const FIRST_ROW = HEADER_ROW + 1;

/** Somebody in front of the sheet. Every act tells the oracle what was written over and what is meant now. */
export class Person {
  private lastEdit: { row: number; position: number; before: Cell; after: Cell } | null = null;
  private version: Snapshot | null = null;

  constructor(
    private readonly world: World,
    private readonly oracle: Oracle,
    /** A number never used before. */
    private readonly fresh: () => number,
  ) {}

  /** Answers whether there was anything to do it with. */
  async act(act: PersonAct, n: number, m: number): Promise<boolean> {
    try {
      return await this.perform(act, n, m);
    } catch (error) {
      // What Sheets refuses with a dialog.
      if (error instanceof SheetError) return false;
      throw error;
    }
  }

  private async perform(act: PersonAct, n: number, m: number): Promise<boolean> {
    const { tab } = this;
    const rows = this.filledRows();
    const row = rows[n % Math.max(1, rows.length)];
    const columns = ['c2', 'c3', 'c4'].filter((id) => this.position(id) !== null);
    const column = columns[m % Math.max(1, columns.length)];
    if (act !== 'addRow' && act !== 'version' && (row === undefined || column === undefined)) return false;
    switch (act) {
      case 'type':
        if (m % 11 === 10) return this.typeMemo(row!);
        return this.type(row!, column!, this.value(column!));
      case 'clear':
        return this.type(row!, column!, null);
      case 'typeSame':
        return this.typeWhatTheTableHas(row!);
      case 'refused':
        return m % 2 === 0 ? this.type(row!, 'c3', -this.fresh()) : this.repeatNote(row!, rows[m % rows.length]!);
      case 'formula':
        return this.type(row!, column!, `=1+${4000 + this.fresh()}`);
      case 'errorValue':
        return this.type(row!, column!, '#REF!');
      case 'addRow':
        return this.addRow(m);
      case 'deleteRow':
        return this.deleteRows(row!, 1 + (m % 8 === 0 ? 1 : 0));
      case 'clearRows':
        return this.deleteRows(FIRST_ROW, Math.max(1, tab.dataExtent().rows - FIRST_ROW - (m % 3)));
      case 'sort':
        return this.sort(FIRST_ROW, 1, tab.columnCount, this.position(columns[m % columns.length]!)!, n % 2 === 0);
      case 'partialSort':
        rows.forEach((one) => this.oracle.taint(this.key(one)));
        return this.sort(
          FIRST_ROW,
          this.position(column!)!,
          this.position(column!)!,
          this.position(column!)!,
          n % 2 === 0,
        );
      case 'sortHeader':
        return this.sort(HEADER_ROW, 1, tab.columnCount, this.position(column!)!, n % 2 === 0);
      case 'insertRow':
        tab.insertRows(row!, 1, 'before');
        return true;
      case 'moveRow':
        tab.moveRows(row!, 1, rows[m % rows.length]!);
        return true;
      case 'moveColumn':
        tab.moveColumns(1 + (n % 5), 1, 1 + (m % 7));
        return true;
      case 'insertColumn':
        tab.insertColumns(1 + (n % 6), 1, n % 6 === 0 ? 'after' : 'before');
        return true;
      case 'deleteColumn':
        return this.deleteColumn(column!);
      case 'renameHeader':
        if (tab.value(HEADER_ROW, this.position(ID)!) !== MAPPED[0]) return false;
        tab.setInput(HEADER_ROW, this.position(column!)!, `Header ${this.fresh()}`, { mode: 'raw' });
        return true;
      case 'renameTab':
        this.world.workbook.renameTab(tab, `Tab ${this.fresh()}`);
        return true;
      case 'pasteRow':
        return this.pasteRow(row!);
      case 'editKey':
        return this.typeKey(row!, 20_000 + this.fresh());
      case 'swapKeys':
        return this.swapKeys(row!, rows[m % rows.length]!);
      case 'keyForm':
        return this.spellKey(row!, m);
      case 'undo':
        return this.undo();
      case 'protect':
        tab.protectedRanges = [
          ...tab.protectedRanges,
          {
            id: this.fresh(),
            area: areaOf(row!, this.position(column!)!, 2, 1),
            description: '',
            warningOnly: false,
            editors: [],
            unprotected: [],
          },
        ];
        return true;
      case 'version':
        return this.toOlderVersion();
    }
  }

  /** Puts right by hand what pauses a link: the header goes back to the top. */
  repair(): void {
    const { tab } = this;
    const position = this.position(ID);
    if (position === null) return;
    for (let row = FIRST_ROW; row <= tab.dataExtent().rows; row++) {
      if (tab.value(row, position) === MAPPED[0]) tab.moveRows(row, 1, HEADER_ROW);
    }
  }

  position(column: string): number | null {
    for (const [position, id] of columnIds(this.tab)) if (id === column) return position;
    return null;
  }

  key(row: number): string | null {
    const position = this.position(ID);
    return position === null ? null : canonicalKeyPart('integer', this.cell(row, position));
  }

  private get tab(): Tab {
    return this.world.tab;
  }

  private cell(row: number, position: number): Cell {
    return toCell(this.tab.value(row, position), this.tab.numberFormat(row, position));
  }

  private filledRows(): number[] {
    const rows: number[] = [];
    const position = this.position(ID);
    if (position === null) return rows;
    for (let row = FIRST_ROW; row <= this.tab.dataExtent().rows; row++) {
      const value = this.tab.value(row, position);
      if (value !== null && value !== MAPPED[0]) rows.push(row);
    }
    return rows;
  }

  private value(column: string): CellInput {
    const n = this.fresh();
    if (this.oracle.fewValues) return column === 'c3' ? 1 + (n % 3) : 'xyz'[n % 3]!;
    if (column === 'c3') return 1000 + n + 0.25;
    return column === 'c2' ? `p${n}` : `pn${n}`;
  }

  private type(row: number, column: string, input: CellInput, again = false): boolean {
    const position = this.position(column);
    if (position === null) return false;
    const before = this.cell(row, position);
    this.tab.setInput(row, position, input, { mode: 'user', actor: OWNER });
    const after = this.cell(row, position);
    this.oracle.wrote('sheet', this.key(row), column, before, typeof after === 'object' ? null : after, again);
    this.lastEdit = { row, position, before, after };
    return true;
  }

  private typeMemo(row: number): boolean {
    for (let position = 1; position <= this.tab.columnCount; position++) {
      if (this.tab.value(HEADER_ROW, position) !== 'memo') continue;
      this.tab.setInput(row, position, `=1+${this.fresh()}`, { mode: 'user' });
      return true;
    }
    return false;
  }

  private async typeWhatTheTableHas(row: number): Promise<boolean> {
    const key = this.key(row);
    if (key === null || !/^\d{1,9}$/.test(key)) return false;
    const [found] = await this.world.sql<{ name: string | null }[]>`SELECT name FROM item WHERE id = ${key}::int`;
    return typeof found?.name === 'string' && !found.name.startsWith('=')
      ? this.type(row, 'c2', found.name, true)
      : false;
  }

  private repeatNote(row: number, other: number): boolean {
    const position = this.position('c4');
    const note = position === null ? null : this.cell(other, position);
    return typeof note === 'string' && !note.startsWith('=') && row !== other
      ? this.type(row, 'c4', note, true)
      : false;
  }

  private addRow(m: number): boolean {
    const { tab } = this;
    const row = Math.max(FIRST_ROW, tab.dataExtent().rows + 1);
    if (row > tab.rowCount) tab.insertRows(tab.rowCount + 1, 1, 'before');
    const id = this.position(ID);
    if (id === null) return false;
    const key = 20_000 + this.fresh();
    this.oracle.taint(String(key));
    tab.setInput(row, id, key, { mode: 'user' });
    for (const column of ['c2', 'c3', 'c4'])
      if ((m >> Number(column[1])) % 4 !== 0) this.type(row, column, this.value(column));
    return true;
  }

  private deleteRows(row: number, count: number): boolean {
    const { tab } = this;
    const last = Math.min(row + count - 1, tab.rowCount - 1);
    for (let r = row; r <= last; r++) this.leave(r);
    tab.deleteRows(row, last - row + 1);
    return true;
  }

  /** The content of a row goes by a person's will. */
  private leave(row: number): void {
    this.oracle.taint(this.key(row));
    for (const position of columnIds(this.tab).keys()) this.oracle.supersede('sheet', this.cell(row, position));
  }

  private sort(top: number, left: number, right: number, key: number, ascending: boolean): boolean {
    const { tab } = this;
    const bottom = tab.dataExtent().rows;
    if (bottom <= top) return false;
    tab.sort({ range: { top, left, bottom, right }, keys: [{ column: key, ascending }] });
    return true;
  }

  private deleteColumn(column: string): boolean {
    const position = this.position(column)!;
    if (this.tab.columnCount < 3) return false;
    for (let row = FIRST_ROW; row <= this.tab.dataExtent().rows; row++) {
      this.oracle.supersede('sheet', this.cell(row, position));
    }
    this.tab.deleteColumns(position, 1);
    return true;
  }

  private pasteRow(row: number): boolean {
    const { tab } = this;
    const target = tab.dataExtent().rows + 1;
    if (target > tab.rowCount) tab.insertRows(tab.rowCount + 1, 1, 'before');
    this.oracle.taint(this.key(row));
    for (let position = 1; position <= tab.dataExtent().columns; position++) {
      if (tab.formula(row, position) !== '' && !columnIds(tab).has(position)) continue;
      tab.grid.setValue(target, position, tab.value(row, position));
      tab.grid.setFormat(target, position, tab.grid.format(row, position));
    }
    tab.workbook.contentChanged(tab, areaOf(target, 1, 1, tab.columnCount));
    return true;
  }

  private typeKey(row: number, key: CellInput): boolean {
    this.oracle.taint(this.key(row));
    this.tab.setInput(row, this.position(ID)!, key, { mode: 'user' });
    this.oracle.taint(this.key(row));
    return true;
  }

  private swapKeys(row: number, other: number): boolean {
    const position = this.position(ID)!;
    const [one, two] = [this.tab.value(row, position), this.tab.value(other, position)];
    if (typeof one !== 'number' || typeof two !== 'number') return false;
    return this.typeKey(row, two) && this.typeKey(other, one);
  }

  /** The same key in another spelling: `007`, with spaces, as text. */
  private spellKey(row: number, m: number): boolean {
    const key = this.key(row);
    if (key === null) return false;
    const spelling = [`00${key}`, ` ${key} `, key, `${key}.0`][m % 4]!;
    this.tab.setInput(row, this.position(ID)!, spelling, { mode: 'raw' });
    return true;
  }

  private undo(): boolean {
    const { lastEdit } = this;
    if (lastEdit === null) return false;
    const { row, position, before, after } = lastEdit;
    this.lastEdit = null;
    const column = columnIds(this.tab).get(position);
    if (row > this.tab.rowCount || column === undefined || plain(this.cell(row, position)) !== plain(after))
      return false;
    if (typeof before === 'object' && before !== null) return false;
    this.tab.setInput(row, position, before, { mode: 'raw' });
    this.oracle.wrote('sheet', this.key(row), column, after, before, true);
    return true;
  }

  /** The first time a version is kept in mind; the second time the whole sheet goes back to it. */
  private toOlderVersion(): boolean {
    if (this.version === null) {
      this.version = this.world.workbook.snapshot();
      return false;
    }
    const before = this.shown();
    this.world.workbook.restore(this.version);
    const after = this.shown();
    for (const value of before) if (!after.has(value)) this.oracle.supersede('sheet', value);
    for (const row of this.filledRows()) this.oracle.taint(this.key(row));
    this.oracle.noLastWord = true;
    return true;
  }

  private shown(): Set<string> {
    const values = new Set<string>();
    for (let row = FIRST_ROW; row <= this.tab.dataExtent().rows; row++) {
      this.oracle.taint(this.key(row));
      for (const position of columnIds(this.tab).keys()) {
        const text = plain(this.cell(row, position));
        if (text !== null) values.add(text);
      }
    }
    return values;
  }
}
