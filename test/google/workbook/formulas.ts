import { areaOf, contains, intersects, union, type Area } from './area.ts';
import { isComputing } from './content.ts';
import { Dependents } from './formula/dependents.ts';
import { evaluateFormula } from './formula/evaluate.ts';
import { formatOfNode } from './formula/format.ts';
import { parseFormula, type Node } from './formula/parser.ts';
import { maySpill, precedentsOf, type Precedent } from './formula/precedents.ts';
import type { CellExtra } from './grid.ts';
import { drawPivot, type Pivot } from './pivot.ts';
import type { Tab } from './tab.ts';
import { errorValue, type Value } from './value.ts';
import type { Workbook } from './workbook.ts';

/**
 * What a workbook asks of its formulas. Results are left in `Tab.computed`.
 *
 * Why an evaluator of our own: @ironcalc/wasm 0.8.4 recalculates everything on each edit (42 ms with 100,000 plain
 * cells loaded, an edit of one of them), and knows neither ARRAYFORMULA nor open ranges (`A2:A`) nor REGEXMATCH,
 * which is what formula columns in Sheets are made of.
 */
export interface FormulaEngine {
  /** Brings `Tab.computed` up to date; does nothing when nothing that a formula reads has changed. */
  calculate(): void;
  /** Formulas were entered, removed or moved. */
  formulasChanged(tab?: Tab): void;
  contentChanged(tab: Tab, area: Area): void;
  /** Number format that the formula in a cell brings along. */
  formatOf(tab: Tab, row: number, column: number): string | undefined;
  /** Whether a pivot table stands in the area, or shows any of its results there. */
  showsPivot(tab: Tab, area: Area): boolean;
  /** Value of a formula as if it stood in A1. */
  evaluate(tab: Tab, formula: string): Value;
}

interface Cell {
  tab: Tab;
  row: number;
  column: number;
  node: Node | null;
  /** A pivot table instead of a formula: it fills cells as an array does. */
  pivot?: Pivot;
  reads: Precedent[];
  volatile: boolean;
  spills: boolean;
  state: 'waiting' | 'running' | 'done';
}

/** More changed areas than this are taken as the one rectangle around them. */
const MAX_DIRTY = 32;
/** More affected formulas than this, and all are calculated. */
const MAX_AFFECTED = 2000;

export function createFormulaEngine(workbook: Workbook): FormulaEngine {
  return new Engine(workbook);
}

class Engine implements FormulaEngine {
  #workbook: Workbook;
  #parsed = new Map<string, Node | null>();
  #cells: Cell[] = [];
  /** By tab and column, ascending by row. */
  #byColumn = new Map<Tab, Map<number, Cell[]>>();
  #spilling: Cell[] = [];
  #hasVolatile = false;
  /** Who fills a cell that holds no formula itself, by tab and row, 0-based by column. */
  #anchors = new Map<Tab, Map<number, (Cell | undefined)[]>>();
  #collected = false;
  #stale = true;
  #dirty = new Map<Tab, Area[]>();
  #dependents: Dependents<Cell> | null = null;
  #calculating = false;
  #calculatedAt = { revision: -1, minute: -1 };

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  formulasChanged(): void {
    this.#collected = false;
    this.#stale = true;
  }

  contentChanged(tab: Tab, area: Area): void {
    const known = this.#dirty.get(tab) ?? [];
    this.#dirty.set(tab, known.length < MAX_DIRTY ? [...known, area] : [known.reduce(union, area)]);
  }

