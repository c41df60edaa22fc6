import { sameCell, type Cell } from '../../../shared/cell.ts';
import type {
  Block,
  BlockOutcome,
  Effect,
  Memo,
  MessageName,
  SendResult,
  SheetReading,
  Step,
} from '../../../shared/cycle/effects.ts';
import { inColumnsNow, standAsBefore } from '../../../shared/cycle/column-now.ts';
import { isToDelete } from '../../../shared/cycle/rows-to-delete.ts';
import { NOTE_PREFIX } from '../../../shared/protocol/mark.ts';
import { mappingFingerprint, type Mapping, type MappedColumn } from '../../../shared/mapping.ts';

const CHANGED: BlockOutcome = { ok: false, why: 'changed', message: 'The cell was changed meanwhile.' };

/** A mapping from short descriptions: `sku*` is the key, `note?` may be empty, `name>` table → sheet only. */
export function makeMapping(...columns: string[]): Mapping {
  const mapped = columns.map((text, index): MappedColumn => {
    const name = text.replace(/[*?>]/g, '');
    return {
      id: `c${index + 1}`,
      header: name,
      column: name.toLowerCase(),
      kind: 'text',
      direction: text.includes('>') ? 'toSheet' : 'both',
      key: text.includes('*'),
      required: !text.includes('?'),
    };
  });
  return { fingerprint: mappingFingerprint(mapped), columns: mapped };
}

/**
 * A tab in memory, as strict as the real one where the cycle could go wrong: out-of-range writes throw, refused blocks
 * are left whole, inserted rows push later rows down.
 */
export class MemorySheet {
  grid: Cell[][];
  ids: (string | null)[];
  title: string | null = 'Tab';
  timeZone = 'Europe/Berlin';
  memo: Memo = { epoch: 0, note: null };
  mapping: Mapping | null = null;
  /** Cells with a formula, as `row:position`; where one matters, its text and a cell's number format by the same name. */
  formulas = new Set<string>();
  formulaTexts = new Map<string, string>();
  formats = new Map<string, string>();
  notes = new Map<string, string>();
  /** Other tabs by name, with their header rows. */
  tabs = new Map<string, Cell[][]>();
  refuseArchive: string | null = null;
  /** Whether it sends what is left of a refused batch of deletions again, as the add-on does. */
  resends = false;
  reads = 0;
  written: Block[] = [];
  elapsed = 0;
  /** Whether it looks at the cells once more before it writes, as the real hosts do. */
  looks = false;
  refuse: (row: number, position: number, value: Cell) => 'invalid' | 'protected' | null = () => null;
  /** Rows that may not be deleted. */
  guards: (row: number) => boolean = () => false;
  /** Why a row is not deleted, which nothing foretells. */
  refusesToDelete: (row: number) => string | null = () => null;
  /** Runs before each effect; lets a test play a person, or throw to kill the run. */
  before: (effect: Effect) => void = () => {};
  hub: (name: MessageName, message: never) => SendResult<MessageName> = () => {
    throw new Error('no hub');
  };

  constructor(headers: string[], rows: Cell[][], ids?: (string | null)[]) {
    this.grid = [headers, ...rows.map((row) => [...row])];
    this.ids = ids ?? headers.map((_, index) => `c${index + 1}`);
  }

  /** Drives a step to its end, as Apps Script would: synchronously. */
  drive<T>(step: Step<T>): T {
    let next = step.next();
    while (!next.done) {
      this.before(next.value);
      next = step.next(this.perform(next.value));
    }
    return next.value;
  }

