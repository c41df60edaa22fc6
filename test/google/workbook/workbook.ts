import { randomBytes } from 'node:crypto';
import type { Area } from './area.ts';
import { parseArea } from './area.ts';
import type { Change, NamedRange } from './attributes.ts';
import { isComputing } from './content.ts';
import { displayText } from './display.ts';
import { SheetError } from './errors.ts';
import { createFormulaEngine, type FormulaEngine } from './formulas.ts';
import { rewriteReferences, shiftReference } from './formula/references.ts';
import { localeOf, type Locale, type LocaleCode } from './locale.ts';
import { checkMetadataRoom, type DeveloperMetadata, type MetadataLocation } from './metadata.ts';
import { shiftPivot } from './pivot.ts';
import { serialAt } from './serial.ts';
import { shiftArea, type Shift } from './shift.ts';
import { copyTab, restoreWorkbook, takeSnapshot, type Snapshot } from './snapshot.ts';
import { Tab } from './tab.ts';
import { chosen, type Unconfirmed } from './unconfirmed.ts';
import type { ValidationContext } from './validation.ts';
import { isError, type Value } from './value.ts';

export interface WorkbookOptions {
  id?: string;
  title?: string;
  locale?: LocaleCode;
  timeZone?: string;
  /** E-mail address of the owner, who may edit whatever is protected. */
  owner?: string;
  /** The current instant, ms since 1970; the local Google passes its clock. */
  now?: () => number;
}

const TITLE_CHARS = 100;

/** A spreadsheet: tabs, named ranges, developer metadata, and one formula engine once a formula is entered. */
export class Workbook {
  readonly id: string;
  title: string;
  locale: LocaleCode;
  timeZone: string;
  owner: string;
  now: () => number;
  tabs: Tab[] = [];
  namedRanges: NamedRange[] = [];
  metadata: DeveloperMetadata[] = [];
  /** Counts every change. */
  revision = 0;
  /** Behaviour that nobody could confirm against Google: both answers can be tried (FIDELITY.md). */
  unconfirmed: Unconfirmed = { ...chosen };
  #engine: FormulaEngine | null = null;
  #listeners = new Set<(change: Change) => void>();

  constructor(options: WorkbookOptions = {}) {
    this.id = options.id ?? randomBytes(33).toString('base64url');
    this.title = options.title ?? 'Untitled spreadsheet';
    this.locale = options.locale ?? 'en_US';
    this.timeZone = options.timeZone ?? 'Etc/GMT';
    this.owner = options.owner ?? '';
    this.now = options.now ?? Date.now;
  }

  get localeData(): Locale {
    return localeOf(this.locale);
  }

