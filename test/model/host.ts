import { sameCell, type Cell } from '../../shared/cell.ts';
import { runCycle, type CycleReport } from '../../shared/cycle/cycle.ts';
import type { Block, Effect, FormerCell, SheetReading } from '../../shared/cycle/effects.ts';
import { linkIds, mapping } from './model-table.ts';
import { syncDeletesInSheet, syncWritesSheet } from './oracle.ts';
import type { Scenario } from './rules.ts';
import type { Run, SheetLine, State } from './state.ts';

/**
 * The product's own cycle as a step machine. A generator can't be copied, but it is deterministic: a run is the list of
 * what its effects answered, and is replayed from that to find the effect it stands at.
 */

export const HEADER_ROWS = 1;

export interface Step {
  /** The effect the run stands at; null when it has ended. */
  effect: Effect | null;
  report: CycleReport | null;
}

const known = new Map<string, Step>();

export function stepOf(run: Run): Step {
  const name = JSON.stringify(run);
  const found = known.get(name);
  if (found) return found;
  const cycle = runCycle({ link: linkIds, mapping, run: `r${run.id}`, mode: { kind: 'full' } });
  let next = cycle.next();
  for (const answer of run.trail) {
    // Copied: the cycle must not change what other replays will be told.
    next = cycle.next(next.done ? undefined : expand(next.value, structuredClone(answer)));
  }
  const step: Step = next.done ? { effect: null, report: next.value } : { effect: next.value, report: null };
  if (known.size > 200_000) known.clear();
  known.set(name, step);
  return step;
}

/** Readings are kept as the lines of the tab. */
function expand(effect: Effect, answer: unknown): unknown {
  return effect.do === 'readSheet' ? toReading(answer as SheetLine[], effect.computed) : answer;
}

function toReading(lines: readonly SheetLine[], computed: boolean): SheetReading {
  const rows = lines.map(([key, value]): Cell[] => [key === null ? null : Number(key), value]);
  return {
    title: 'Tab',
    timeZone: 'UTC',
    columns: [
      { header: 'id', id: 'c1' },
      { header: 'v', id: 'c2' },
    ],
    rows,
    ...(computed ? { computed: rows.map(() => [false, false]) } : {}),
  };
}

/** Effects that nobody else can see or disturb: done at once, with the step before them. */
export function answerAtOnce(state: State, { rules }: Scenario, run: Run, effect: Effect): { answer: unknown } | null {
  switch (effect.do) {
    case 'elapsed':
      return { answer: 0 };
    case 'recall':
      return { answer: run.rest ?? { ...state.memo } };
    case 'remember': {
      const note = rules.note ? effect.memo.note : null;
      if (run.rest) state.restNote = note;
      else state.memo = { ...effect.memo, note };
      return { answer: null };
    }
    case 'progress':
    case 'rememberMapping':
    case 'tagColumns':
      return { answer: null };
    case 'markCells':
      return { answer: effect.marks.map(() => ({ note: '', background: '' })) };
    default:
      return null;
  }
}

/** Does an effect on the sheet and answers it. */
export function touchSheet(state: State, { rules }: Scenario, run: Run, effect: Effect): unknown {
  switch (effect.do) {
    case 'readSheet': {
      if (effect.computed && !rules.recheck && !hasWritten(run)) return lastReading(run);
      if (effect.computed && !rules.repair && hasWritten(run)) return asIfInPlace(run);
      return structuredClone(state.sheet);
    }
    case 'insertRows':
      state.sheet.splice(effect.after - HEADER_ROWS, 0, ...Array.from({ length: effect.count }, emptyLine));
      return { ok: true };
    case 'writeBlocks':
      return effect.blocks.map((block) => {
        const former = block.values.map((line, i) =>
          line.map((_, j): FormerCell => ({
            value: shownAt(state, block.row + i, block.position + j),
            formula: '',
            format: '',
          })),
        );
        writeBlock(state, block.row, block.position, block.values);
        return { ok: true, former };
      });
    case 'putBack':
      for (const { row, position, shows, former } of effect.cells) {
        if (sameCell(shownAt(state, row, position), shows)) writeBlock(state, row, position, [[former.value]]);
      }
      return null;
    case 'deleteRows':
      // What its rows must still show is not looked at, nor is that of cells to write: the window stays as wide as it can be.
      for (const { row } of effect.rows) {
        const [line] = state.sheet.splice(row - HEADER_ROWS - 1, 1);
        if (typeof line?.[0] === 'string' && line[1] !== null) syncDeletesInSheet(state, line[0], line[1]);
      }
      return { gone: effect.rows.map(({ row }) => row), guarded: [], refused: [] };
    default:
      throw new Error(`not an effect on the sheet: ${effect.do}`);
  }
}

