/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- see range.ts */
import type { MenuItem } from '../ui-state.ts';
import { onActiveSheet } from './active-sheet.ts';
import { DeveloperMetadataFace, DeveloperMetadataFinderFace, addMetadata } from './developer-metadata.ts';
import { make, refOf } from './make.ts';
import { ProtectionFace } from './protection.ts';
import { RangeListFace } from './range-list.ts';
import { call, exception } from './rpc.ts';
import { TextFinderFace } from './text-finder.ts';
import { userOf } from './user.ts';

import Sheets = GoogleAppsScript.Spreadsheet;
type User = GoogleAppsScript.Base.User;

const emailOf = (who: string | User): string => (typeof who === 'string' ? who : who.getEmail());
type Template = { template?: Sheets.Sheet | undefined };

export interface SpreadsheetFace extends Sheets.Spreadsheet {}

export class SpreadsheetFace {
  declare readonly id: string;

  constructor(id: string) {
    Object.defineProperty(this, 'id', { value: id });
  }

  toString(): string {
    return 'Spreadsheet';
  }

  getId(): string {
    return this.id;
  }

  getUrl(): string {
    return `https://docs.google.com/spreadsheets/d/${this.id}/edit`;
  }

  getName(): string {
    return call('Spreadsheet.describe', this.id).name;
  }

  rename(name: string): void {
    call('Spreadsheet.setProperty', this.id, 'name', name);
  }

  getSpreadsheetLocale(): string {
    return call('Spreadsheet.describe', this.id).locale;
  }

  setSpreadsheetLocale(locale: string): void {
    call('Spreadsheet.setProperty', this.id, 'locale', locale);
  }

  getSpreadsheetTimeZone(): string {
    return call('Spreadsheet.describe', this.id).timeZone;
  }

  setSpreadsheetTimeZone(zone: string): void {
    call('Spreadsheet.setProperty', this.id, 'timeZone', zone);
  }

  copy(name: string): SpreadsheetFace {
    return new SpreadsheetFace(call('Spreadsheet.copy', this.id, name));
  }

  // ---- people

  getOwner(): User {
    return userOf(call('Spreadsheet.describe', this.id).owner);
  }

  getEditors(): User[] {
    const { owner, editors } = call('Spreadsheet.describe', this.id);
    return [owner, ...editors].map(userOf);
  }

  getViewers(): User[] {
    return call('Spreadsheet.describe', this.id).viewers.map(userOf);
  }

  addEditor(who: string | User): this {
    return this.addEditors([emailOf(who)]);
  }

  addEditors(emails: string[]): this {
    call('Spreadsheet.share', this.id, emails, 'edit');
    return this;
  }

  removeEditor(who: string | User): this {
    call('Spreadsheet.share', this.id, [emailOf(who)], 'none');
    return this;
  }

  addViewer(who: string | User): this {
    call('Spreadsheet.share', this.id, [emailOf(who)], 'view');
    return this;
  }

  addViewers(emails: string[]): this {
    call('Spreadsheet.share', this.id, emails, 'view');
    return this;
  }

  removeViewer(who: string | User): this {
    return this.removeEditor(who);
  }

  // ---- sheets

