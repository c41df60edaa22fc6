import { isError, sameCell, type Cell } from '../../shared/cell.ts';

export type Side = 'sheet' | 'table';

/** One value that somebody wrote: what must never be lost without a trace. */
export interface Intent {
  /** As compared between the sides: text, numbers in their shortest form. */
  value: string;
  side: Side;
  key: string;
  column: string;
  order: number;
  /** Virtual milliseconds; null where it was written more than once. */
  at: number | null;
  /** Somebody on the same side wrote over it, or deleted its row. */
  superseded: boolean;
}

/** A value as both sides are compared: text and number of the same reading are one. */
export function plain(value: Cell): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'object') return ('date' in value ? value.date : value.error).toLowerCase();
  // A trigger may write names in capitals; no two values differ by case alone.
  if (typeof value === 'string' && /^-?\d+\.\d+$/.test(value)) return String(Number(value));
  // A moment in a cell of plain text stays text.
  return String(value)
    .toLowerCase()
    .replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/, '$1t$2');
}

export interface HostWrite {
  row: number;
  /** Mapped column id; null: the column is none of Tandem's business. */
  column: string | null;
  before: Cell;
  /** What the run's last reading showed there. */
  read: Cell;
  formula: string;
  value: Cell;
}

/** A look of a run at the sheet. */
export interface Reading {
  /** Virtual milliseconds. */
  at: number;
  run: number;
  keys: ReadonlySet<string>;
  /** Headers and keys are in order: it tells what is not there, too. */
  complete: boolean;
}

/**
 * Knows every value anyone ever wrote, and what the host did to the sheet. It judges by values, not by Tandem's own
 * books: an intent is accounted for if its value reached the other side, gave way to a later one of its own side, stands
 * in the journal, or is held where a person sees it.
 */
export class Oracle {
  readonly intents = new Map<string, Intent>();
  /** Last intent of each side, by `key:column`. */
  readonly last = new Map<string, Partial<Record<Side, string | null>>>();
  /** Keys whose rows came, went, were repeated or re-keyed: their history is no single line any more. */
  readonly tainted: Set<string>;
  /** What people typed in rows that had no key then, as `column:value`: it belongs to whatever key they get. */
  readonly typedWithoutKey = new Set<string>();
  /** What a sort of one column brought to rows without a key, as `column:value`: as above. */
  readonly sortedWithoutKey = new Set<string>();
  /** Values that landed in the sheet between a run's re-check and its write: the published limit. */
  readonly windowLosses = new Set<string>();
  /** How often the sheet went back to an older version, notes and marks included. */
  restores = 0;
  /** Mapped columns that a person deleted, and when (virtual milliseconds). */
  readonly columnsGone = new Map<string, number>();
  /** Keys whose rows an application deleted or gave another key. */
  readonly deletedByApplication: Set<string>;
  /**
   * Values that nobody wrote may win: the sheet went back to an older version, a first sync prefers what nobody touched,
   * or the table's trigger counts as a writer of its own.
   */
  noLastWord = false;
  /** What rows showed that a host deleted, until the hub answered what the host said of it: by a known gap nobody else tells. */
  readonly untold = new Set<string>();
  /** What formulas showed that people typed: in a column that is not synced no answer ever tells it, by a known gap. */
  readonly computed = new Set<string>();
  /** What rows showed that a host deleted to keep them in the archive. */
  readonly archived: Cell[][] = [];
  /** Values that landed in an unmapped column because the columns moved in the write window. */
  readonly strayWrites = new Set<string>();
  /** Those of them that nobody takes back: their run ended before it looked, or a version with them was brought back. */
  readonly leftStrays = new Set<string>();
  /** What each reading of the sheet by a run found. */
  readonly readings: Reading[] = [];
  /** What people put in cells of rows with a key, as `key:column:value`. */
  readonly typed = new Set<string>();
  /** Keys of rows that cells of other rows came to: as keys were edited, columns sorted by themselves. */
  readonly mixed = new Set<string>();
  /** Values that may have gone astray and that a person chose to keep, as `key:column:value`. */
  readonly wanted = new Set<string>();
  /** What people copied to another row, as `column:value`. */
  readonly copied = new Set<string>();
  /** Cells were moved without their notes. */
  notesLost = false;
  /** Rows exchanged their keys, or cells of a column their rows: what notes say stays on cells that are another row's now. */
  keysExchanged = false;
  /** Notes that hit another cell than the one they were meant for (`noteIn`), by runs that died before they looked. */
  readonly notesLeft = new Set<string>();
  /** Keys of rows that hit the row of another key, by runs that died before they looked: the rest of that row is theirs now. */
  readonly overwriting = new Set<string>();
  /** Values that hit the row of another key, which moved on before the run looked again, as `key:column:value`: a known gap. */
  readonly movedOn = new Set<string>();
  /** A person has said what should become of missing rows. */
  decided = false;
  /** Keys of rows that a person copied. */
  readonly repeated = new Set<string>();
  /** Keys of rows that a host deleted because rows moved in the write window: they come back without their notes. */
  readonly deletedAstray = new Set<string>();
  /** Rows that a host deleted, by each of its deletions. */
  readonly removals: number[] = [];
  /** A host gave way to a run that goes on since, and must look once more (R38). */
  gaveWay = false;
  /** An application wrote past the triggers. */
  passedTriggers = false;
  /** Values repeat: nothing can be told about who wrote what. */
  fewValues = false;
  /** Rows that vanished from the sheet were at some time to be deleted in the table, or marked there, without a word. */
  mayDelete = false;
  /** Every column goes by *latest*, and by this where that proves nothing; null: not, or not all the time. */
  latest: Side | null = null;
  /** Virtual milliseconds. */
  now: () => number = () => 0;
  /** What must never happen and happened. */
  readonly violations: string[] = [];
  /** Cells that people and applications wrote. */
  written = 0;
  private order = 0;

