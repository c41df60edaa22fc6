import type { InputBlock } from '../services/range-write.ts';
import type { ValueBlock } from '../services/range-read.ts';
import { CellImageFace } from './cell-image.ts';
import { exception } from './rpc.ts';

/** Cells as scripts see them: '' is empty, dates are Date objects, images CellImage objects. */
export function fromWire({ values, dates, images }: ValueBlock): unknown[][] {
  const columns = values[0]?.length ?? 0;
  const cells: unknown[][] = values;
  for (let i = 0; i < dates.length; i += 2) {
    const index = dates[i]!;
    cells[Math.floor(index / columns)]![index % columns] = new Date(dates[i + 1] ?? NaN);
  }
  for (let i = 0; i < images.length; i += 2) {
    const index = images[i] as number;
    cells[Math.floor(index / columns)]![index % columns] = new CellImageFace(images[i + 1] as string);
  }
  return cells;
}

/** What scripts write. Anything that is no primitive and no Date is written as its text. */
export function toWire(data: unknown, method: string): InputBlock {
  if (!Array.isArray(data) || !data.every((line) => Array.isArray(line))) {
    throw exception(
      `The parameters (${typeName(data)}) don't match the method signature for SpreadsheetApp.Range.${method}.`,
    );
  }
  const dates: number[] = [];
  const values = data.map((line: unknown[], r) =>
    line.map((value, c) => {
      switch (typeof value) {
        case 'string':
        case 'boolean':
          return value;
        case 'number':
          return Number.isFinite(value) ? value : '#NUM!';
        case 'undefined':
          return null;
        default:
          if (value === null) return null;
          if (value instanceof Date) {
            if (Number.isNaN(value.getTime())) return null;
            dates.push(r * line.length + c, value.getTime());
            return 0;
          }
          return String(value);
      }
    }),
  );
  return { values, dates };
}

/** Type of an argument as Google's signature errors name it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'number[]';
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return value instanceof Date ? 'Date' : (value.constructor as { name?: string } | undefined)?.name || 'Object';
  }
}