const emptyLine = (): SheetLine => [null, null];

function shownAt(state: State, row: number, position: number): Cell {
  const [key, value] = state.sheet[row - HEADER_ROWS - 1] ?? emptyLine();
  return position === 1 ? (key === null ? null : Number(key)) : value;
}

function writeBlock(state: State, row: number, position: number, values: Block['values']): void {
  values.forEach((cells, i) => {
    const index = row - HEADER_ROWS - 1 + i;
    const line = (state.sheet[index] ??= emptyLine());
    cells.forEach((cell, j) => {
      if (position + j === 1) {
        line[0] = cell === null ? null : String(cell as number);
        return;
      }
      if (line[0] !== null && cell !== null) syncWritesSheet(state, line[0], line[1] ?? undefined, cell as number);
      line[1] = cell as number | null;
    });
  });
}

/** Names of the effects a run has been answered, newest last. */
function history(run: Run): { effect: Effect; answer: unknown }[] {
  return run.trail.map((answer, index) => ({
    effect: stepOf({ ...run, trail: run.trail.slice(0, index) }).effect!,
    answer,
  }));
}

function sinceNote(run: Run): { effect: Effect; answer: unknown }[] {
  const all = history(run);
  const from = all.findLastIndex(({ effect }) => effect.do === 'send');
  return all.slice(from + 1);
}

const hasWritten = (run: Run): boolean =>
  sinceNote(run).some(({ effect }) => ['writeBlocks', 'putBack', 'insertRows', 'deleteRows'].includes(effect.do));

/** Without a re-check the run goes by what its scan saw. */
function lastReading(run: Run): unknown {
  return structuredClone(history(run).findLast(({ effect }) => effect.do === 'readSheet')!.answer);
}

/** Without the look back the run believes that everything stands where it wrote it. */
function asIfInPlace(run: Run): SheetLine[] {
  const steps = sinceNote(run);
  const lines = structuredClone(steps.find(({ effect }) => effect.do === 'readSheet')!.answer) as SheetLine[];
  const shadow = { sheet: lines, fates: {}, table: {} } as unknown as State;
  for (const { effect } of steps) {
    if (effect.do === 'insertRows') lines.push(...Array.from({ length: effect.count }, emptyLine));
    if (effect.do === 'deleteRows') for (const { row } of effect.rows) lines.splice(row - HEADER_ROWS - 1, 1);
    if (effect.do === 'writeBlocks') {
      for (const block of effect.blocks) {
        block.values.forEach((cells, i) => {
          const line = (shadow.sheet[block.row - HEADER_ROWS - 1 + i] ??= emptyLine());
          cells.forEach((cell, j) => {
            if (block.position + j === 1) line[0] = cell === null ? null : String(cell as number);
            else line[1] = cell as number | null;
          });
        });
      }
    }
  }
  return lines;
}

/** Between the re-check and the end of the write. */
export function inWindow(run: Run): boolean {
  const { effect } = stepOf(run);
  return effect !== null && ['insertRows', 'writeBlocks', 'putBack', 'deleteRows'].includes(effect.do);
}
