import type { RangeFace } from './range.ts';
import { make } from './make.ts';
import { call, exception } from './rpc.ts';

/** Keys of Range.sort: a column, or objects with a column and a direction, alone or in an array; columns are the sheet's. */
export function sortKeys(spec: unknown): { column: number; ascending: boolean }[] {
  const list = Array.isArray(spec) ? (spec as unknown[]) : [spec];
  return list.map((item) => {
    if (typeof item === 'number') return { column: item, ascending: true };
    const { column, ascending } = (item ?? {}) as { column?: number; ascending?: boolean };
    if (typeof column !== 'number') throw exception('Invalid argument: sortSpecObj');
    return { column, ascending: ascending ?? true };
  });
}

/** Where a paste lands: as large as its source, from the destination's top left cell on, repeated where it fits. */
function target(source: RangeFace, destination: RangeFace, transposed: boolean): RangeFace {
  const rows = transposed ? source.ref.columns : source.ref.rows;
  const columns = transposed ? source.ref.rows : source.ref.columns;
  const times = (room: number, size: number): number => (room > size && room % size === 0 ? room : size);
  return make.range({
    ...destination.ref,
    rows: times(destination.ref.rows, rows),
    columns: times(destination.ref.columns, columns),
  });
}

const transpose = <T>(block: T[][]): T[][] => block[0]!.map((_, c) => block.map((line) => line[c]!));

function tile<T>(block: T[][], { rows, columns }: { rows: number; columns: number }): T[][] {
  return Array.from({ length: rows }, (_r, r) =>
    Array.from({ length: columns }, (_c, c) => block[r % block.length]![c % block[0]!.length]!),
  );
}

/** Range.copyTo. Formulas are copied as they stand; references are not moved along (FIDELITY.md). */
export function copyRange(source: RangeFace, destination: RangeFace, how: unknown, transposed: boolean): void {
  const options = (typeof how === 'object' && how !== null ? how : {}) as {
    contentsOnly?: boolean;
    formatOnly?: boolean;
  };
  const type = String(how);
  const formats = type === 'PASTE_FORMAT' || options.formatOnly === true;
  const valuesOnly = type === 'PASTE_VALUES';
  const to = target(source, destination, transposed);
  const shape = <T>(block: T[][]): T[][] => tile(transposed ? transpose(block) : block, to.ref);
  if (!formats) {
    const formulas = valuesOnly ? null : source.getFormulas();
    const values = source.getValues().map((line, r) => line.map((value, c) => formulas?.[r]![c] || literal(value)));
    to.setValues(shape(values));
    if (!valuesOnly) call('Range.copyTexts', source.ref, to.ref, transposed);
  }
  if (!valuesOnly && options.contentsOnly !== true) {
    to.setNumberFormats(shape(source.getNumberFormats()));
    to.setBackgrounds(shape(source.getBackgrounds()));
  }
}

/** Text goes behind an apostrophe, so that a copy never reads it anew. */
function literal(value: unknown): unknown {
  return typeof value === 'string' && value !== '' ? `'${value}` : value;
}

/** Keeps the first of rows that show the same, without regard to case; the rest move up. */
export function removeDuplicates(range: RangeFace, columns?: number[]): RangeFace {
  const shown = range.getDisplayValues();
  const formulas = range.getFormulas();
  const compared = (columns ?? shown[0]!.map((_, i) => range.ref.column + i)).map(
    (column) => column - range.ref.column,
  );
  const seen = new Set<string>();
  const kept = range
    .getValues()
    .map((line, r) => line.map((value, c) => formulas[r]![c] || literal(value)))
    .filter((_, r) => {
      const key = JSON.stringify(compared.map((c) => shown[r]![c]!.toLowerCase()));
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  range.clearContent();
  const rest = make.range({ ...range.ref, rows: kept.length });
  rest.setValues(kept);
  return rest;
}

/** Takes away blanks at both ends of texts and doubled ones inside; formulas stay. */
export function trimWhitespace(range: RangeFace): void {
  const formulas = range.getFormulas();
  const values = range.getValues();
  const trimmed = values.map((line, r) =>
    line.map((value, c) => {
      if (formulas[r]![c]) return formulas[r]![c];
      return typeof value === 'string' && value !== '' ? literal(value.trim().replace(/\s+/g, ' ')) : value;
    }),
  );
  range.setValues(trimmed);
}
