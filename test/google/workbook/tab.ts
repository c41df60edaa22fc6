import { cellName } from '../../../shared/a1.ts';
import type { Attachment } from './attachments.ts';
import { areaOf, bounded, contains, intersects, type Area, type OpenArea } from './area.ts';
import type { BasicFilter, Change, ProtectedRange } from './attributes.ts';
import { extraAfter, measureExtent } from './content.ts';
import { displayText } from './display.ts';
import { InvalidDataError, OutOfGridError, ProtectedError, SheetError } from './errors.ts';
import { toLocal } from './formula/localize.ts';
import { Grid, type CellExtra, type CellFormat } from './grid.ts';
import { checkLength, readInput, type CellInput, type InputMode } from './input.ts';
import type { DeveloperMetadata } from './metadata.ts';
import { isDateFormat } from './number-format.ts';
import { sortRows, type SortKey } from './sort.ts';
import { deleteLines, insertLines, moveLines } from './structure.ts';
import { checkType, fitsColumn, NO_FORMATS, NOT_ALLOWED, refuseTyped, typeFormat, type Table } from './table.ts';
import { checkRule, satisfies, type ValidationRule } from './validation.ts';
import type { Value } from './value.ts';
import type { Workbook } from './workbook.ts';

export interface WriteOptions {
  /** `user` (default): strings are parsed as if typed. `raw`: strings stay what they are. */
  mode?: InputMode;
  /** E-mail address of the writer: protection is then enforced. Absent: the model's own hand, never refused. */
  actor?: string;
  /** Enforce reject-style validation (people and Apps Script; REST writes go through). Default: as `actor`. */
  validate?: boolean;
}

/** One sheet of a workbook. Rows and columns are 1-based throughout; a cell outside of the grid throws. */
export class Tab {
  readonly workbook: Workbook;
  readonly id: number;
  title: string;
  rowCount: number;
  columnCount: number;
  frozenRows = 0;
  frozenColumns = 0;
  hidden = false;
  merges: Area[] = [];
  protectedRanges: ProtectedRange[] = [];
  /** Rows and columns hidden by hand. */
  hiddenRows = new Set<number>();
  hiddenColumns = new Set<number>();
  filter: BasicFilter | null = null;
  tables: Table[] = [];
  /** Filter views, slicers, alternating colours and conditional formats. */
  attachments: Attachment[] = [];
  /** Further SheetProperties and GridProperties of the API, kept as given (tabColor, hideGridlines, …). */
  other: Record<string, unknown> = {};
  readonly grid = new Grid();
  /** Results of formulas and their spills, 0-based by column; owned by the formula engine. */
  computed: Map<number, (Value | undefined)[]> | null = null;
  #extent: { revision: number; rows: number; columns: number } | null = null;

  constructor(workbook: Workbook, id: number, title: string, rowCount: number, columnCount: number) {
    this.workbook = workbook;
    this.id = id;
    this.title = title;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
  }

  /** 0-based position among the tabs. */
  get index(): number {
    return this.workbook.tabs.indexOf(this);
  }

  // ---- reading

  value(row: number, column: number): Value {
    this.workbook.calculate();
    return this.computed?.get(row)?.[column - 1] ?? this.grid.value(row, column);
  }

  /** The values of a rectangle, row by row. */
  rawValues(row: number, column: number, rows: number, columns: number): Value[][] {
    this.checkArea(areaOf(row, column, rows, columns));
    this.workbook.calculate();
    const out: Value[][] = new Array(rows);
    for (let r = 0; r < rows; r++) {
      const stored = this.grid.row(row + r)?.values;
      const computed = this.computed?.get(row + r);
      const line: Value[] = new Array(columns);
      for (let c = 0; c < columns; c++) line[c] = computed?.[column - 1 + c] ?? stored?.[column - 1 + c] ?? null;
      out[r] = line;
    }
    return out;
  }

  /** The formula with its `=`, in the spelling of the locale; '' where there is none. */
  formula(row: number, column: number): string {
    const formula = this.grid.extra(row, column)?.formula;
    return formula === undefined ? '' : toLocal(formula, this.workbook.localeData);
  }

