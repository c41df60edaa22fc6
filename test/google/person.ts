import type { Account } from './accounts/people.ts';
import type { LocalGoogle } from './local-google.ts';
import { type ChangeType, fireChange, fireEdit, fireSelection } from './script/events.ts';
import type { SheetDocument } from './script/documents.ts';
import { undoStep, type UndoStep } from './undo.ts';
import { areaOf, bounded, parseArea, type Area } from './workbook/area.ts';
import { ProtectedError } from './workbook/errors.ts';
import type { CellInput } from './workbook/input.ts';
import type { SortKey } from './workbook/sort.ts';
import { noticeInput } from './workbook/table.ts';
import type { Tab } from './workbook/tab.ts';
import { isError, type Value } from './workbook/value.ts';

/** Actions a person can take back, per document. */
const UNDO_STEPS = 100;

/**
 * A person in front of a spreadsheet. Each method does at once what the person does; scripts it sets off run on
 * meanwhile: `google.idle()` waits for them. What Sheets would refuse with a dialog throws.
 */
export class Person {
  readonly #undo = new Map<SheetDocument, UndoStep[]>();

  constructor(
    readonly google: LocalGoogle,
    readonly account: Account,
  ) {}

  get email(): string {
    return this.account.email;
  }

  // ---- content

  /** Types into one cell and presses Enter. */
  type(tab: Tab, cell: string, text: string): void {
    const area = this.#area(tab, cell);
    const { top: row, left: column } = area;
    const oldValue = eventValue(tab.grid.value(row, column));
    this.#act(tab, { content: area }, () => {
      tab.setInput(row, column, text, { mode: 'user', actor: this.email });
      noticeInput(tab, area);
    });
    this.#edited(tab, areaOf(row, column), eventValue(tab.value(row, column)), oldValue);
  }

  /** Pastes text, cell by cell read as if typed, from the given cell on. The event tells no values. */
  paste(tab: Tab, cell: string, block: CellInput[][]): void {
    const { top, left } = this.#area(tab, cell);
    const area = areaOf(top, left, block.length, Math.max(...block.map((line) => line.length)));
    // Sheets makes room for what is pasted.
    if (area.bottom > tab.rowCount) tab.insertRows(tab.rowCount + 1, area.bottom - tab.rowCount, 'before');
    this.#act(tab, { content: area }, () => {
      tab.setInputs(top, left, block, { mode: 'user', actor: this.email });
      noticeInput(tab, area);
    });
    this.#edited(tab, area);
  }

  /** Selects and presses Delete. */
  clear(tab: Tab, range: string): void {
    const area = this.#area(tab, range);
    const one = area.top === area.bottom && area.left === area.right;
    const oldValue = one ? eventValue(tab.grid.value(area.top, area.left)) : undefined;
    this.#act(tab, { content: area }, () => tab.clearContent(area, { actor: this.email }));
    this.#edited(tab, area, undefined, oldValue);
  }

  // ---- structure: no edit event, only a change event

  insertRows(tab: Tab, before: number, count = 1): void {
    this.#structure(tab, 'INSERT_ROW', () => tab.insertRows(before, count, before > 1 ? 'before' : 'after'));
  }

  deleteRows(tab: Tab, from: number, count = 1): void {
    this.#structure(tab, 'REMOVE_ROW', () => {
      this.#mayEdit(tab, { top: from, bottom: from + count - 1 });
      tab.deleteRows(from, count);
    });
  }

  insertColumns(tab: Tab, before: number, count = 1): void {
    this.#structure(tab, 'INSERT_COLUMN', () => tab.insertColumns(before, count, before > 1 ? 'before' : 'after'));
  }

  deleteColumns(tab: Tab, from: number, count = 1): void {
    this.#structure(tab, 'REMOVE_COLUMN', () => {
      this.#mayEdit(tab, { left: from, right: from + count - 1 });
      tab.deleteColumns(from, count);
    });
  }

  /** Drags columns; `before` counts as things stood before the move. */
  moveColumns(tab: Tab, from: number, count: number, before: number): void {
    this.#structure(tab, 'OTHER', () => tab.moveColumns(from, count, before));
  }

  moveRows(tab: Tab, from: number, count: number, before: number): void {
    this.#structure(tab, 'OTHER', () => tab.moveRows(from, count, before));
  }

  /** Data > Sort range. Without a range: all rows below the frozen ones, or below the header. */
  sort(tab: Tab, keys: SortKey[], range?: string): void {
    const top = Math.max(1, tab.frozenRows) + 1;
    const area = range ? this.#area(tab, range) : { top, left: 1, bottom: tab.rowCount, right: tab.columnCount };
    this.#structure(tab, 'OTHER', () => tab.sort({ range: area, keys, actor: this.email }));
  }

  setBackground(tab: Tab, range: string, colour: string | null): void {
    this.#structure(tab, 'FORMAT', () => tab.setBackground(this.#area(tab, range), colour, this.email));
  }

  setNote(tab: Tab, cell: string, note: string): void {
    const { top, left } = this.#area(tab, cell);
    this.#structure(tab, 'OTHER', () => tab.setNote(top, left, note, this.email));
  }

  addTab(document: SheetDocument, title?: string): Tab {
    this.#mayWrite(document);
    const tab = document.workbook.addTab(title === undefined ? {} : { title });
    this.#changed(document, 'INSERT_GRID');
    return tab;
  }

  deleteTab(tab: Tab): void {
    const document = this.#document(tab);
    this.#mayWrite(document);
    document.workbook.deleteTab(tab.id);
    this.#changed(document, 'REMOVE_GRID');
  }

  renameTab(tab: Tab, title: string): void {
    this.#structure(tab, 'OTHER', () => tab.workbook.renameTab(tab, title));
  }

  /** Takes back this person's last action in the document, if nobody changed the same cells since. */
  undo(document: SheetDocument): boolean {
    const step = this.#undo.get(document)?.pop();
    if (!step?.undo()) return false;
    // Whether an undo tells scripts anything is unconfirmed; a change event is the cautious half (FIDELITY.md).
    this.#changed(document, 'EDIT');
    return true;
  }

  // ---- the document around it

  async open(document: SheetDocument): Promise<void> {
    for (const install of this.google.installsIn(document)) await install.open(this.account);
  }

  select(tab: Tab, range: string): void {
    const { top, left, bottom, right } = this.#area(tab, range);
    const document = this.#document(tab);
    const place = { sheet: tab.id, row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
    document.select(this.account, place);
    fireSelection(this.google.installsIn(document), this.account, place);
  }

  async clickMenu(document: SheetDocument, caption: string): Promise<void> {
    const installs = this.google.installsIn(document);
    const install = installs.find((each) => each.menus.some((menu) => hasItem(menu.items, caption))) ?? installs[0];
    if (!install) throw new Error('No script is at work in this spreadsheet.');
    await install.clickMenu(caption, { as: this.account });
  }

  copySpreadsheet(document: SheetDocument, title?: string): Promise<SheetDocument> {
    return this.google.copySpreadsheet(document, this, title);
  }

  share(document: SheetDocument, other: Person, right: 'edit' | 'view' | 'none'): void {
    document.editors.delete(other.email);
    document.viewers.delete(other.email);
    if (right !== 'none') (right === 'edit' ? document.editors : document.viewers).add(other.email);
  }

  // ---- helpers

  #document(tab: Tab): SheetDocument {
    const document = this.google.runtime.documents.get(tab.workbook.id);
    if (!document) throw new Error('The spreadsheet is not in this local Google.');
    return document;
  }

  #area(tab: Tab, text: string): Area {
    const open = parseArea(text);
    if (!open) throw new Error(`"${text}" is no cell or range.`);
    return bounded(open, tab.rowCount, tab.columnCount);
  }

  #mayWrite(document: SheetDocument): void {
    if (!document.canEdit(this.account)) throw new Error(`${this.email} may only view this spreadsheet.`);
  }

  #mayEdit(tab: Tab, area: Partial<Area>): void {
    if (!tab.canEdit(area, this.email)) throw new ProtectedError();
  }

  #act(tab: Tab, what: { content?: Area }, act: () => void): void {
    const document = this.#document(tab);
    this.#mayWrite(document);
    const step = undoStep(tab, what.content ?? null);
    act();
    step.done();
    const steps = this.#undo.get(document) ?? [];
    this.#undo.set(document, [...steps, step].slice(-UNDO_STEPS));
  }

  #structure(tab: Tab, change: ChangeType, act: () => void): void {
    this.#act(tab, {}, act);
    this.#changed(this.#document(tab), change);
  }

  #changed(document: SheetDocument, change: ChangeType): void {
    fireChange(this.google.triggers, document, this.account, change);
  }

  #edited(tab: Tab, area: Area, value?: string, oldValue?: string): void {
    const document = this.#document(tab);
    const { top: row, left: column } = area;
    const range = { sheet: tab.id, row, column, rows: area.bottom - row + 1, columns: area.right - column + 1 };
    document.select(this.account, range);
    fireEdit(this.google.triggers, this.google.installsIn(document), document, this.account, {
      range,
      ...(value === undefined ? {} : { value }),
      ...(oldValue === undefined ? {} : { oldValue }),
    });
    this.#changed(document, 'EDIT');
  }
}

/** A value as an edit event tells it: text; nothing for an empty cell. Dates come as their serial. */
function eventValue(value: Value): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return isError(value) ? value.error : String(value);
}

function hasItem(items: { caption: string; items?: { caption: string }[] }[], caption: string): boolean {
  return items.some((item) => item.caption === caption || (item.items ? hasItem(item.items, caption) : false));
}