  calculate(): void {
    if (this.#calculating) return;
    if (!this.#collected) this.#collect();
    // Asked before every read of a cell: nothing to do must cost nothing.
    if (!this.#stale && this.#dirty.size === 0 && !this.#hasVolatile) return;
    const cells = this.#stale ? 'all' : this.#affected();
    if (cells !== 'all' && cells.size === 0) return;
    this.#calculating = true;
    try {
      if (cells === 'all') {
        for (const tab of this.#workbook.tabs) tab.computed = null;
        this.#anchors.clear();
      }
      const due = cells === 'all' ? this.#cells : cells;
      for (const cell of due) cell.state = 'waiting';
      for (const cell of due) this.#run(cell);
    } finally {
      this.#calculating = false;
    }
    this.#stale = false;
    this.#dirty.clear();
    this.#calculatedAt = this.#moment();
  }

  /** Formulas that what has changed since the last calculation may change; `all` where counting them costs more. */
  #affected(): Set<Cell> | 'all' {
    const affected = new Set<Cell>();
    if (this.#hasVolatile) {
      const { revision, minute } = this.#moment();
      if (revision !== this.#calculatedAt.revision || minute !== this.#calculatedAt.minute) {
        for (const cell of this.#cells) if (cell.volatile) affected.add(cell);
      }
    }
    if (this.#dirty.size) {
      this.#dependents ??= new Dependents(this.#cells);
      for (const [tab, areas] of this.#dirty) {
        for (const area of areas) {
          // A write into (or out of) the way of a spill breaks (or heals) it.
          if (this.#spilling.some((s) => s.tab === tab && area.bottom >= s.row && area.right >= s.column)) return 'all';
          this.#dependents.collect(tab, area, affected);
        }
      }
      this.#dirty.clear();
    }
    for (const cell of affected) {
      if (cell.spills || affected.size > MAX_AFFECTED) return 'all';
      this.#dependents ??= new Dependents(this.#cells);
      this.#dependents.collect(cell.tab, areaOf(cell.row, cell.column), affected);
    }
    return affected;
  }

  /** NOW and its like move on with every change of the workbook, and each minute. */
  #moment(): { revision: number; minute: number } {
    return { revision: this.#workbook.revision, minute: Math.floor(this.#workbook.now() / 60_000) };
  }

  #parse(formula: string): Node | null {
    let node = this.#parsed.get(formula);
    if (node === undefined) {
      if (this.#parsed.size > 200_000) this.#parsed.clear();
      node = parseFormula(formula);
      this.#parsed.set(formula, node);
    }
    return node;
  }

  #collect(): void {
    this.#cells = [];
    this.#byColumn = new Map();
    for (const tab of this.#workbook.tabs) {
      const columns = new Map<number, Cell[]>();
      this.#byColumn.set(tab, columns);
      for (let row = 1; row <= tab.grid.length; row++) {
        tab.grid.row(row)?.extras?.forEach((extra, i) => {
          if (!isComputing(extra)) return;
          const cell = this.#cellOf(tab, row, i + 1, extra!);
          this.#cells.push(cell);
          const list = columns.get(i + 1);
          if (list) list.push(cell);
          else columns.set(i + 1, [cell]);
        });
      }
    }
    this.#spilling = this.#cells.filter((cell) => cell.spills);
    this.#hasVolatile = this.#cells.some((cell) => cell.volatile);
    this.#dependents = null;
    this.#collected = true;
    this.#stale = true;
  }

  #cellOf(tab: Tab, row: number, column: number, { formula, pivot }: CellExtra): Cell {
    const at = { tab, row, column, state: 'waiting' as const };
    if (pivot) {
      const source = this.#workbook.tabById(pivot.source.tabId);
      const reads = source ? [{ tab: source, area: pivot.source.area }] : [];
      return { ...at, node: null, pivot, reads, volatile: false, spills: true };
    }
    const node = this.#parse(formula!);
    const { reads, volatile } = node ? precedentsOf(node, tab, this.#workbook) : { reads: [], volatile: false };
    return { ...at, node, reads, volatile, spills: node !== null && maySpill(node) };
  }

  /** Runs a cell after everything it reads, without recursion: a column of running totals may be 50,000 long. */
  #run(first: Cell): void {
    if (first.state === 'done') return;
    const stack: { cell: Cell; needs: Cell[] }[] = [];
    const enter = (cell: Cell): void => {
      cell.state = 'running';
      stack.push({ cell, needs: this.#needs(cell) });
    };
    enter(first);
    while (stack.length) {
      const frame = stack[stack.length - 1]!;
      const next = frame.needs.pop();
      if (next === undefined) {
        if (frame.cell.state === 'running') this.#settle(frame.cell);
        stack.pop();
      } else if (next.state === 'waiting') {
        enter(next);
      } else if (next.state === 'running' && this.#reads(frame.cell, next)) {
        this.#store(frame.cell, errorValue('#REF!'));
        frame.needs = [];
      }
    }
  }

  /** Formula cells among what a cell reads, and the arrays that may spill into it. */
  #needs(cell: Cell): Cell[] {
    const out: Cell[] = [];
    for (const { tab, area } of cell.reads) {
      const columns = this.#byColumn.get(tab);
      if (!columns) continue;
      for (const [column, cells] of columns) {
        if (column < area.left || column > area.right) continue;
        for (let i = lowerBound(cells, area.top); i < cells.length && cells[i]!.row <= area.bottom; i++)
          out.push(cells[i]!);
      }
      for (const other of this.#spilling) {
        if (other.tab === tab && other !== cell && other.row <= area.bottom && other.column <= area.right)
          out.push(other);
      }
    }
    return out;
  }

  #reads(cell: Cell, other: Cell): boolean {
    const at = { top: other.row, bottom: other.row, left: other.column, right: other.column };
    return cell.reads.some((read) => read.tab === other.tab && intersects(read.area, at));
  }

  #settle(cell: Cell): void {
    if (cell.pivot) return this.#settlePivot(cell, cell.pivot);
    if (!cell.node) return this.#store(cell, errorValue('#ERROR!'));
    const result = evaluateFormula(cell.node, {
      workbook: this.#workbook,
      tab: cell.tab,
      row: cell.row,
      column: cell.column,
      read: readArea,
    });
    if (!Array.isArray(result)) return this.#store(cell, result);
    this.#spill(cell, result);
  }

  #settlePivot(cell: Cell, pivot: Pivot): void {
    const [source] = cell.reads;
    if (!source) return this.#store(cell, errorValue('#REF!'));
    const block = drawPivot(pivot, readArea(source.tab, source.area));
    if (block.length) this.#spill(cell, block);
    else cell.state = 'done';
  }

  #store(cell: Cell, value: Value): void {
    put(cell.tab, cell.row, cell.column, value);
    cell.state = 'done';
  }

