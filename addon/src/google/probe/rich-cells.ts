import { type Question, type Sheet } from './question.ts';

/** A pivot table in D1 over three rows: keys in A, numbers in B. */
function pivot(sheet: Sheet): void {
  sheet.getRange('A1:B3').setValues([
    ['k', 'n'],
    ['b', 2],
    ['a', 1],
  ]);
  const table = sheet.getRange('D1').createPivotTable(sheet.getRange('A1:B3'));
  table.addRowGroup(1);
  table.addPivotValue(2, SpreadsheetApp.PivotTableSummarizeFunction.SUM);
  SpreadsheetApp.flush();
}

const line = (values: unknown[][]): string => values.map((cells) => cells.join(' ')).join(', ');

/** Styles of parts of a text, and pivot tables. */
export const richCellQuestions: Question[] = [
  {
    id: 'rich-text-runs',
    asks: 'How are the runs of a text read back, and are they gone after setValue of the same text?',
    expected: 'one bold, two; one two',
    answer: (sheet) => {
      const bold = SpreadsheetApp.newTextStyle().setBold(true).build();
      const text = SpreadsheetApp.newRichTextValue().setText('one two').setTextStyle(0, 3, bold).build();
      const cell = sheet.getRange('A1').setRichTextValue(text);
      SpreadsheetApp.flush();
      const runs = (): string =>
        (cell.getRichTextValue()?.getRuns() ?? [])
          .map((run) => run.getText().trim() + (run.getTextStyle().isBold() ? ' bold' : ''))
          .join(', ');
      const before = runs();
      cell.setValue('one two');
      SpreadsheetApp.flush();
      return `${before}; ${runs()}`;
    },
  },
  {
    id: 'pivot-results',
    asks: 'What do getValues, getFormulas and getPivotTables tell of a pivot table in D1?',
    expected: 'k SUM of n, a 1, b 2, Grand Total 3; no formula; D1',
    answer: (sheet) => {
      pivot(sheet);
      const range = sheet.getRange('D1:E4');
      const anchors = sheet.getPivotTables().map((table) => table.getAnchorCell().getA1Notation());
      return `${line(range.getValues())}; ${range.getFormulas().flat().join('') || 'no formula'}; ${anchors.join(' ')}`;
    },
  },
  {
    id: 'pivot-broken',
    asks: 'What does D1 of a pivot table show while a value stands in E3, and once that is cleared?',
    expected: '#REF!; k',
    answer: (sheet) => {
      pivot(sheet);
      const anchor = (): string => {
        SpreadsheetApp.flush();
        return String(sheet.getRange('D1').getValue());
      };
      sheet.getRange('E3').setValue('mine');
      const broken = anchor();
      sheet.getRange('E3').clearContent();
      return `${broken}; ${anchor()}`;
    },
  },
];