  #sheet(sheet: number): Sheets.Sheet {
    return make.sheet({ doc: this.id, sheet });
  }

  getSheets(): Sheets.Sheet[] {
    return call('Spreadsheet.getSheets', this.id).map(({ sheet }) => this.#sheet(sheet));
  }

  getNumSheets(): number {
    return call('Spreadsheet.getSheets', this.id).length;
  }

  getSheetByName(name: string): Sheets.Sheet | null {
    const sheet = call('Spreadsheet.getSheetByName', this.id, String(name));
    return sheet === null ? null : this.#sheet(sheet);
  }

  getSheetById(id: number): Sheets.Sheet | null {
    return call('Spreadsheet.getSheets', this.id).some(({ sheet }) => sheet === id) ? this.#sheet(id) : null;
  }

  insertSheet(...args: (string | number | Template | undefined)[]): Sheets.Sheet {
    const name = args.find((arg) => typeof arg === 'string') ?? null;
    const index = args.find((arg) => typeof arg === 'number') ?? null;
    const template = args.find((arg): arg is Template => typeof arg === 'object')?.template;
    return this.#sheet(call('Spreadsheet.insertSheet', this.id, name, index, template?.getSheetId() ?? null));
  }

  deleteSheet(sheet: Sheets.Sheet): void {
    call('Spreadsheet.deleteSheet', { doc: this.id, sheet: sheet.getSheetId() });
  }

  deleteActiveSheet(): Sheets.Sheet {
    this.deleteSheet(this.getActiveSheet());
    return this.getActiveSheet();
  }

  duplicateActiveSheet(): Sheets.Sheet {
    const copy = this.getActiveSheet().copyTo(this);
    return copy;
  }

  renameActiveSheet(name: string): void {
    this.getActiveSheet().setName(name);
  }

  moveActiveSheet(position: number): void {
    call('Spreadsheet.moveSheet', { doc: this.id, sheet: this.getActiveSheet().getSheetId() }, position);
  }

  getActiveSheet(): Sheets.Sheet {
    const selection = call('Selection.get');
    const sheets = call('Spreadsheet.getSheets', this.id);
    const active = sheets.find(({ sheet }) => sheet === selection?.sheet) ?? sheets[0]!;
    return this.#sheet(active.sheet);
  }

  setActiveSheet(sheet: Sheets.Sheet): Sheets.Sheet {
    return sheet.activate();
  }

  // ---- ranges

  getRange(name: string): Sheets.Range {
    const home = this.getActiveSheet().getSheetId();
    const ref = call('Spreadsheet.findRange', this.id, home, String(name));
    if (!ref) throw exception('Range not found');
    return make.range(ref);
  }

  getRangeList(names: string[]): RangeListFace {
    return new RangeListFace(names.map((name) => make.range(refOf(this.getRange(name)))));
  }

  getDataRange(): Sheets.Range {
    return this.getActiveSheet().getDataRange();
  }

  getLastRow(): number {
    return this.getActiveSheet().getLastRow();
  }

  getLastColumn(): number {
    return this.getActiveSheet().getLastColumn();
  }

  appendRow(contents: unknown[]): Sheets.Sheet {
    return this.getActiveSheet().appendRow(contents);
  }

  getActiveRange(): Sheets.Range | null {
    return this.getActiveSheet().getActiveRange();
  }

  getActiveCell(): Sheets.Range {
    return this.getActiveSheet().getActiveCell();
  }

  getCurrentCell(): Sheets.Range | null {
    return this.getActiveSheet().getCurrentCell();
  }

  setActiveRange(range: Sheets.Range): Sheets.Range {
    return this.getActiveSheet().setActiveRange(range);
  }

  setCurrentCell(cell: Sheets.Range): Sheets.Range {
    return this.setActiveRange(cell);
  }

  #named(name: string): Sheets.NamedRange {
    let current = name;
    const named: Sheets.NamedRange = {
      getName: () => current,
      getRange: () => this.getRangeByName(current)!,
      remove: () => this.removeNamedRange(current),
      setName: (next) => {
        const range = this.getRangeByName(current)!;
        this.removeNamedRange(current);
        current = next;
        this.setNamedRange(next, range);
        return named;
      },
      setRange: (range) => {
        this.setNamedRange(current, range);
        return named;
      },
    };
    return named;
  }

  getNamedRanges(): Sheets.NamedRange[] {
    return call('Spreadsheet.getNamedRanges', this.id).map(({ name }) => this.#named(name));
  }

  getRangeByName(name: string): Sheets.Range | null {
    const found = call('Spreadsheet.getNamedRanges', this.id).find((range) => range.name === name);
    return found ? make.range(found.range) : null;
  }

  setNamedRange(name: string, range: Sheets.Range): void {
    call('Spreadsheet.setNamedRange', this.id, name, refOf(range));
  }

  removeNamedRange(name: string): void {
    call('Spreadsheet.setNamedRange', this.id, name, null);
  }

  createTextFinder(text: string): TextFinderFace {
    return new TextFinderFace(text, () => this.getSheets().map((sheet) => make.range(refOf(sheet.getDataRange()))));
  }

  // ---- metadata and protection

  addDeveloperMetadata(key: string, ...rest: (string | Sheets.DeveloperMetadataVisibility)[]): this {
    addMetadata({ doc: this.id }, key, rest);
    return this;
  }

  getDeveloperMetadata(): DeveloperMetadataFace[] {
    return call('DeveloperMetadata.find', { doc: this.id }, {}).map(
      (item) => new DeveloperMetadataFace(this.id, item.id),
    );
  }

  createDeveloperMetadataFinder(): DeveloperMetadataFinderFace {
    return new DeveloperMetadataFinderFace({ doc: this.id });
  }

  getProtections(type: Sheets.ProtectionType): ProtectionFace[] {
    return call('Spreadsheet.getSheets', this.id).flatMap(({ sheet }) =>
      ProtectionFace.list({ doc: this.id, sheet }, type),
    );
  }

  // ---- what people see

  toast(message: string, title = ''): void {
    call('Spreadsheet.toast', String(message), title);
  }

  addMenu(name: string, items: ({ name: string; functionName: string } | null)[]): void {
    const menu: MenuItem[] = items.map((item) =>
      item ? { caption: item.name, fn: item.functionName } : { caption: '' },
    );
    call('Ui.addMenu', name, false, menu);
  }

  updateMenu(name: string, items: { name: string; functionName: string }[]): void {
    this.addMenu(name, items);
  }

  removeMenu(name: string): void {
    call('Ui.removeMenu', name);
  }
}

Object.assign(SpreadsheetFace.prototype, onActiveSheet);
