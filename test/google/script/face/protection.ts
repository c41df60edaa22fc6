import type { ProtectionView } from '../services/protection.ts';
import type { RangeRef, SheetRef } from '../services/refs.ts';
import { ProtectionType } from './enums.ts';
import { make, refOf } from './make.ts';
import { call, exception } from './rpc.ts';
import { userOf } from './user.ts';

import Sheets = GoogleAppsScript.Spreadsheet;
type User = GoogleAppsScript.Base.User;

const emailOf = (who: string | User): string => (typeof who === 'string' ? who : who.getEmail());

export class ProtectionFace implements Sheets.Protection {
  readonly #sheet: SheetRef;
  readonly #id: number;
  readonly #whole: boolean;

  constructor({ doc, sheet }: SheetRef, id: number, whole: boolean) {
    this.#sheet = { doc, sheet };
    this.#id = id;
    this.#whole = whole;
  }

  static add(sheet: SheetRef, range: RangeRef | null): ProtectionFace {
    return new ProtectionFace(sheet, call('Protection.add', sheet, range), range === null);
  }

  static list(sheet: SheetRef, type: Sheets.ProtectionType): ProtectionFace[] {
    const whole = String(type) === 'SHEET';
    return call('Protection.list', sheet, whole).map((view) => new ProtectionFace(sheet, view.id, whole));
  }

  #view(): ProtectionView {
    const view = call('Protection.list', this.#sheet, this.#whole).find((each) => each.id === this.#id);
    if (!view) throw exception('The protection has been removed.');
    return view;
  }

  #change(change: Parameters<typeof call<'Protection.change'>>[3]): this {
    call('Protection.change', this.#sheet, this.#id, change);
    return this;
  }

  addEditor(who: string | User): this {
    return this.#change({ add: [emailOf(who)] });
  }

  addEditors(emails: string[]): this {
    return this.#change({ add: emails });
  }

  removeEditor(who: string | User): this {
    return this.#change({ remove: [emailOf(who)] });
  }

  removeEditors(who: (string | User)[]): this {
    return this.#change({ remove: who.map(emailOf) });
  }

  getEditors(): User[] {
    return this.#view().editors.map(userOf);
  }

  canEdit(): boolean {
    return this.#view().canEdit;
  }

  canDomainEdit(): boolean {
    return false;
  }

  setDomainEdit(): this {
    return this;
  }

  getDescription(): string {
    return this.#view().description;
  }

  setDescription(description: string): this {
    return this.#change({ description });
  }

  isWarningOnly(): boolean {
    return this.#view().warningOnly;
  }

  setWarningOnly(warningOnly: boolean): this {
    return this.#change({ warningOnly });
  }

  getProtectionType(): Sheets.ProtectionType {
    return this.#whole ? ProtectionType.SHEET : ProtectionType.RANGE;
  }

  getRange(): Sheets.Range {
    return make.range(this.#view().range);
  }

  getRangeName(): string | null {
    return null;
  }

  getUnprotectedRanges(): Sheets.Range[] {
    return this.#view().unprotected.map((ref) => make.range(ref));
  }

  setUnprotectedRanges(ranges: Sheets.Range[]): this {
    return this.#change({ unprotected: ranges.map(refOf) });
  }

  setNamedRange(): never {
    throw exception('Protection.setNamedRange is not provided by the local Google.');
  }

  setRange(): never {
    throw exception('Protection.setRange is not provided by the local Google.');
  }

  setRangeName(): never {
    throw exception('Protection.setRangeName is not provided by the local Google.');
  }

  remove(): void {
    this.#change(null);
  }
}
