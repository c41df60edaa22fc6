import { looksLikeError, type Cell } from '../cell.ts';
import { CELL_CHARS } from '../limits.ts';

/** Why no cell could show a value so that it is read back as itself; null where one could. */
export function whyUnwritable(value: Cell): string | null {
  if (typeof value !== 'string') return null;
  if (value.length > CELL_CHARS) {
    const [length, most] = [value.length, CELL_CHARS].map((count) => count.toLocaleString('en-US'));
    return `The table’s value has ${length} characters, and a cell holds at most ${most}.`;
  }
  return looksLikeError(value) ? `The table’s value is the text ${value}, which a sheet shows as an error.` : null;
}