  /** Writes a block of results, or `#REF!` when anything stands in its way or it leaves the grid. */
  #spill(cell: Cell, block: Value[][]): void {
    const { tab, row, column } = cell;
    const width = Math.max(0, ...block.slice(0, 1).map((line) => line.length));
    if (block.length === 0 || width === 0) return this.#store(cell, errorValue('#N/A'));
    const fits = row + block.length - 1 <= tab.rowCount && column + width - 1 <= tab.columnCount;
    if (!fits || this.#isBlocked(cell, block.length, width)) return this.#store(cell, errorValue('#REF!'));
    let anchors = this.#anchors.get(tab);
    if (!anchors) this.#anchors.set(tab, (anchors = new Map()));
    block.forEach((line, r) =>
      line.forEach((value, c) => {
        put(tab, row + r, column + c, value);
        putIn(anchors, row + r, column + c, cell);
      }),
    );
    cell.state = 'done';
  }

  #isBlocked({ tab, row, column }: Cell, rows: number, columns: number): boolean {
    for (let r = row; r < row + rows; r++) {
      for (let c = column; c < column + columns; c++) {
        if (r === row && c === column) continue;
        if (tab.grid.value(r, c) !== null || isComputing(tab.grid.extra(r, c))) return true;
        if (tab.computed?.get(r)?.[c - 1] !== undefined) return true;
      }
    }
    return false;
  }

  formatOf(tab: Tab, row: number, column: number): string | undefined {
    const formula = tab.grid.extra(row, column)?.formula;
    const anchor = this.#anchors.get(tab)?.get(row)?.[column - 1];
    const node = formula === undefined ? (anchor?.node ?? null) : this.#parse(formula);
    return node ? formatOfNode(node, tab, this.#workbook) : undefined;
  }

  showsPivot(tab: Tab, area: Area): boolean {
    this.calculate();
    if (this.#spilling.some((cell) => cell.pivot && cell.tab === tab && contains(area, cell.row, cell.column)))
      return true;
    const anchors = this.#anchors.get(tab);
    for (let row = area.top; row <= area.bottom; row++) {
      if (
        anchors
          ?.get(row)
          ?.slice(area.left - 1, area.right)
          .some((cell) => cell?.pivot)
      )
        return true;
    }
    return false;
  }

  evaluate(tab: Tab, formula: string): Value {
    const node = this.#parse(formula.startsWith('=') ? formula : `=${formula}`);
    if (!node) return errorValue('#ERROR!');
    this.calculate();
    const result = evaluateFormula(node, { workbook: this.#workbook, tab, row: 1, column: 1, read: readArea });
    return Array.isArray(result) ? (result[0]?.[0] ?? null) : result;
  }
}

/** Reads what is already computed: the order of the run has seen to it that this is current. */
function readArea(tab: Tab, area: Area): Value[][] {
  const out: Value[][] = [];
  for (let r = area.top; r <= area.bottom; r++) {
    const stored = tab.grid.row(r)?.values;
    const computed = tab.computed?.get(r);
    const line: Value[] = [];
    for (let c = area.left - 1; c < area.right; c++) line.push(computed?.[c] ?? stored?.[c] ?? null);
    out.push(line);
  }
  return out;
}

function put(tab: Tab, row: number, column: number, value: Value): void {
  tab.computed ??= new Map();
  putIn(tab.computed, row, column, value);
}

function putIn<T>(lines: Map<number, (T | undefined)[]>, row: number, column: number, item: T): void {
  let line = lines.get(row);
  if (!line) lines.set(row, (line = []));
  while (line.length < column - 1) line.push(undefined);
  line[column - 1] = item;
}

function lowerBound(cells: Cell[], row: number): number {
  let [low, high] = [0, cells.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cells[middle]!.row < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
