import type { Cell } from '../cell.ts';
import { needsTextFormat } from '../text-format.ts';
import { ask, type Block, type BlockOutcome, type Step } from './effects.ts';

/** One cell to write. */
export interface CellWrite {
  row: number;
  position: number;
  value: Cell;
}

export type WriteOutcome = { ok: true } | { ok: false; why: 'invalid' | 'protected'; message: string };

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
    values: Cell[][];
  }
  const strips: Strip[] = [];
  for (const position of [...byPosition.keys()].sort((a, b) => a - b)) {
    let current: Strip | undefined;
    for (const write of byPosition.get(position)!.sort((a, b) => a.row - b.row)) {
      if (current && write.row === current.row + current.values.length) current.values.push([write.value]);
      else {
        current = { row: write.row, position, width: 1, values: [[write.value]] };
        strips.push(current);
      }
    }
  }
  const merged: Strip[] = [];
  // Keyed by where a strip could be continued to the right.
  const open = new Map<string, Strip>();
  for (const strip of strips) {
    const left = open.get(`${strip.row}:${strip.values.length}:${strip.position}`);
    const target = left ?? strip;
    if (left) {
      left.values.forEach((line, index) => line.push(strip.values[index]![0]!));
      left.width++;
    } else merged.push(strip);
    open.set(`${target.row}:${target.values.length}:${target.position + target.width}`, target);
  }
  return merged.map(({ row, position, values }) => makeBlock(row, position, values));
}

function makeBlock(row: number, position: number, values: Cell[][]): Block {
  return {
    row,
    position,
    values,
    asText: values.map((line) => line.map((cell) => typeof cell === 'string' && needsTextFormat(cell))),
  };
}

/**
 * Writes cells; where Sheets refuses a block (validation, protection) it is halved until the refused cells stand alone,
 * so one bad cell never blocks its neighbours. Answers one outcome a cell, by `row:position`.
 */
export function* writeCells(writes: readonly CellWrite[]): Step<Map<string, WriteOutcome>> {
  const outcomes = new Map<string, WriteOutcome>();
  let blocks = toBlocks(writes);
  while (blocks.length > 0) {
    const results = yield* ask('writeBlocks', { blocks });
    const again: Block[] = [];
    blocks.forEach((block, index) => {
      const result: BlockOutcome = results[index]!;
      if (!result.ok && block.values.length * block.values[0]!.length > 1) again.push(...halves(block));
      else {
        block.values.forEach((line, i) =>
          line.forEach((_, j) => outcomes.set(`${block.row + i}:${block.position + j}`, result)),
        );
      }
    });
    blocks = again;
  }
  return outcomes;
}

function halves(block: Block): Block[] {
  const { row, position, values } = block;
  if (values.length > 1) {
    const middle = values.length >> 1;
    return [makeBlock(row, position, values.slice(0, middle)), makeBlock(row + middle, position, values.slice(middle))];
  }
  const middle = values[0]!.length >> 1;
  return [
    makeBlock(row, position, [values[0]!.slice(0, middle)]),
    makeBlock(row, position + middle, [values[0]!.slice(middle)]),
  ];
}
