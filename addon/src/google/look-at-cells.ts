import type { Cell } from '../../../shared/cell.ts';
import type { CivilTime } from '../../../shared/civil-time.ts';
import type { FormerCell } from '../../../shared/cycle/effects.ts';
import { lookAnew } from './look-anew.ts';
import { toCell, type SheetValue } from './sheet.ts';

type Sheet = GoogleAppsScript.Spreadsheet.Sheet;

/** A rectangle of cells. */
export interface Place {
  row: number;
  position: number;
  height: number;
  width: number;
}

/** How `getNumberFormats()` spells the automatic format; set by that name it would be a format of its own. */
const AUTOMATIC = '0.###############';

/** Cells that are read along with those asked for, rather than one call a rectangle: calls cost more than cells. */
const SPARE_CELLS = 20_000;

/** What is asked for beside values: each is a call of its own. */
export type Depth = 'values' | 'formulas' | 'formats';

/**
 * What each of the places shows: a grid of cells a place. `formulas` asks for formulas as well, `formats` for number
 * formats besides; what is not asked for is '' or null.
 */
export function lookAt(tab: Sheet, places: readonly Place[], zone: CivilTime, depth: Depth): FormerCell[][][] {
  const found = new Map<Place, FormerCell[][]>();
  lookAnew();
  for (const group of groups(places)) {
    const around = bounds(group);
    const range = tab.getRange(around.row, around.position, around.height, around.width);
    const formulas = depth === 'values' ? null : range.getFormulas();
    const patterns = depth === 'formats' ? range.getNumberFormats() : null;
    // Last: nothing but computation lies between the look at a value and the write that replaces it.
    const values = range.getValues() as SheetValue[][];
    const at = (row: number, position: number): FormerCell => {
      const [i, j] = [row - around.row, position - around.position];
      const value: Cell = toCell(values[i]![j]!, zone);
      const pattern = patterns?.[i]![j] ?? null;
      return { value, formula: formulas?.[i]![j] ?? '', format: pattern === AUTOMATIC ? '' : pattern };
    };
    for (const place of group) {
      found.set(
        place,
        Array.from({ length: place.height }, (_line, i) =>
          Array.from({ length: place.width }, (_cell, j) => at(place.row + i, place.position + j)),
        ),
      );
    }
  }
  return places.map((place) => found.get(place)!);
}

export function setFormat(range: GoogleAppsScript.Spreadsheet.Range, format: string): void {
  range.setNumberFormat(format === '' ? 'General' : format);
}

/** Everything at once where that reads little besides; else column by column. */
function groups(places: readonly Place[]): Place[][] {
  if (places.length === 0) return [];
  const wanted = places.reduce((sum, { height, width }) => sum + height * width, 0);
  const all = bounds(places);
  if (all.height * all.width <= wanted + SPARE_CELLS) return [[...places]];
  const columns = new Map<string, Place[]>();
  for (const place of places) {
    const name = `${place.position}:${place.width}`;
    columns.set(name, [...(columns.get(name) ?? []), place]);
  }
  return [...columns.values()];
}

function bounds(places: readonly Place[]): Place {
  const least = (of: (place: Place) => number) => places.reduce((best, place) => Math.min(best, of(place)), Infinity);
  const row = least((place) => place.row);
  const position = least((place) => place.position);
  const height = -least((place) => -place.row - place.height) - row;
  const width = -least((place) => -place.position - place.width) - position;
  return { row, position, height, width };
}