  /** '' for automatic. */
  numberFormat(row: number, column: number): string {
    return this.grid.format(row, column)?.numberFormat ?? '';
  }

  isDate(row: number, column: number): boolean {
    return isDateFormat(this.numberFormat(row, column));
  }

  note(row: number, column: number): string {
    return this.grid.extra(row, column)?.note ?? '';
  }

  /** `#rrggbb`, or null for none. */
  background(row: number, column: number): string | null {
    return this.grid.format(row, column)?.background ?? null;
  }

  validation(row: number, column: number): ValidationRule | null {
    return this.grid.extra(row, column)?.validation ?? null;
  }

  displayValue(row: number, column: number): string {
    return displayText(this.value(row, column), this.effectiveFormat(row, column), this.workbook.localeData);
  }

  /** The cell's number format, or the one its formula brings along (`=TODAY()` shows as a date). */
  effectiveFormat(row: number, column: number): string | undefined {
    const own = typeFormat(this, row, column) ?? this.grid.format(row, column)?.numberFormat;
    return own ?? this.workbook.computedFormat(this, row, column);
  }

  /** Last row and last column that hold a value, a formula or an image; 0 and 0 for an empty tab. */
  dataExtent(): { rows: number; columns: number } {
    this.workbook.calculate();
    if (this.#extent?.revision !== this.workbook.revision) {
      this.#extent = { revision: this.workbook.revision, ...measureExtent(this) };
    }
    return { rows: this.#extent.rows, columns: this.#extent.columns };
  }

  // ---- writing content

  setInput(row: number, column: number, input: CellInput, options: WriteOptions = {}): void {
    this.setInputs(row, column, [[input]], options);
  }

  /**
   * Writes a block; `undefined` leaves a cell as it is, null or '' clears its content (never its note or format).
   * @throws ProtectedError, InvalidDataError, OutOfGridError before anything is written
   */
  setInputs(
    row: number,
    column: number,
    block: readonly (readonly (CellInput | undefined)[])[],
    options: WriteOptions = {},
  ): void {
    const { mode = 'user', actor, validate = actor !== undefined } = options;
    const area = areaOf(row, column, block.length, Math.max(0, ...block.slice(0, 1).map((line) => line.length)));
    for (const line of block) area.right = Math.max(area.right, column + line.length - 1);
    if (area.bottom < area.top || area.right < area.left) return;
    this.checkArea(area);
    for (const line of block) line.forEach(checkLength);
    if (actor !== undefined) this.checkEditable(area, actor);
    const whole = this.workbook.unconfirmed.refusesWholeBlocks;
    if (validate && whole) this.#checkValidation(row, column, block, mode);
    const covered = this.merges.some((merge) => intersects(merge, area));
    try {
      for (let r = 0; r < block.length; r++) {
        const line = block[r]!;
        for (let c = 0; c < line.length; c++) {
          const input = line[c];
          if (input === undefined || (covered && this.isCovered(row + r, column + c))) continue;
          if (validate && !whole) this.#checkValidation(row + r, column + c, [[input]], mode);
          this.#write(row + r, column + c, input, mode);
        }
      }
    } finally {
      this.workbook.contentChanged(this, area, actor);
    }
  }

  #write(row: number, column: number, input: CellInput, mode: InputMode): void {
    const format = this.grid.format(row, column);
    const typed = typeFormat(this, row, column);
    const read = readInput(input, mode, typed ?? format?.numberFormat, this.workbook);
    this.grid.setValue(row, column, read.value);
    const before = this.grid.extra(row, column);
    const after = extraAfter(before, read);
    this.grid.setExtra(row, column, after);
    if (after?.formula !== before?.formula || before?.pivot) this.workbook.formulaChanged(this);
    if (read.numberFormat !== undefined && typed === undefined)
      this.grid.setFormat(row, column, { ...format, numberFormat: read.numberFormat });
  }

