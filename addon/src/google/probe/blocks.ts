import { type Question } from './question.ts';

/** Sorting, and writes that are refused in part. */
export const blockQuestions: Question[] = [
  {
    id: 'sort-order',
    asks: 'In which order does sort() put mixed values, ascending?',
    expected: '1 2 _ A a b false true empty',
    answer: (sheet) => {
      const range = sheet.getRange('A1:A9');
      range.setValues([['b'], [true], [2], [''], ['A'], [1], [false], ['a'], ['_']]);
      return range
        .sort(1)
        .getValues()
        .map(([value]) => (value === '' ? 'empty' : String(value)))
        .join(' ');
    },
  },
  {
    id: 'sort-stable',
    asks: 'Does sort() keep the order of equal values?',
    expected: 'yes',
    answer: (sheet) => {
      const lines = Array.from({ length: 40 }, (_, i) => [i % 2, i]);
      const sorted = sheet.getRange(1, 1, 40, 2).setValues(lines).sort(1).getValues() as number[][];
      return sorted.every(([, n], i) => i === 0 || i === 20 || n! > sorted[i - 1]![1]!) ? 'yes' : 'no';
    },
  },
  {
    id: 'sort-filtered',
    asks: 'Do rows that a filter hides stay where they are when the filter sorts? (4, hidden 3, 2, 1)',
    expected: '1 3 2 4',
    answer: (sheet) => {
      const range = sheet.getRange('A1:A5').setValues([['n'], [4], [3], [2], [1]]);
      const filter = range.createFilter();
      filter.setColumnFilterCriteria(1, SpreadsheetApp.newFilterCriteria().setHiddenValues(['3']).build());
      SpreadsheetApp.flush();
      filter.sort(1, true);
      return sheet.getRange('A2:A5').getValues().join(' ');
    },
  },
  {
    id: 'refused-block',
    asks: 'If data validation refuses one cell of a block, is anything of the block written?',
    expected: 'refused; empty, empty',
    answer: (sheet) => {
      const rule = SpreadsheetApp.newDataValidation().requireNumberBetween(1, 5).setAllowInvalid(false).build();
      sheet.getRange('B1').setDataValidation(rule);
      SpreadsheetApp.flush();
      let outcome = 'accepted';
      try {
        sheet.getRange('A1:B1').setValues([[1, 99]]);
        SpreadsheetApp.flush();
      } catch {
        outcome = 'refused';
      }
      const [line] = sheet.getRange('A1:B1').getValues() as unknown[][];
      return `${outcome}; ${line!.map((value) => (value === '' ? 'empty' : String(value))).join(', ')}`;
    },
  },
  {
    id: 'merge-covered',
    asks: 'Is a write into the covered part of a merge dropped?',
    expected: 'yes',
    answer: (sheet) => {
      sheet.getRange('A1:B1').merge();
      sheet.getRange('B1').setValue('hidden');
      sheet.getRange('A1:B1').breakApart();
      return sheet.getRange('B1').getValue() === '' ? 'yes' : 'no';
    },
  },
];
