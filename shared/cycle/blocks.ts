import { sameCell, type Cell } from '../cell.ts';
import { needsTextFormat } from '../text-format.ts';
import { ask, type Block, type BlockOutcome, type FormerCell, type SheetReading, type Step } from './effects.ts';

/** One cell to write. */
export interface CellWrite {
  row: number;
  position: number;
  value: Cell;
  /** What the cell must still show; absent: whatever it shows. */
  base?: Cell;
  /** Keep the cell’s format where the value may do without: text then stays text by other means than the format. */
  keepFormat?: true;
}

export type WriteOutcome =
  { ok: true; former: FormerCell } | { ok: false; why: 'changed' | 'invalid' | 'protected'; message: string };

/**
 * Whether a cell still shows what it must, to be written. A new row may bring an unticked checkbox along, by the rule of the
 * row above or by its column's type: where nothing is expected that is nothing, for a value that a checkbox takes.
 */
export function isAsExpected(shown: Cell, expected: Cell, written: Cell): boolean {
  if (sameCell(shown, expected)) return true;
  return expected === null && shown === false && (written === null || typeof written === 'boolean');
}

/** Groups cells into as few rectangles as their places allow: runs down a column first, then equal runs side by side. */
export function toBlocks(writes: readonly CellWrite[]): Block[] {
  const byPosition = new Map<number, CellWrite[]>();
  for (const write of writes) {
    const column = byPosition.get(write.position);
    if (column) column.push(write);
    else byPosition.set(write.position, [write]);
  }
  interface Strip {
    row: number;
    position: number;
    width: number;
    cells: CellWrite[][];
  }
  const strips: Strip[] = [];
  for (const position of [...byPosition.keys()].sort((a, b) => a - b)) {
    let current: Strip | undefined;
    for (const write of byPosition.get(position)!.sort((a, b) => a.row - b.row)) {
      if (current && write.row === current.row + current.cells.length) current.cells.push([write]);
      else {
        current = { row: write.row, position, width: 1, cells: [[write]] };
        strips.push(current);
      }
    }
  }
  const merged: Strip[] = [];
  // Keyed by where a strip could be continued to the right.
  const open = new Map<string, Strip>();
  for (const strip of strips) {
    const left = open.get(`${strip.row}:${strip.cells.length}:${strip.position}`);
    const target = left ?? strip;
    if (left) {
      left.cells.forEach((line, index) => line.push(strip.cells[index]![0]!));
      left.width++;
    } else merged.push(strip);
    open.set(`${target.row}:${target.cells.length}:${target.position + target.width}`, target);
  }
  return merged.map(({ row, position, cells }) => {
    const values = cells.map((line) => line.map(({ value }) => value));
    const asText = ({ value, keepFormat }: CellWrite) =>
      typeof value === 'string' && keepFormat !== true && needsTextFormat(value);
    return {
      row,
      position,
      values,
      asText: cells.map((line) => line.map(asText)),
      expected: cells.map((line) => line.map(({ base }) => base)),
    };
  });
}

/**
 * Writes cells; where Sheets refuses a block (validation, protection) it is halved until the refused cells stand alone,
 * so one bad cell never blocks its neighbours. Answers one outcome a cell, by `row:position`. `columns`: as they must
 * still stand; where they do not, no part of it would do.
 */
export function* writeCells(
  writes: readonly CellWrite[],
  columns?: SheetReading['columns'],
): Step<Map<string, WriteOutcome>> {
  const outcomes = new Map<string, WriteOutcome>();
  let blocks = toBlocks(writes);
  while (blocks.length > 0) {
    const results = yield* ask('writeBlocks', { blocks, ...(columns && { columns }) });
    const again: Block[] = [];
    blocks.forEach((block, index) => {
      const result: BlockOutcome = results[index]!;
      const moved = columns !== undefined && !result.ok && result.why === 'changed';
      if (!result.ok && !moved && block.values.length * block.values[0]!.length > 1) again.push(...halves(block));
      else {
        block.values.forEach((line, i) =>
          line.forEach((_, j) =>
            outcomes.set(
              `${block.row + i}:${block.position + j}`,
              result.ok ? { ok: true, former: result.former[i]![j]! } : result,
            ),
          ),
        );
      }
    });
    blocks = again;
  }
  return outcomes;
}

function halves(block: Block): Block[] {
  const { row, position, values } = block;
  const part = (rows: [number, number?], columns: [number, number?]): Block => {
    const cut = <T>(cells: readonly T[][]): T[][] => cells.slice(...rows).map((line) => line.slice(...columns));
    return {
      row: row + rows[0],
      position: position + columns[0],
      values: cut(values),
      asText: cut(block.asText),
      expected: cut(block.expected),
    };
  };
  if (values.length > 1) {
    const middle = values.length >> 1;
    return [part([0, middle], [0]), part([middle], [0])];
  }
  const middle = values[0]!.length >> 1;
  return [part([0], [0, middle]), part([0], [middle])];
}
