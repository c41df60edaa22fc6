import { put, seen, type Question } from './question.ts';

/** Dates and times at the edges. Inputs are ISO, so that the spreadsheet's locale does not matter. */
export const dateQuestions: Question[] = [
  {
    id: 'iso-timestamp',
    asks: 'Does 2020-01-01T10:00:00Z stay text? And 2020-01-01 10:00:00?',
    expected: 'text "2020-01-01T10:00:00Z", date 2020-01-01 10:00:00',
    answer: (sheet) =>
      `${seen(put(sheet, 'A1', '2020-01-01T10:00:00Z'))}, ${seen(put(sheet, 'A2', '2020-01-01 10:00:00'))}`,
  },
  {
    id: 'time-only',
    asks: 'How does getValues tell a cell that holds only a time, 10:30?',
    expected: 'date 1899-12-30 10:30:00',
    answer: (sheet) => seen(put(sheet, 'A1', '10:30')),
  },
  {
    id: 'before-1900-typed',
    asks: 'Is 1850-06-01 a date or text?',
    expected: 'date 1850-06-01 00:00:00',
    answer: (sheet) => seen(put(sheet, 'A1', '1850-06-01')),
  },
  {
    id: 'before-1900-format',
    asks: 'How does getValues tell the number -10 in a date format?',
    expected: 'date 1899-12-20 00:00:00',
    answer: (sheet) => seen(put(sheet, 'A1', -10, 'yyyy-mm-dd')),
  },
];
