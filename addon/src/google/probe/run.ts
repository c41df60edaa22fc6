import { blockQuestions } from './blocks.ts';
import { handQuestions, clearHandTab, prepareHandTab, readTold, STEPS } from './by-hand.ts';
import { columnQuestions } from './columns.ts';
import { dateQuestions } from './dates.ts';
import { limitQuestions } from './limits.ts';
import { type Question } from './question.ts';
import { richCellQuestions } from './rich-cells.ts';
import { textQuestions } from './text.ts';

/** Asks Google what its documentation leaves open, and compares with what the local Google of the tests answers. */

export const RESULT_TAB = 'Tandem probe';
const HEADERS = ['Question', 'Asked', 'Google', 'Local Google', 'Verdict'];

const questions: readonly Question[] = [
  ...textQuestions,
  ...dateQuestions,
  ...columnQuestions,
  ...blockQuestions,
  ...limitQuestions,
  ...richCellQuestions,
];

type Line = [id: string, asked: string, answer: string, expected: string, verdict: string];

/** Answers what needs no hand, then lists what does. Takes a minute or two; most of it is making and deleting tabs. */
export function askGoogle(): void {
  const lines = questions.map(({ id, asks, expected, answer }) =>
    compare(id, asks, expected, () => inScratchTab(answer)),
  );
  report([...lines, ...STEPS.map((step, i): Line => [`step ${i + 1}`, step, '', '', 'to do by hand'])]);
  prepareHandTab();
}

/** Reads what the triggers were told of the steps done by hand, and tidies up. */
export function finishProbe(): void {
  const told = readTold();
  report(handQuestions.map(({ id, asks, expected, answer }) => compare(id, asks, expected, () => answer(told))));
  clearHandTab();
}

function compare(id: string, asks: string, expected: string, ask: () => string): Line {
  let answer: string;
  try {
    answer = ask();
  } catch (error) {
    answer = `error: ${error instanceof Error ? error.message : String(error)}`;
  }
  return [id, asks, answer, expected, answer === expected ? 'as expected' : 'DIFFERS'];
}

function inScratchTab(answer: Question['answer']): string {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const sheet = spreadsheet.insertSheet();
  try {
    return answer(sheet);
  } finally {
    spreadsheet.deleteSheet(sheet);
  }
}

/** Below what is there, as text whatever it looks like; and to the log, from which it is easily copied. */
function report(lines: readonly Line[]): void {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  let tab = spreadsheet.getSheetByName(RESULT_TAB);
  if (!tab) {
    tab = spreadsheet.insertSheet(RESULT_TAB);
    tab.getRange(1, 1, 1, HEADERS.length).setValues([HEADERS]);
  }
  // What is asked is how text is taken; rich text is looked at by `rich-text`, and an apostrophe in front is the older way.
  const shown = lines.map((line) => line.map((text) => (/^[\s=+\-@'\d]/.test(text) ? `'${text}` : text)));
  tab.getRange(tab.getLastRow() + 1, 1, lines.length, HEADERS.length).setValues(shown);
  // eslint-disable-next-line no-console -- the platform's log
  for (const line of lines) console.log(line.join(' | '));
}