  /** The current moment in the spreadsheet's time zone, as a serial. */
  today(): number {
    return serialAt(this.now(), this.timeZone);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(change: Change): void {
    this.revision++;
    for (const listener of [...this.#listeners]) listener(change);
  }

  // ---- tabs

  addTab(options: { id?: number; title?: string; rowCount?: number; columnCount?: number; index?: number } = {}): Tab {
    const title = options.title ?? this.#freeTitle('Sheet', 1);
    this.checkTitle(title);
    const id = options.id ?? (this.tabs.length === 0 ? 0 : this.newTabId());
    if (this.tabById(id)) throw new SheetError(`A sheet with the id ${id} already exists.`);
    const tab = new Tab(this, id, title, options.rowCount ?? 1000, options.columnCount ?? 26);
    this.tabs.splice(options.index ?? this.tabs.length, 0, tab);
    this.#structural({ kind: 'addTab', tabId: id });
    return tab;
  }

  /** A copy of a tab beside it: content, look, protections, merges; not its metadata. */
  duplicateTab(source: Tab, options: { id?: number; title?: string; index?: number } = {}): Tab {
    let title = options.title;
    for (let n = 1; title === undefined; n++) {
      const next = n === 1 ? `Copy of ${source.title}` : `Copy of ${source.title} ${n}`;
      if (!this.tabByTitle(next)) title = next;
    }
    const tab = this.addTab({ ...options, id: options.id ?? this.newTabId(), title });
    copyTab(source, tab);
    if (hasFormulas(this)) this.formulaChanged(tab);
    this.changed({ kind: 'restore', tabId: tab.id });
    return tab;
  }

  deleteTab(id: number): void {
    const tab = this.tabById(id);
    if (!tab) throw new SheetError(`No sheet with id: ${id}`);
    if (!this.tabs.some((other) => other !== tab && !other.hidden)) {
      throw new SheetError("You can't remove all the visible sheets in a document.");
    }
    this.tabs = this.tabs.filter((other) => other !== tab);
    this.namedRanges = this.namedRanges.filter((range) => range.tabId !== id);
    this.metadata = this.metadata.filter(({ location }) => !('tabId' in location && location.tabId === id));
    this.rewriteFormulas((reference) =>
      reference.tab !== undefined && same(reference.tab, tab.title) ? null : reference,
    );
    this.#structural({ kind: 'deleteTab', tabId: id });
  }

  tabById(id: number): Tab | undefined {
    return this.tabs.find((tab) => tab.id === id);
  }

  /** Titles are compared as Sheets compares them: without regard to case. */
  tabByTitle(title: string): Tab | undefined {
    return this.tabs.find((tab) => tab.title === title) ?? this.tabs.find((tab) => same(tab.title, title));
  }

  renameTab(tab: Tab, title: string): void {
    if (title === tab.title) return;
    this.checkTitle(title, tab);
    const old = tab.title;
    tab.title = title;
    this.rewriteFormulas((r) => (r.tab !== undefined && same(r.tab, old) ? { ...r, tab: title } : r));
    this.#structural({ kind: 'tabProperties', tabId: tab.id });
  }

  moveTab(tab: Tab, index: number): void {
    this.tabs = this.tabs.filter((other) => other !== tab);
    this.tabs.splice(index, 0, tab);
    this.changed({ kind: 'tabProperties', tabId: tab.id });
  }

  /** @throws SheetError when another tab has the title, or it is too long */
  checkTitle(title: string, except?: Tab): void {
    if (title.length > TITLE_CHARS) {
      throw new SheetError(`The sheet name cannot be greater than ${TITLE_CHARS} characters.`);
    }
    if (this.tabs.some((tab) => tab !== except && same(tab.title, title))) {
      throw new SheetError(`A sheet with the name "${title}" already exists. Please enter another name.`);
    }
  }

  newTabId(): number {
    for (;;) {
      const id = randomBytes(4).readUInt32BE() & 0x7fff_ffff;
      if (!this.tabById(id)) return id;
    }
  }

  #freeTitle(stem: string, from: number): string {
    let n = Math.max(from, this.tabs.length + 1);
    while (this.tabs.some((tab) => same(tab.title, `${stem}${n}`))) n++;
    return `${stem}${n}`;
  }

  // ---- metadata

  addMetadata(item: {
    id?: number;
    key: string;
    value?: string;
    visibility: DeveloperMetadata['visibility'];
    location: MetadataLocation;
  }): DeveloperMetadata {
    const id = item.id ?? randomBytes(4).readUInt32BE() & 0x7fff_ffff;
    if (this.metadata.some((other) => other.id === id)) {
      throw new SheetError(`Developer metadata with id ${id} already exists.`);
    }
    checkMetadataRoom(this.metadata, item);
    const made = { ...item, id };
    this.metadata = [...this.metadata, made];
    this.changed({ kind: 'metadata' });
    return made;
  }

  updateMetadata(id: number, change: Partial<Omit<DeveloperMetadata, 'id'>>): void {
    this.metadata = this.metadata.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.changed({ kind: 'metadata' });
  }

  removeMetadata(id: number): void {
    this.metadata = this.metadata.filter((item) => item.id !== id);
    this.changed({ kind: 'metadata' });
  }

  // ---- formulas

  /** Brings every formula up to date; called before a read. */
  calculate(): void {
    this.#engine?.calculate();
  }

  computedFormat(tab: Tab, row: number, column: number): string | undefined {
    return this.#engine?.formatOf(tab, row, column);
  }

  /** Value of a formula as if it stood in A1 of the tab; nothing is stored. */
  evaluate(tab: Tab, formula: string): Value {
    return this.#needEngine().evaluate(tab, formula);
  }

  /** Whether a pivot table stands in the area, or shows any of its results there. */
  showsPivot(tab: Tab, area: Area): boolean {
    return this.#engine?.showsPivot(tab, area) ?? false;
  }

  #needEngine(): FormulaEngine {
    return (this.#engine ??= createFormulaEngine(this));
  }

  /** Told by the tab when a formula came or went. */
  formulaChanged(tab: Tab): void {
    this.#needEngine().formulasChanged(tab);
  }

  contentChanged(tab: Tab, area: Area, actor?: string): void {
    this.#engine?.contentChanged(tab, area);
    this.changed({ kind: 'cells', tabId: tab.id, area, ...(actor === undefined ? {} : { actor }) });
  }

  structureChanged(tab: Tab, kind: Change['kind'], area: Partial<Area>): void {
    this.#structural({ kind, tabId: tab.id, area });
  }

  #structural(change: Change): void {
    this.#engine?.formulasChanged();
    this.changed(change);
  }

  /** Rewrites references in every formula of every tab; told the tab that a formula stands on. */
  rewriteFormulas(
    change: (reference: Parameters<typeof shiftReference>[0], home: Tab) => ReturnType<typeof shiftReference>,
  ): void {
    if (!this.#engine) return;
    for (const tab of this.tabs) {
      for (let r = 1; r <= tab.grid.length; r++) {
        tab.grid.row(r)?.extras?.forEach((extra, i) => {
          if (extra?.formula === undefined) return;
          const formula = rewriteReferences(extra.formula, (reference) => change(reference, tab));
          if (formula !== extra.formula) tab.grid.setExtra(r, i + 1, { ...extra, formula });
        });
      }
    }
  }

  /** Ranges, metadata and formulas follow a structural change of one tab. */
  shiftReferences(tab: Tab, shift: Shift): void {
    this.namedRanges = this.namedRanges.flatMap((range) => {
      if (range.tabId !== tab.id) return [range];
      const area = shiftArea(range.area, shift);
      return area ? [{ ...range, area }] : [];
    });
    const type = shift.axis === 'row' ? 'ROW' : 'COLUMN';
    this.metadata = this.metadata.flatMap((item) => {
      const { location } = item;
      if (location.type !== type || location.tabId !== tab.id) return [item];
      const index = shift.position(location.index);
      return index === null ? [] : [{ ...item, location: { ...location, index } }];
    });
    this.#shiftPivots(tab, shift);
    this.rewriteFormulas((reference, home) => {
      const target = reference.tab === undefined ? home : this.tabByTitle(reference.tab);
      return target === tab ? shiftReference(reference, shift) : reference;
    });
  }

  #shiftPivots(moved: Tab, shift: Shift): void {
    if (!this.#engine) return;
    for (const tab of this.tabs) {
      for (let r = 1; r <= tab.grid.length; r++) {
        tab.grid.row(r)?.extras?.forEach((extra, i) => {
          if (!extra?.pivot) return;
          const pivot = shiftPivot(extra.pivot, moved.id, shift);
          if (pivot !== extra.pivot) tab.grid.setExtra(r, i + 1, { ...extra, pivot });
        });
      }
    }
  }

  /** Rows changed places in a sort; metadata on them goes along. */
  rowsPermuted(tab: Tab, area: Area, destination: ReadonlyMap<number, number>): void {
    this.metadata = this.metadata.map((item) => {
      const { location } = item;
      if (location.type !== 'ROW' || location.tabId !== tab.id) return item;
      return { ...item, location: { ...location, index: destination.get(location.index) ?? location.index } };
    });
    this.#engine?.contentChanged(tab, area);
    this.#structural({ kind: 'sort', tabId: tab.id, area });
  }

  validationContext(tab: Tab): ValidationContext {
    return {
      locale: this.localeData,
      timeZone: this.timeZone,
      now: this.now(),
      display: (value) => displayText(value, undefined, this.localeData),
      formula: (formula) => this.evaluate(tab, formula),
      range: (text) => {
        const found = this.resolveRange(text.replace(/^=/, ''), tab);
        if (!found) return [];
        const { bottom, right, top = 1, left = 1 } = found.area;
        const extent = found.tab.dataExtent();
        const rows = Math.min(bottom ?? extent.rows, extent.rows) - top + 1;
        const columns = Math.min(right ?? extent.columns, extent.columns) - left + 1;
        if (rows < 1 || columns < 1) return [];
        return found.tab
          .rawValues(top, left, rows, columns)
          .flat()
          .filter((value) => !isError(value));
      },
    };
  }

  /** Tab and area that `Sheet1!A1:B2`, `A1:B2`, a title or a named range stands for; null when it is none. */
  resolveRange(text: string, home?: Tab): { tab: Tab; area: Partial<Area> } | null {
    const named = this.namedRanges.find((range) => same(range.name, text));
    if (named) return { tab: this.tabById(named.tabId)!, area: named.area };
    const match = /^(?:'((?:[^']|'')+)'|([^!']+))!(.*)$/.exec(text);
    const title = match ? (match[1]?.replaceAll("''", "'") ?? match[2]!) : undefined;
    const tab = title === undefined ? (home ?? this.tabs[0]) : this.tabByTitle(title);
    const area = parseArea(match ? match[3]! : text);
    if (tab && area) return { tab, area };
    const whole = match ? undefined : this.tabByTitle(text.replace(/^'(.*)'$/, '$1').replaceAll("''", "'"));
    return whole ? { tab: whole, area: {} } : null;
  }

  // ---- snapshots and copies

  snapshot(): Snapshot {
    return takeSnapshot(this);
  }

  /** Puts everything back as it was; listeners hear of one `restore`. */
  restore(snapshot: Snapshot): void {
    restoreWorkbook(this, snapshot);
    if (this.#engine || hasFormulas(this)) this.#needEngine().formulasChanged();
    this.changed({ kind: 'restore' });
  }

  /** A copy of the whole spreadsheet under a new id, with its metadata, notes and protections, as Sheets makes it. */
  copy(options: WorkbookOptions = {}): Workbook {
    const copy = new Workbook({
      locale: this.locale,
      timeZone: this.timeZone,
      owner: this.owner,
      now: this.now,
      ...options,
      title: options.title ?? `Copy of ${this.title}`,
    });
    const { title } = copy;
    copy.restore(this.snapshot());
    copy.title = title;
    return copy;
  }
}

function hasFormulas(workbook: Workbook): boolean {
  return workbook.tabs.some((tab) => {
    for (let r = 1; r <= tab.grid.length; r++) {
      if (tab.grid.row(r)?.extras?.some(isComputing)) return true;
    }
    return false;
  });
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
