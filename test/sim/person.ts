import { isError, type Cell } from '../../shared/cell.ts';
import { HEADER_ROW } from '../../shared/limits.ts';
import { canonicalKeyPart } from '../../shared/row-key.ts';
import { SheetError } from '../google/workbook/errors.ts';
import type { CellInput } from '../google/workbook/input.ts';
import type { Snapshot } from '../google/workbook/snapshot.ts';
import type { Tab } from '../google/workbook/tab.ts';
import { isError as isErrorValue } from '../google/workbook/value.ts';
import { archivedRows } from './archive-effects.ts';
import { plain, type Oracle } from './oracle.ts';
import { isTracked, keyOf, kindOf, partsOf, whereKey, type Profile, type ValueColumn } from './profiles.ts';
import { RowPerson } from './person-rows.ts';
import type { PersonAct } from './schedule.ts';
import { copyBelow, cutAndPaste, freeRow, hasHeader, protectCells, sortRows, typeHeaders } from './sheet-acts.ts';
import { columnIds, toCell, unmappedCells } from './sheet-effects.ts';
import { OWNER, type World } from './world.ts';

const FIRST_ROW = HEADER_ROW + 1;

/** Somebody in front of the sheet, who tells the oracle what was written over and what is meant now. */
export class Person {
  private headerGone = false;
  private lastEdit: { row: number; position: number; before: Cell; after: Cell } | null = null;
  private version: Snapshot | null = null;
  private versionUnmapped: readonly { value: Cell }[] = [];
  private readonly rows: RowPerson;

