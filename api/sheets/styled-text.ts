import type { sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { sameCell } from '../../shared/cell.ts';
import type { FormerCell } from '../../shared/cycle/effects.ts';
import { holdsChip, toCell } from './read-tab.ts';

type CellData = sheets_v4.Schema$CellData;

/**
 * What to write so that a cell has its text again with the styles of its parts, or with its smart chips; null where it had
 * none of these, or is to hold something else.
 */
export function styledText({ styled, value }: FormerCell): CellData | null {
  if (!styled) return null;
  const cell = JSON.parse(styled) as CellData;
  if (!sameCell(toCell(cell), value)) return null;
  const { userEnteredValue, textFormatRuns, chipRuns } = cell;
  if (!holdsChip(cell)) return { userEnteredValue: userEnteredValue!, textFormatRuns: textFormatRuns! };
  return withChips(userEnteredValue?.stringValue ?? '', chipRuns ?? []);
}

/** Sheets takes a chip by an `@` in the text; it may tell it by one, too, or by the text that it shows. */
function withChips(text: string, runs: sheets_v4.Schema$ChipRun[]): CellData {
  let entered = '';
  const chips: sheets_v4.Schema$ChipRun[] = [];
  runs.forEach(({ startIndex, chip }, index) => {
    const part = text.slice(startIndex ?? 0, runs[index + 1]?.startIndex ?? text.length);
    const isChip = chip && Object.keys(chip).length > 0;
    if (isChip) chips.push({ startIndex: entered.length, chip });
    entered += isChip ? '@' : part;
  });
  return { userEnteredValue: { stringValue: entered }, chipRuns: chips };
}