  private perform(effect: Effect): unknown {
    switch (effect.do) {
      case 'elapsed':
        return this.elapsed;
      case 'recall':
        return { ...this.memo };
      case 'remember':
        this.memo = { ...effect.memo };
        return;
      case 'rememberMapping':
        this.mapping = effect.mapping;
        return;
      case 'progress':
        return;
      case 'tagColumns':
        for (const { position, id } of effect.tags) this.ids[position - 1] = id;
        return;
      case 'readSheet':
        this.reads++;
        return {
          title: this.title,
          timeZone: this.timeZone,
          columns: this.columns(),
          rows: this.grid.slice(1).map((row) => [...row]),
          ...(effect.computed
            ? {
                computed: this.grid.slice(1).map((row, i) => row.map((_, j) => this.formulas.has(`${i + 2}:${j + 1}`))),
              }
            : {}),
        };
      case 'send':
        return this.hub(effect.name, effect.message as never);
      case 'writeBlocks':
        if (effect.columns && !standAsBefore(effect.columns, this.columns())) return effect.blocks.map(() => CHANGED);
        return effect.blocks.map((block) => this.write(block));
      case 'putBack':
        for (const { row, position, shows, former } of inColumnsNow(effect.cells, effect.columns, this.columns())) {
          if (!sameCell(this.cell(row, position), shows)) continue;
          this.grid[row - 1]![position - 1] = former.value;
          this.formulas.delete(`${row}:${position}`);
          if (former.formula !== '') {
            this.formulas.add(`${row}:${position}`);
            this.formulaTexts.set(`${row}:${position}`, former.formula);
          }
          if (former.format !== null) this.formats.set(`${row}:${position}`, former.format);
        }
        return;
      case 'insertRows':
        this.grid.splice(
          effect.after,
          0,
          ...Array.from({ length: effect.count }, () => this.grid[0]!.map((): Cell => null)),
        );
        return { ok: true };
      case 'deleteRows': {
        const due = effect.rows.filter((one) => !this.looks || isToDelete(one, this.grid[one.row - 1] ?? []));
        const [guarded, gone] = [true, false].map((wanted) =>
          due.map(({ row }) => row).filter((row) => this.guards(row) === wanted),
        );
        const refused = gone!.flatMap((row) => {
          const reason = this.refusesToDelete(row);
          return reason === null ? [] : [{ row, reason }];
        });
        const left = gone!.filter((row) => !refused.some((one) => one.row === row));
        for (const row of left) this.grid.splice(row - 1, 1);
        return { gone: left, guarded, refused, ...(this.resends && refused.length > 0 ? { unsure: true } : {}) };
      }
      case 'readArchive': {
        const found = this.tabs.get(effect.title);
        return found ? { headers: found[0]!.map(String), rows: found.slice(1).map((row) => [...row]) } : null;
      }
      case 'appendArchive': {
        if (this.refuseArchive !== null) return { ok: false, message: this.refuseArchive };
        const tab = this.tabs.get(effect.title) ?? [];
        this.tabs.set(effect.title, tab);
        if (effect.headers !== null) tab[0] = [...effect.headers];
        effect.lines.forEach((line, index) => (tab[effect.row - 1 + index] = [...line]));
        return { ok: true };
      }
      case 'markCells':
        if (effect.own) {
          for (const place of this.notes.keys()) {
            const free = this.notes.get(place)!.startsWith(NOTE_PREFIX);
            if (free && effect.own.includes(Number(place.split(':')[1]))) this.notes.delete(place);
          }
        }
        return effect.marks.map(({ row, position, message, restore, stands }) => {
          const place = `${row}:${position}`;
          const note = this.notes.get(place) ?? '';
          if (stands !== undefined && note !== stands) return { note, background: '#ffffff' };
          if (message !== null) this.notes.set(place, message);
          else if (restore?.note) this.notes.set(place, restore.note);
          else this.notes.delete(place);
          return { note, background: '#ffffff' };
        });
    }
  }

  private columns(): SheetReading['columns'] {
    return this.grid[0]!.map((header, index) => ({ header: String(header ?? ''), id: this.ids[index] ?? null }));
  }

  private write(block: Block): BlockOutcome {
    const cells = block.values.flatMap((line, i) =>
      line.map((value, j) => ({ row: block.row + i, position: block.position + j, value })),
    );
    for (const { row, position, value } of cells) {
      if (this.grid[row - 1] === undefined || position > this.grid[0]!.length) throw new Error(`out of range ${row}`);
      const why = this.refuse(row, position, value);
      if (why) return { ok: false, why, message: 'The data validation rules refuse it.' };
    }
    const changed = cells.some(({ row, position }) => {
      const expected = block.expected[row - block.row]![position - block.position];
      return expected !== undefined && !sameCell(this.cell(row, position), expected);
    });
    if (this.looks && changed) return CHANGED;
    this.written.push(block);
    const former = block.values.map((line, i) =>
      line.map((_, j) => {
        const place = `${block.row + i}:${block.position + j}`;
        const formula = this.formulas.has(place) ? (this.formulaTexts.get(place) ?? '=1') : '';
        return { value: this.cell(block.row + i, block.position + j), formula, format: this.formats.get(place) ?? '' };
      }),
    );
    for (const { row, position, value } of cells) {
      this.grid[row - 1]![position - 1] = value;
      this.formulas.delete(`${row}:${position}`);
      const asText = block.asText[row - block.row]![position - block.position]!;
      if (asText) this.formats.set(`${row}:${position}`, '@');
    }
    return { ok: true, former };
  }

  cell(row: number, position: number): Cell {
    return this.grid[row - 1]?.[position - 1] ?? null;
  }

  rowOf(key: Cell): number {
    return this.grid.findIndex((row) => sameCell(row[0] ?? null, key)) + 1;
  }
}