  constructor(
    private readonly world: World,
    private readonly oracle: Oracle,
    /** A number never used before. */
    readonly fresh: () => number,
  ) {
    this.rows = new RowPerson(world, oracle, this);
  }

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
    const columns = this.profile.values.map(({ id }) => id).filter((id) => this.position(id) !== null);
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
        return this.rows.typeRefused(row!, rows[m % rows.length]!, m % 2 === 0);
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
        return sortRows(tab, FIRST_ROW, 1, tab.columnCount, this.position(columns[m % columns.length]!)!, n % 2 === 0);
      case 'partialSort':
        return this.rows.sortColumn(column!, n % 2 === 0);
      case 'sortHeader':
        return sortRows(tab, HEADER_ROW, 1, tab.columnCount, this.position(column!)!, n % 2 === 0);
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
        if (tab.value(HEADER_ROW, this.keyPosition!) !== this.keyHeader) return false;
        tab.setInput(HEADER_ROW, this.position(column!)!, `Header ${this.fresh()}`, { mode: 'raw' });
        return true;
      case 'renameTab':
        this.world.workbook.renameTab(tab, `Tab ${this.fresh()}`);
        return true;
      case 'pasteRow':
        return this.pasteRow(row!);
      case 'editKey':
        return this.typeKey(row!, this.numbered(20_000 + this.fresh()));
      case 'keyForm':
        return this.spellKey(row!, m);
      case 'breakKey':
        return this.rows.breakKey(row!, this.keyPosition!);
      case 'undo':
        return this.undo();
      case 'cutPaste':
        this.oracle.notesLost = true;
        cutAndPaste(tab, row!);
        return true;
      case 'replaceAll':
        return this.replaceAll(rows);
      case 'deleteHeader':
        if (tab.value(HEADER_ROW, this.keyPosition!) !== this.keyHeader) return false;
        tab.deleteRows(HEADER_ROW, 1);
        this.headerGone = true;
        return true;
      case 'protect':
        protectCells(tab, row!, this.position(column!)!, this.fresh());
        return true;
      case 'version':
        return this.toOlderVersion();
      case 'swapKeys':
      case 'swapValues':
      case 'childFirst':
      case 'addParent':
        return this.rows.act(act, [row!, ...rows], m);
    }
  }

  /** Puts right by hand what pauses a link: the header goes back to the top, or is typed again. */
  repair(): void {
    const { tab } = this;
    const position = this.keyPosition;
    if (position === null) return;
    if (this.headerGone && !hasHeader(tab, position, this.keyHeader)) typeHeaders(tab, this.profile);
    for (let row = FIRST_ROW; row <= tab.dataExtent().rows; row++) {
      if (tab.value(row, position) === this.keyHeader) tab.moveRows(row, 1, HEADER_ROW);
    }
    for (let row = FIRST_ROW; row <= tab.dataExtent().rows; row++) {
      if (isErrorValue(tab.value(row, position))) this.rows.mendKey(row, position);
    }
  }

  position(column: string): number | null {
    for (const [position, id] of columnIds(this.tab)) if (id === column) return position;
    return null;
  }

  key(row: number): string | null {
    const positions = this.profile.keys.map(({ id }) => this.position(id));
    return keyOf(
      this.profile,
      positions.map((position) => (position === null ? null : this.cell(row, position))),
    );
  }

  private get profile(): Profile {
    return this.world.profile;
  }

  private get keyHeader(): string {
    return this.profile.keys[0]!.name;
  }

  private get keyPosition(): number | null {
    return this.position(this.profile.keys[0]!.id);
  }

  private get tab(): Tab {
    return this.world.tab;
  }

  cell(row: number, position: number): Cell {
    return toCell(this.tab.value(row, position), this.tab.numberFormat(row, position));
  }

  private filledRows(): number[] {
    const rows: number[] = [];
    const position = this.keyPosition;
    if (position === null) return rows;
    for (let row = FIRST_ROW; row <= this.tab.dataExtent().rows; row++) {
      const value = this.tab.value(row, position);
      if (value !== null && value !== this.keyHeader) rows.push(row);
    }
    return rows;
  }

  private column(id: string): ValueColumn {
    return this.profile.values.find((column) => column.id === id)!;
  }

  value(column: string): CellInput {
    const n = this.fresh();
    const kind = kindOf(this.column(column));
    return this.oracle.fewValues ? kind.few(n).typed : kind.typed(n);
  }

  type(row: number, column: string, input: CellInput, again = false): boolean {
    const position = this.position(column);
    if (position === null) return false;
    const before = this.cell(row, position);
    this.tab.setInput(row, position, input, { mode: 'user', actor: OWNER });
    const after = this.cell(row, position);
    if (this.tab.formula(row, position) !== '') this.oracle.computed.add(plain(after) ?? '');
    if (isTracked(this.profile, this.column(column))) {
      this.oracle.wrote('sheet', this.key(row), column, before, isError(after) ? null : after, again);
    }
    this.lastEdit = { row, position, before, after };
    return true;
  }

  /** Find and replace: many cells of one column change at once. */
  private replaceAll(rows: readonly number[]): boolean {
    const { id } = this.profile.values[0]!;
    const position = this.position(id);
    if (position === null) return false;
    const n = this.fresh();
    let done = false;
    for (const row of rows) {
      const value = this.cell(row, position);
      if (typeof value !== 'string' || this.tab.formula(row, position) !== '' || value.startsWith('#')) continue;
      done = this.type(row, id, this.oracle.fewValues ? 'z' : `${value}r${n}`) || done;
    }
    return done;
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
    const { table } = this.profile;
    const parts = key === null ? null : partsOf(this.profile, key);
    if (parts === null) return false;
    const [found] = await this.world.sql.unsafe<{ name: string | null }[]>(
      `SELECT name FROM ${table} WHERE ${whereKey(this.profile, 1)}`,
      parts,
    );
    return typeof found?.name === 'string' && !found.name.startsWith('=')
      ? this.type(row, this.profile.values[0]!.id, found.name, true)
      : false;
  }

  private addRow(m: number): boolean {
    if (this.keyPosition === null) return false;
    const row = freeRow(this.tab);
    const keyless = this.profile.generated && m % 3 !== 0;
    if (!keyless) this.typeKey(row, this.numbered(20_000 + this.fresh()), true);
    for (const { id } of this.profile.values) {
      if ((m >> Number(id[1])) % 4 !== 0) this.type(row, id, this.value(id));
    }
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

  private deleteColumn(column: string): boolean {
    const position = this.position(column)!;
    if (this.tab.columnCount < 3) return false;
    // From the very first: a header that was sorted among the rows left one of them in its place.
    for (let row = HEADER_ROW; row <= this.tab.dataExtent().rows; row++) {
      this.oracle.supersede('sheet', this.cell(row, position));
    }
    this.tab.deleteColumns(position, 1);
    this.oracle.columnsGone.set(column, this.world.clock.ms);
    return true;
  }

  private pasteRow(row: number): boolean {
    const { tab } = this;
    this.oracle.repeat(this.key(row));
    for (const [position, id] of columnIds(tab)) this.oracle.copied.add(`${id}:${plain(this.cell(row, position))}`);
    const all = Array.from({ length: tab.dataExtent().columns }, (_, index) => index + 1);
    copyBelow(
      tab,
      row,
      all.filter((position) => tab.formula(row, position) === '' || columnIds(tab).has(position)),
    );
    return true;
  }

  numbered(n: number): CellInput[] {
    return this.profile.keys.map((column) => column.typed(n));
  }

  /** `isNew`: a key that no row ever had, in a row that holds nothing else. */
  typeKey(row: number, parts: readonly CellInput[], isNew = false): boolean {
    if (!isNew) this.rows.leaveKey(row);
    this.profile.keys.forEach(({ id }, index) => {
      const position = this.position(id);
      // As text where it is text: a sheet would make a number of `007`.
      const mode = typeof parts[index] === 'string' ? 'raw' : 'user';
      if (position !== null) this.tab.setInput(row, position, parts[index]!, { mode, actor: OWNER });
    });
    if (!isNew) this.mix(row);
    return true;
  }

  /** The same key in another spelling: `007`, with spaces, as text; or what looks like it and is another. */
  private spellKey(row: number, m: number): boolean {
    if (this.key(row) === null) return false;
    const columns = this.profile.keys;
    const column = columns[(m >> 4) % columns.length]!;
    const position = this.position(column.id)!;
    const canonical = canonicalKeyPart(column.kind, this.cell(row, position));
    if (canonical === null) return false;
    const spellings = column.spellings(canonical);
    const spelling = spellings[m % spellings.length]!;
    const meansAnother = canonicalKeyPart(column.kind, spelling) !== canonical;
    if (meansAnother) this.oracle.taint(this.key(row));
    this.tab.setInput(row, position, spelling, { mode: 'raw' });
    if (meansAnother) this.mix(row);
    return true;
  }

  /** The row shows cells that were another's. */
  mix(row: number): void {
    const key = this.key(row);
    this.oracle.taint(key);
    if (key !== null) this.oracle.mixed.add(key);
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
    const known = this.profile.values.find(({ id }) => id === column);
    if (known && isTracked(this.profile, known)) this.oracle.wrote('sheet', this.key(row), column, after, before, true);
    return true;
  }

  /** The first time a version is kept in mind; the second time the whole sheet goes back to it. */
  private toOlderVersion(): boolean {
    if (this.version === null) {
      this.version = this.world.workbook.snapshot();
      this.versionUnmapped = [...unmappedCells(this.tab)];
      return false;
    }
    const { workbook } = this.world;
    const everything = () => new Set([...this.shown(), ...archivedRows(workbook).flatMap((line) => line.map(plain))]);
    const before = everything();
    workbook.restore(this.version);
    this.oracle.archived.length = 0; // The archive, too, is what it was.
    this.oracle.leaveStrays(this.versionUnmapped);
    this.oracle.columnsGone.clear();
    this.oracle.restores++;
    const after = everything();
    for (const value of before) if (!after.has(value)) this.oracle.supersede('sheet', value);
    for (const row of this.filledRows()) this.oracle.taint(this.key(row));
    this.oracle.noLastWord = true;
    return true;
  }

  private shown(): Set<string> {
    const values = new Set<string>();
    // From the very first: without its header row the sheet begins with data.
    for (let row = HEADER_ROW; row <= this.tab.dataExtent().rows; row++) {
      this.oracle.taint(this.key(row));
      for (const position of columnIds(this.tab).keys()) {
        const text = plain(this.cell(row, position));
        if (text !== null) values.add(text);
      }
    }
    return values;
  }
}
