import type { RangeRef, SheetRef } from '../services/refs.ts';
import type { RangeFace } from './range.ts';
import type { SheetFace } from './sheet.ts';
import type { SpreadsheetFace } from './spreadsheet.ts';

/**
 * Range, Sheet and Spreadsheet make one another. They do it through here, so that their files need not import each
 * other in a circle; main.ts fills it in.
 */
export const make = {} as {
  range(ref: RangeRef): RangeFace;
  sheet(ref: SheetRef): SheetFace;
  spreadsheet(id: string): SpreadsheetFace;
};

/** Identity of faces handed back as arguments: an argument typed as Google's Range is our RangeFace. */
export function refOf(range: GoogleAppsScript.Spreadsheet.Range): RangeRef {
  return (range as RangeFace).ref;
}