  /** `beside`: that of another link on the same table, whose people are other people. */
  constructor(private readonly beside: Oracle | null = null) {
    this.tainted = beside?.tainted ?? new Set();
    this.deletedByApplication = beside?.deletedByApplication ?? new Set();
    if (beside) beside.others.push(this);
    if (beside) this.others.push(beside);
  }

  get versionRestored(): boolean {
    return this.restores > 0;
  }

  /** Oracles of the other links. */
  private readonly others: Oracle[] = [];

  /** What happens in the table happens to all of them; the first one hears of it. */
  private later(): readonly Oracle[] {
    return this.beside === null ? this.others : [];
  }

  /**
   * Last words of people at other sheets of the same table, by `key:column`. Where the column was deleted there, the last
   * one may have gone with it, and any before it may be what came to the table.
   */
  wordsBeside(place: string): (string | null)[] {
    const column = place.slice(place.lastIndexOf(':') + 1);
    return this.others.flatMap(({ last, typed, columnsGone }) => {
      const word = last.get(place);
      const gone = columnsGone.has(column) ? [...typed].filter((one) => one.startsWith(`${place}:`)) : [];
      const before = gone.map((one) => one.slice(place.length + 1));
      return [...(word !== undefined && 'sheet' in word ? [word.sheet ?? null] : []), ...before];
    });
  }

  /** Somebody writes a value in a cell that showed another; `again`: one that stood somewhere before. */
  wrote(
    side: Side,
    key: string | null,
    column: string,
    before: Cell,
    after: Cell,
    again = false,
    at = this.now(),
  ): void {
    if (side === 'table') {
      for (const other of this.later()) other.wrote(side, key, column, before, after, again, at);
    }
    this.supersede(side, before, false);
    this.written++;
    const value = plain(after);
    const name = key ?? '?';
    const last = this.last.get(`${name}:${column}`) ?? {};
    last[side] = value;
    this.last.set(`${name}:${column}`, last);
    if (side === 'sheet') this.typed.add(`${name}:${column}:${value}`);
    if (value === null) return;
    if (side === 'sheet' && key === null) this.typedWithoutKey.add(`${column}:${value}`);
    if (again) {
      // A value that was there before: news only to a side whose own it was.
      const known = this.intents.get(value);
      if (known) known.at = null;
      if (known?.side === side) known.superseded = false;
      return;
    }
    this.intents.set(value, { value, side, key: name, column, order: ++this.order, at, superseded: false });
  }

  /** A value went without another in its place: its row was deleted, or overwritten on purpose. */
  supersede(side: Side, value: Cell, everywhere = side === 'table'): void {
    if (everywhere) for (const other of this.later()) other.supersede(side, value);
    const text = plain(value);
    const intent = text === null ? undefined : this.intents.get(text);
    if (intent?.side === side) intent.superseded = true;
  }

  /** A run ends before it has looked, or a version is brought back: stray values among these unmapped cells may stay. */
  leaveStrays(unmapped: Iterable<{ value: Cell }>): void {
    for (const { value } of unmapped) {
      const text = String(plain(value));
      if (this.strayWrites.has(text)) this.leftStrays.add(text);
    }
  }

  /** A value that was written over in one place was put in another. */
  stands(side: Side, value: Cell): void {
    const text = plain(value);
    const intent = text === null ? undefined : this.intents.get(text);
    if (intent?.side === side) intent.superseded = false;
  }

  taint(key: string | null): void {
    if (key !== null) this.tainted.add(key);
  }

  /** A person copied the row: a copy has none of its notes, and may be the one that stays. */
  repeat(key: string | null): void {
    this.taint(key);
    if (key !== null) this.repeated.add(key);
  }

  hostWrites({ row, column, before, read, formula, value }: HostWrite): void {
    const place = `row ${row}`;
    if (column === null) {
      // The columns moved in the write window; at rest nothing of it may be left.
      this.strayWrites.add(String(plain(value)));
      return;
    }
    const inWindow = !sameCell(before, read);
    if (formula !== '' && !inWindow)
      this.violations.push(`[I14] the host wrote over the formula ${formula} in ${place}`);
    if (isError(value)) this.violations.push(`[I14] the host wrote the error ${value.error} in ${place}`);
    if (inWindow) this.windowLoss(before);
  }

  hostDeletes({ column, before, read }: { row: number; column: string; before: Cell; read: Cell }): void {
    if (column !== null && !sameCell(before, read)) this.windowLoss(before);
    const text = plain(before);
    if (text !== null) this.untold.add(text);
  }

  /** Whether a row that had no key then showed this: it belongs to whatever key that got. */
  hasComeWithoutKey(column: string, value: string | null): boolean {
    const word = `${column}:${value}`;
    return this.typedWithoutKey.has(word) || this.sortedWithoutKey.has(word);
  }

  /** The hub has answered what became of a row that showed this. */
  told(cell: Cell): void {
    const text = plain(cell) ?? '';
    if (!this.computed.has(text)) this.untold.delete(text);
  }

  private windowLoss(before: Cell): void {
    const text = plain(before);
    if (text !== null) this.windowLosses.add(text);
  }
}