  #checkValidation(
    row: number,
    column: number,
    block: readonly (readonly (CellInput | undefined)[])[],
    mode: InputMode,
  ): void {
    block.forEach((line, r) =>
      line.forEach((input, c) => {
        const rule = this.grid.extra(row + r, column + c)?.validation;
        if (input === undefined || (!rule?.strict && this.tables.length === 0)) return;
        const format = typeFormat(this, row + r, column + c) ?? this.numberFormat(row + r, column + c);
        const read = readInput(input, mode, format || undefined, this.workbook);
        // A formula's value is not known before it stands in the cell; Sheets marks it afterwards.
        if (read.formula !== undefined) return;
        const cell = cellName(row + r, column + c);
        checkType(this, row + r, column + c, read.value, cell);
        if (rule?.strict && !satisfies(read.value, rule, this.workbook.validationContext(this))) {
          throw new InvalidDataError(cell, rule.inputMessage || undefined);
        }
      }),
    );
  }

  /** Whether the value in the cell breaks its rule (shown with a red corner under warning-style validation). */
  isInvalid(row: number, column: number): boolean {
    const rule = this.validation(row, column);
    const value = this.value(row, column);
    if (!fitsColumn(this, row, column, value)) return true;
    return rule !== null && !satisfies(value, rule, this.workbook.validationContext(this));
  }

  /** Clears content; notes, formats and validation stay. */
  clearContent(area: Area, options: WriteOptions = {}): void {
    const columns = area.right - area.left + 1;
    const last = Math.min(area.bottom, Math.max(area.top, this.grid.length));
    const line = new Array<null>(columns).fill(null);
    this.setInputs(
      area.top,
      area.left,
      Array.from({ length: last - area.top + 1 }, () => line),
      { ...options, validate: false },
    );
  }

  // ---- writing everything else

  setNumberFormat(area: Area, numberFormat: string | null, actor?: string): void {
    refuseTyped(this, area, NO_FORMATS);
    this.changeFormat(area, ({ numberFormat: _, ...rest }) => (numberFormat ? { ...rest, numberFormat } : rest), actor);
  }

  setBackground(area: Area, colour: string | null, actor?: string): void {
    const background = colour?.toLowerCase();
    this.changeFormat(area, ({ background: _, ...rest }) => (background ? { ...rest, background } : rest), actor);
  }

  changeFormat(area: Area, change: (format: CellFormat) => CellFormat, actor?: string): void {
    this.checkArea(area);
    if (actor !== undefined) this.checkEditable(area, actor);
    const made = new Map<CellFormat | undefined, CellFormat | undefined>();
    this.#each(area, (r, c) => {
      const old = this.grid.format(r, c);
      if (!made.has(old)) {
        const next = change(old ?? {});
        made.set(old, Object.keys(next).length ? next : undefined);
      }
      this.grid.setFormat(r, c, made.get(old));
    });
    this.workbook.changed({ kind: 'formats', tabId: this.id, area, ...(actor === undefined ? {} : { actor }) });
  }

  setNote(row: number, column: number, note: string | null, actor?: string): void {
    this.changeExtra(areaOf(row, column), 'notes', ({ note: _, ...rest }) => (note ? { ...rest, note } : rest), actor);
  }

  setValidation(area: Area, rule: ValidationRule | null, actor?: string): void {
    refuseTyped(this, area, NOT_ALLOWED);
    if (rule) checkRule(rule);
    this.changeExtra(
      area,
      'validation',
      ({ validation: _, ...rest }) => (rule ? { ...rest, validation: rule } : rest),
      actor,
    );
  }

  changeExtra(area: Area, kind: Change['kind'], change: (extra: CellExtra) => CellExtra, actor?: string): void {
    this.checkArea(area);
    if (actor !== undefined) this.checkEditable(area, actor);
    this.#each(area, (r, c) => {
      const next = change(this.grid.extra(r, c) ?? {});
      this.grid.setExtra(r, c, Object.keys(next).length ? next : undefined);
    });
    this.workbook.changed({ kind, tabId: this.id, area, ...(actor === undefined ? {} : { actor }) });
  }

  #each(area: Area, visit: (row: number, column: number) => void): void {
    for (let r = area.top; r <= area.bottom; r++) for (let c = area.left; c <= area.right; c++) visit(r, c);
  }

  // ---- structure
  insertRows(before: number, count = 1, inherit?: 'before' | 'after'): void {
    insertLines(this, 'row', before, count, inherit);
  }

  insertColumns(before: number, count = 1, inherit?: 'before' | 'after'): void {
    insertLines(this, 'column', before, count, inherit);
  }

  deleteRows(from: number, count = 1): void {
    deleteLines(this, 'row', from, count);
  }

  deleteColumns(from: number, count = 1): void {
    deleteLines(this, 'column', from, count);
  }

  /** Moves rows so that they stand before row `before`, counted before the move. */
  moveRows(from: number, count: number, before: number): void {
    moveLines(this, 'row', from, count, before);
  }

  moveColumns(from: number, count: number, before: number): void {
    moveLines(this, 'column', from, count, before);
  }

  sort(options: { range: Area; keys: SortKey[]; actor?: string }): void {
    if (options.actor !== undefined) this.checkEditable(options.range, options.actor);
    sortRows(this, options.range, options.keys);
  }

  /** Merges an area; only the top left value is kept. */
  merge(area: Area): void {
    this.checkArea(area);
    if (this.workbook.showsPivot(this, area)) {
      throw new SheetError("You can't merge cells that are part of a pivot table.");
    }
    this.merges = this.merges.filter((other) => !intersects(other, area));
    if (area.top === area.bottom && area.left === area.right) return;
    this.#each(area, (r, c) => {
      if (r !== area.top || c !== area.left) this.#write(r, c, null, 'raw');
    });
    this.merges.push(area);
    this.workbook.contentChanged(this, area);
    this.workbook.changed({ kind: 'merges', tabId: this.id, area });
  }

  unmerge(area: Area): void {
    this.merges = this.merges.filter((merge) => !intersects(merge, area));
    this.workbook.changed({ kind: 'merges', tabId: this.id, area });
  }

  /** Inside a merge, but not its top left cell. */
  isCovered(row: number, column: number): boolean {
    return this.merges.some((m) => contains(m, row, column) && (m.top !== row || m.left !== column));
  }

  // ---- rights and bounds

  canEdit(area: OpenArea, actor: string): boolean {
    return !this.protectedRanges.some((range) => this.isClosed(range, area, actor));
  }

  /** Whether one protected range keeps a writer off an area. */
  isClosed(range: ProtectedRange, area: OpenArea, actor: string): boolean {
    if (range.warningOnly || !intersects(range.area, area)) return false;
    if (actor === this.workbook.owner || range.editors.includes(actor)) return false;
    const closed = bounded(area, this.rowCount, this.columnCount);
    return !range.unprotected.some(
      (free) => contains(free, closed.top, closed.left) && contains(free, closed.bottom, closed.right),
    );
  }

  checkEditable(area: OpenArea, actor: string): void {
    if (!this.canEdit(area, actor)) throw new ProtectedError();
  }

  checkArea(area: Area): void {
    if (area.top < 1 || area.left < 1 || area.bottom > this.rowCount || area.right > this.columnCount) {
      throw new OutOfGridError('The coordinates of the range are outside the dimensions of the sheet.');
    }
  }

  /** Whether a filter or a person hides the row. */
  isRowHidden(row: number): boolean {
    return this.hiddenRows.has(row) || this.isRowFiltered(row);
  }

  isRowFiltered(row: number): boolean {
    if (!this.filter) return false;
    const area = bounded(this.filter.area, this.rowCount, this.columnCount);
    if (row <= area.top || row > area.bottom) return false;
    return Object.entries(this.filter.criteria).some(([column, criterion]) =>
      criterion.hiddenValues?.includes(this.displayValue(row, Number(column))),
    );
  }

  /** Developer metadata of this tab, its rows and its columns. */
  get metadata(): DeveloperMetadata[] {
    return this.workbook.metadata.filter((item) => 'tabId' in item.location && item.location.tabId === this.id);
  }

  /** Metadata that stands on one column now. */
  columnMetadata(column: number): DeveloperMetadata[] {
    return this.metadata.filter(({ location }) => location.type === 'COLUMN' && location.index === column);
  }
}
